// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/frame_codes.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <utility>

#include "frame/bars.h"
#include "frame/find_interior.h"
#include "frame/pack.h"
#include "frame/samples.h"
#include "kernels/luma_codes/luma_codes.h"
#include "layout/mirrored.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

FrameCodes::FrameCodes(const TensorView& packed)
    : width_(2 * packed.width),
      height_(2 * packed.height),
      stride_(width_),
      reference_(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_)) {
  for (auto& luma : planes_) luma.resize(reference_.size());
  for (auto& both : chroma_) both.resize(reference_.size() / 2, 128);
  luma_ = plane(0);
}

FrameCodes::FrameCodes(PixelFormat format, int width, int height, const TensorView& packed)
    : FrameCodes(packed) {
  const FormatInfo& info = format_info(format);
  const bool takes_frames = network_sees_all_samples(info);
  is_viewed_ = takes_frames && info.depth == 8 && info.component[0].step_bytes == 1 &&
               width == width_ && height == height_;
  frame_.width = width;
  frame_.height = height;
  // A viewed frame needs one plane, to which commit copies it, and with bars a second one, which is
  // not touched before. The others take two planes in turn.
  if (is_viewed_) {
    planes_[1] = LargeVector<std::uint8_t>();  // {} would keep the memory
    planes_[1].reserve(reference_.size());
  }
  views_planes_ = !takes_frames;
  if (takes_frames) return;
  frame_.format = PixelFormat::i420;
  frame_.stride_bytes = {stride_, stride_ / 2, stride_ / 2};
  view_planes();
}

void FrameCodes::view_planes() {
  const CodePlanes now = planes();
  frame_.data = {now.luma.data, now.u.data, now.v.data};
}

void FrameCodes::take_chroma(const ConstFrameView& frame, ThreadPool* pool) {
  const FormatInfo& info = format_info(frame.format);
  if (info.component_count < 3) return;
  const int width = info.component_width(1, frame.width);
  const int height = info.component_height(1, frame.height);
  for_ranges(pool, height_ / 2, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      for (const int component : {0, 1}) {
        std::uint8_t* to = chroma_[current_chroma_].data() +
                           (component * static_cast<std::ptrdiff_t>(height_ / 2) + y) * stride_ / 2;
        load_8bit_codes(frame, component + 1, 0, mirrored(y, height),
                        {to, static_cast<std::size_t>(width)});
        for (int x = width; x < width_ / 2; ++x) to[x] = to[mirrored(x, width)];
      }
    }
  });
}

void FrameCodes::take_frame(const ConstFrameView& frame, ThreadPool* pool) {
  frame_ = frame;
  has_chroma_[current_chroma_] = true;
  take_chroma(frame, pool);
  if (is_viewed_) {
    luma_ = {frame.component_row(0, 0),
             frame.stride_bytes[format_info(frame.format).component[0].plane]};
    return;
  }
  std::uint8_t* const plane = planes_[current_].data();
  const auto width = static_cast<std::size_t>(frame.width);
  for_ranges(pool, height_, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      std::uint8_t* to = plane + y * stride_;
      load_8bit_codes(frame, 0, 0, mirrored(y, frame.height), {to, width});
      for (int x = frame.width; x < width_; ++x) to[x] = to[mirrored(x, frame.width)];
    }
  });
}

void FrameCodes::take_rows(int first_row, const TensorView& rows, bool with_chroma) {
  LumaCodes* const luma_codes = best_luma_codes();
  // All threads that take rows of a frame write the same.
  std::atomic_ref(has_chroma_[current_chroma_]).store(with_chroma, std::memory_order_relaxed);
  for (int y = 0; y < rows.height; ++y) {
    const float* from = row_of(rows, y);
    std::uint8_t* upper = planes_[current_].data() + 2 * (first_row + y) * stride_;
    luma_codes(from, rows.channels, rows.width, upper, upper + stride_);
    if (!with_chroma) continue;
    std::uint8_t* u = chroma_[current_chroma_].data() + (first_row + y) * stride_ / 2;
    std::uint8_t* v = u + chroma_[current_chroma_].size() / 2;
    for (int x = 0; x < rows.width; ++x, from += rows.channels) {
      u[x] = unit_to_code(from[4] + 0.5f);
      v[x] = unit_to_code(from[5] + 0.5f);
    }
  }
}

namespace {

/// Mirrors a range of a plane, which has all samples of some height and width, into what lies
/// around it. unit: how many luma samples along an axis one sample stands for. at: returns the
/// sample that a position of an axis shows, for the range of that axis.
template <typename At>
void mirror_plane(std::uint8_t* plane, std::ptrdiff_t stride, int height, int width, int unit,
                  const Interior& interior, const At& at) {
  const int left = interior.columns.begin / unit;
  const int right = (interior.columns.end + unit - 1) / unit;
  for (int y = 0; y < height; ++y) {
    std::uint8_t* const row = plane + y * stride;
    const int source = at(interior.rows, y);
    if (source != y) std::copy_n(plane + source * stride, width, row);
    for (int x = 0; x < left; ++x) row[x] = row[at(interior.columns, x)];
    for (int x = right; x < width; ++x) row[x] = row[at(interior.columns, x)];
  }
}

}  // namespace

void FrameCodes::mirror_bars() {
  interior_ = find_interior(planes(), height_, width_);
  if (!interior_) return;
  int luma = current_;
  if (is_viewed_) {
    luma = 1;
    planes_[luma].resize(reference_.size());
    for (int y = 0; y < height_; ++y)
      std::copy_n(luma_.data + y * luma_.stride_bytes, width_, planes_[luma].data() + y * stride_);
    luma_ = plane(luma);
  }
  mirror_plane(planes_[luma].data(), stride_, height_, width_, 1, *interior_, mirrored_into);
  LargeVector<std::uint8_t>& both = chroma_[current_chroma_];
  for (std::uint8_t* plane : {both.data(), both.data() + both.size() / 2})
    mirror_plane(plane, stride_ / 2, height_ / 2, width_ / 2, 2, *interior_, shown_pair);
}

void FrameCodes::commit(ThreadPool* pool) {
  has_previous_ = true;
  previous_ = plane(current_);
  current_chroma_ = 1 - current_chroma_;
  if (is_viewed_) {
    for_ranges(pool, height_, [&](int begin, int end) {
      for (int y = begin; y < end; ++y)
        std::copy_n(luma_.data + y * luma_.stride_bytes, width_, planes_[0].data() + y * stride_);
    });
    return;
  }
  current_ = 1 - current_;
  luma_ = plane(current_);
  if (views_planes_) view_planes();
}

bool FrameCodes::repeats_previous() const {
  if (!has_previous_) return false;
  const auto width = static_cast<std::size_t>(width_);
  for (int y = 0; y < height_; ++y)
    if (std::memcmp(luma_.data + y * luma_.stride_bytes,
                    previous_.data + y * previous_.stride_bytes, width) != 0)
      return false;
  return !has_chroma_[0] || !has_chroma_[1] || chroma_[0] == chroma_[1];
}

CodePlanes FrameCodes::previous_planes() const {
  if (!has_previous_) return {};
  const int before = 1 - current_chroma_;
  return {previous_, chroma(before, 0), chroma(before, 1)};
}

void FrameCodes::write_reference(int first_row, const TensorView& rows, int channel) {
  LumaCodes* const luma_codes = best_luma_codes();
  for (int y = 0; y < rows.height; ++y) {
    std::uint8_t* upper = reference_.data() + 2 * (first_row + y) * stride_;
    luma_codes(row_of(rows, y) + channel, rows.channels, rows.width, upper, upper + stride_);
  }
}

std::int64_t FrameCodes::memory_bytes() const {
  return static_cast<std::int64_t>(planes_[0].size() + planes_[1].size() + chroma_[0].size() +
                                   chroma_[1].size() + reference_.size());
}

}  // namespace denoiseae
