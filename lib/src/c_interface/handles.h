// SPDX-License-Identifier: LGPL-2.1-or-later
// The objects of the C interface, and frames as it describes them.
#pragma once

#include <denoiseae/denoiseae.h>
#include <denoiseae/denoiser.h>
#include <denoiseae/frame.h>
#include <denoiseae/model.h>
#include <denoiseae/thread_pool.h>

#include <memory>
#include <string>

#include "c_interface/guard.h"

struct denoiseae_model {
  std::shared_ptr<const denoiseae::Model> model;
  std::string path;  ///< the path of the model as text
};

struct denoiseae_denoiser {
  denoiseae::Denoiser denoiser;
};

struct denoiseae_thread_pool {
  denoiseae::ThreadPool pool;
};

namespace denoiseae {

/// Throws unsupported_format for a number that is no format.
inline PixelFormat checked_format(denoiseae_format format, const char* function) {
  const auto count = static_cast<int>(formats().size());
  if (static_cast<int>(format) < 0 || static_cast<int>(format) >= count)
    throw Error(ErrorCode::unsupported_format, std::string(function) +
                                                   ": there is no pixel format " +
                                                   std::to_string(static_cast<int>(format)) +
                                                   ", expected 0 to " + std::to_string(count - 1));
  return static_cast<PixelFormat>(format);
}

/// Throws bad_argument for a null pointer, and what checked_format throws.
inline FrameView view_of(const denoiseae_frame* frame, const char* function, const char* argument) {
  check_pointer(frame, function, argument);
  FrameView view{checked_format(frame->format, function), frame->width, frame->height, {}, {}};
  for (int p = 0; p < kMaxPlanes; ++p) {
    view.data[p] = frame->data[p];
    view.stride_bytes[p] = frame->stride_bytes[p];
  }
  return view;
}

/// Returns null for null.
inline ThreadPool* pool_of(denoiseae_thread_pool* pool) {
  return pool == nullptr ? nullptr : &pool->pool;
}

}  // namespace denoiseae
