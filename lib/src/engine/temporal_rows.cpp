// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/temporal_rows.h"

namespace denoiseae {

template <typename Value>
const TemporalRows<Value>& temporal_rows() noexcept {
  return temporal_tables().of<Value>();
}

template DAE_API const TemporalRows<float>& temporal_rows() noexcept;
template DAE_API const TemporalRows<Bfloat16>& temporal_rows() noexcept;

}  // namespace denoiseae
