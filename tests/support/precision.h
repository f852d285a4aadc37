// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>

#include "engine/engine.h"
#include "support/check.h"

namespace denoiseae::test {

/// Says why the native engine does not run the model in this precision on this CPU. Empty where it
/// does.
inline std::string refusal_of(const denoiseae::detail::ModelData& model, Precision precision) {
  try {
    make_engine(model, 8, 8, {EngineKind::native, precision, "cpu", 1});
    return "";
  } catch (const Error& error) {
    ck_assert(error.code() == ErrorCode::device_unavailable);
    return error.what();
  }
}

/// Skips the running test where this CPU does not run the model in this precision.
inline void need_precision(const denoiseae::detail::ModelData& model, Precision precision) {
  if (const std::string reason = refusal_of(model, precision); !reason.empty()) skip_test(reason);
}

}  // namespace denoiseae::test
