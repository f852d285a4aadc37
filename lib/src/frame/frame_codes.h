// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/thread_pool.h>

#include <array>
#include <cstdint>
#include <optional>

#include "layout/code_planes.h"
#include "layout/interior.h"
#include "layout/luma_view.h"
#include "layout/tensor_view.h"
#include "system/large_memory.h"

namespace denoiseae {

/// Holds the 8-bit codes on which motion is searched and noise is estimated: those of the frame
/// that is being denoised, of the frame before it, and of the last denoised picture. Luma planes
/// have twice the height and width of the packed planes, and mirror the frame beyond its edges.
/// Deeper samples are rounded. Not thread-safe, except the functions that say so.
class FrameCodes {
 public:
  /// Prepares for frames of a format and size, which are packed to planes of the given shape.
  /// Allocates all memory. Throws bad_alloc.
  FrameCodes(PixelFormat format, int width, int height, const TensorView& packed);
  /// Prepares for packed planes without a frame, which training has. Allocates all memory.
  explicit FrameCodes(const TensorView& packed);

  /// Takes a frame whose first component is luma. The memory of the frame must stay as it is until
  /// commit. pool: null for the calling thread alone.
  void take_frame(const ConstFrameView& frame, ThreadPool* pool = nullptr);
  /// Takes channels 0 ... 5 of packed planes instead of a frame, row by row. Any threads may call
  /// it. with_chroma: whether frame() or planes() is read, too.
  void take_rows(int first_row, const TensorView& rows, bool with_chroma);

  /// Finds the bars of a letter box or pillar box, and mirrors what lies between them into them, as
  /// frames are mirrored beyond their edges: motion and noise do not end there. Called when all of
  /// the frame was taken, with its chroma.
  void mirror_bars();
  /// Returns where this frame lies between bars; nothing: there are none.
  const std::optional<Interior>& interior() const { return interior_; }

  /// Returns the luma of this frame.
  LumaView luma() const { return luma_; }
  /// Returns luma, U and V of this frame. The planes of U and V have the size of the packed planes.
  /// They hold 128 where the frame is gray.
  CodePlanes planes() const {
    return {luma_, chroma(current_chroma_, 0), chroma(current_chroma_, 1)};
  }
  /// Returns the frame on which noise is estimated: the one that was taken, or the codes of the
  /// packed planes as an I420 frame.
  const ConstFrameView& frame() const { return frame_; }

  /// Makes this frame the previous one.
  void commit(ThreadPool* pool = nullptr);
  /// Returns the luma of the frame that was committed last. It has no data after forget.
  LumaView previous() const { return has_previous_ ? previous_ : LumaView{}; }
  /// Returns all planes of that frame, which was taken with chroma. They have no data after forget.
  CodePlanes previous_planes() const;
  void forget() noexcept { has_previous_ = false; }

  /// Takes rows of the last denoised picture, whose four channels of luma begin at the given one.
  /// Any threads may call it.
  void write_reference(int first_row, const TensorView& rows, int channel);
  LumaView reference() const { return {reference_.data(), stride_}; }

  /// Replaces the luma of the last denoised picture, or of the previous frame, row by row by the
  /// codes of a table. table_of: returns the table of 256 codes of a luma row.
  template <typename TableOf>
  void change_reference(const TableOf& table_of) {
    change_plane(table_of, reference_.data());
  }
  template <typename TableOf>
  void change_previous(const TableOf& table_of) {
    if (has_previous_) change_plane(table_of, planes_[is_viewed_ ? 0 : 1 - current_].data());
  }

  /// Tells whether this frame has the very codes of the previous one, in luma and, if both were
  /// taken with chroma, there.
  bool repeats_previous() const;

  bool has_size_of(const FrameCodes& other) const {
    return width_ == other.width_ && height_ == other.height_;
  }
  std::int64_t memory_bytes() const;

 private:
  template <typename TableOf>
  void change_plane(const TableOf& table_of, std::uint8_t* row) {
    for (int y = 0; y < height_; ++y, row += stride_) {
      const auto table = table_of(y);
      for (int x = 0; x < width_; ++x) row[x] = table[row[x]];
    }
  }
  LumaView plane(int index) const { return {planes_[index].data(), stride_}; }
  LumaView chroma(int index, int component) const {
    const LargeVector<std::uint8_t>& both = chroma_[index];
    return {both.data() + component * static_cast<std::ptrdiff_t>(both.size() / 2), stride_ / 2};
  }
  void take_chroma(const ConstFrameView& frame, ThreadPool* pool);
  /// Makes frame_ the view of this frame's planes.
  void view_planes();

  int width_;   ///< width of a luma plane
  int height_;  ///< height of a luma plane
  std::ptrdiff_t stride_;
  bool is_viewed_ = false;     ///< this frame's luma is read where the caller has it
  bool views_planes_ = false;  ///< frame_ shows the planes here, for want of a frame
  std::array<LargeVector<std::uint8_t>, 2> planes_;  ///< this frame's luma and the previous one
  int current_ = 0;                                  ///< index of this frame's luma in planes_
  /// U and V of this frame and of the previous one, below each other.
  std::array<LargeVector<std::uint8_t>, 2> chroma_;
  int current_chroma_ = 0;            ///< index of this frame's chroma in chroma_
  std::array<bool, 2> has_chroma_{};  ///< whether the planes in chroma_ are those of a frame
  LargeVector<std::uint8_t> reference_;
  LumaView luma_;
  LumaView previous_;
  bool has_previous_ = false;
  ConstFrameView frame_;
  std::optional<Interior> interior_;
};

}  // namespace denoiseae
