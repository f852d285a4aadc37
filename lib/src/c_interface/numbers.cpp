// SPDX-License-Identifier: LGPL-2.1-or-later
// Checks what the binary interface promises of numbers and structures, while it is compiled.
#include <denoiseae/denoiseae.h>
#include <denoiseae/denoiser.h>
#include <denoiseae/error.h>
#include <denoiseae/frame.h>
#include <denoiseae/log.h>
#include <denoiseae/noise.h>

#include <cstddef>

namespace denoiseae {

namespace {

/// Whether the enumerators of C++ and C have one number, so that they may be cast.
constexpr bool equal(auto inside, auto outside) {
  return static_cast<int>(inside) == static_cast<int>(outside);
}

static_assert(equal(ErrorCode::not_found, DENOISEAE_NOT_FOUND - 1) &&
              equal(ErrorCode::unreadable, DENOISEAE_UNREADABLE - 1) &&
              equal(ErrorCode::corrupt, DENOISEAE_CORRUPT - 1) &&
              equal(ErrorCode::unsupported_version, DENOISEAE_UNSUPPORTED_VERSION - 1) &&
              equal(ErrorCode::unknown_architecture, DENOISEAE_UNKNOWN_ARCHITECTURE - 1) &&
              equal(ErrorCode::incompatible_model, DENOISEAE_INCOMPATIBLE_MODEL - 1) &&
              equal(ErrorCode::bad_argument, DENOISEAE_BAD_ARGUMENT - 1) &&
              equal(ErrorCode::unsupported_format, DENOISEAE_UNSUPPORTED_FORMAT - 1) &&
              equal(ErrorCode::out_of_memory, DENOISEAE_OUT_OF_MEMORY - 1) &&
              equal(ErrorCode::device_unavailable, DENOISEAE_DEVICE_UNAVAILABLE - 1) &&
              equal(ErrorCode::engine_failure, DENOISEAE_ENGINE_FAILURE - 1) &&
              equal(ErrorCode::internal, DENOISEAE_INTERNAL - 1));
static_assert(equal(EngineKind::automatic, DENOISEAE_ENGINE_AUTO) &&
              equal(EngineKind::native, DENOISEAE_ENGINE_NATIVE) &&
              equal(EngineKind::torch, DENOISEAE_ENGINE_TORCH));
static_assert(equal(Precision::automatic, DENOISEAE_PRECISION_AUTO) &&
              equal(Precision::float32, DENOISEAE_FLOAT32) &&
              equal(Precision::bfloat16, DENOISEAE_BFLOAT16) &&
              equal(Precision::int8, DENOISEAE_INT8));
static_assert(equal(Show::picture, DENOISEAE_SHOW_PICTURE) &&
              equal(Show::noise, DENOISEAE_SHOW_NOISE) &&
              equal(Show::difference, DENOISEAE_SHOW_DIFFERENCE));
static_assert(equal(LogLevel::error, DENOISEAE_LOG_ERROR) &&
              equal(LogLevel::warning, DENOISEAE_LOG_WARNING) &&
              equal(LogLevel::info, DENOISEAE_LOG_INFO) &&
              equal(LogLevel::debug, DENOISEAE_LOG_DEBUG));
static_assert(equal(ColorFamily::gray, DENOISEAE_FAMILY_GRAY) &&
              equal(ColorFamily::yuv, DENOISEAE_FAMILY_YUV) &&
              equal(ColorFamily::rgb, DENOISEAE_FAMILY_RGB));
static_assert(equal(NoiseModel::gaussian, 0));
static_assert(
    equal(PixelFormat::i420, DENOISEAE_I420) && equal(PixelFormat::yv12, DENOISEAE_YV12) &&
    equal(PixelFormat::nv12, DENOISEAE_NV12) && equal(PixelFormat::nv21, DENOISEAE_NV21) &&
    equal(PixelFormat::y42b, DENOISEAE_Y42B) && equal(PixelFormat::y444, DENOISEAE_Y444) &&
    equal(PixelFormat::yuy2, DENOISEAE_YUY2) && equal(PixelFormat::uyvy, DENOISEAE_UYVY) &&
    equal(PixelFormat::gray8, DENOISEAE_GRAY8) &&
    equal(PixelFormat::gray16_le, DENOISEAE_GRAY16_LE) && equal(PixelFormat::rgb, DENOISEAE_RGB) &&
    equal(PixelFormat::bgr, DENOISEAE_BGR) && equal(PixelFormat::rgbx, DENOISEAE_RGBX) &&
    equal(PixelFormat::bgrx, DENOISEAE_BGRX) && equal(PixelFormat::xrgb, DENOISEAE_XRGB) &&
    equal(PixelFormat::xbgr, DENOISEAE_XBGR) && equal(PixelFormat::rgba, DENOISEAE_RGBA) &&
    equal(PixelFormat::bgra, DENOISEAE_BGRA) && equal(PixelFormat::argb, DENOISEAE_ARGB) &&
    equal(PixelFormat::abgr, DENOISEAE_ABGR) &&
    equal(PixelFormat::i420_10le, DENOISEAE_I420_10LE) &&
    equal(PixelFormat::p010_10le, DENOISEAE_P010_10LE) &&
    equal(PixelFormat::i422_10le, DENOISEAE_I422_10LE) &&
    equal(PixelFormat::y444_10le, DENOISEAE_Y444_10LE) &&
    equal(PixelFormat::yvyu, DENOISEAE_YVYU) && equal(PixelFormat::vyuy, DENOISEAE_VYUY) &&
    equal(PixelFormat::nv16, DENOISEAE_NV16) && equal(PixelFormat::nv61, DENOISEAE_NV61) &&
    equal(PixelFormat::nv24, DENOISEAE_NV24) && equal(PixelFormat::ayuv, DENOISEAE_AYUV) &&
    equal(PixelFormat::vuya, DENOISEAE_VUYA) && equal(PixelFormat::a420, DENOISEAE_A420) &&
    equal(PixelFormat::y210, DENOISEAE_Y210) &&
    equal(PixelFormat::i420_12le, DENOISEAE_I420_12LE) &&
    equal(PixelFormat::p012_le, DENOISEAE_P012_LE) &&
    equal(PixelFormat::i422_12le, DENOISEAE_I422_12LE) &&
    equal(PixelFormat::y444_12le, DENOISEAE_Y444_12LE) &&
    equal(PixelFormat::gray10_le16, DENOISEAE_GRAY10_LE16) &&
    equal(PixelFormat::gbr, DENOISEAE_GBR) && equal(PixelFormat::gbra, DENOISEAE_GBRA) &&
    equal(PixelFormat::gbr_10le, DENOISEAE_GBR_10LE) &&
    equal(PixelFormat::gbr_12le, DENOISEAE_GBR_12LE) &&
    equal(PixelFormat::argb64, DENOISEAE_ARGB64) && equal(PixelFormat::v210, DENOISEAE_V210) &&
    equal(PixelFormat::uyvp, DENOISEAE_UYVP) && equal(PixelFormat::y410, DENOISEAE_Y410) &&
    equal(PixelFormat::gray10_le32, DENOISEAE_GRAY10_LE32) &&
    equal(PixelFormat::gray16_be, DENOISEAE_GRAY16_BE) &&
    equal(PixelFormat::rgb16, DENOISEAE_RGB16));

/// Bytes after the last member of a structure would become the next member, which programs of this
/// version would leave as it happens to be.
#define DAE_ENDS_WITH(structure, member) \
  static_assert(offsetof(structure, member) + sizeof(structure::member) == sizeof(structure))
DAE_ENDS_WITH(denoiseae_options, reserved);
DAE_ENDS_WITH(denoiseae_settings, reserved);
DAE_ENDS_WITH(denoiseae_model_info, reserved);
DAE_ENDS_WITH(denoiseae_denoiser_info, memory_bytes);
DAE_ENDS_WITH(denoiseae_format_info, direct);
DAE_ENDS_WITH(denoiseae_noise_model_info, max_level);
#undef DAE_ENDS_WITH

}  // namespace

}  // namespace denoiseae
