// SPDX-License-Identifier: LGPL-2.1-or-later
// The way from a status of the C interface to an exception.
#pragma once

#include <denoiseae/denoiseae.h>
#include <denoiseae/error.h>

namespace denoiseae::detail {

/// Throws the error that a call of the C interface returned, if it did.
inline void check(denoiseae_status status) {
  // Error codes count from 0, and statuses from 1, because 0 is success.
  if (status != DENOISEAE_OK)
    throw Error(static_cast<ErrorCode>(static_cast<int>(status) - 1), denoiseae_error());
}

}  // namespace denoiseae::detail
