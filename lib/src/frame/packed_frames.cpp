// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/packed_frames.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "frame/full_chroma.h"
#include "frame/pack.h"
#include "frame/samples.h"
#include "frame/subtract.h"
#include "layout/packed_layout.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

namespace {

/// Copies the first kChannels channels of rows to rows of the same width.
template <int kChannels>
void copy_channels(const TensorView& from, const TensorView& to) {
  const float* read = from.data;
  float* write = to.data;
  for (int i = 0; i < from.height * from.width; ++i) {
    std::copy_n(read, kChannels, write);
    read += from.channels;
    write += to.channels;
  }
}

/// Copies the chroma of packed rows to planes, where the first of them is row first_row.
void copy_chroma(const TensorView& rows, int first_row, const ChromaPlanes& to) {
  const float* from = rows.data + 4;
  float* const u = row_of(to.u, first_row);
  float* const v = row_of(to.v, first_row);
  for (int i = 0; i < rows.height * rows.width; ++i, from += rows.channels) {
    u[i] = from[0];
    v[i] = from[1];
  }
}

/// Packs formats of which the network sees all samples: gray and 4:2:0.
class RowPacking final : public FramePacking {
 public:
  RowPacking(PixelFormat format, int width, int height) : copy_(format, width, height) {}

  void prepare(FrameCodes& codes, ThreadPool* pool) override {
    if (share_memory(in_, out_)) {
      // A thread reads rows around its own, which another thread may have written already.
      copy_frame(in_, copy_.view(), pool);
      in_ = std::as_const(copy_).view();
    }
    codes.take_frame(in_, pool);
  }
  void pack(int first_row, const TensorView& rows) const override {
    pack_rows(in_, first_row, rows);
  }
  void subtract(int first_row, const TensorView& noise) override {
    subtract_rows(in_, first_row, noise, out_);
  }
  void finish(double /*chroma_sigma_8bit*/, ThreadPool* /*pool*/) override {
    copy_extra_bytes(in_, out_);
  }
  std::int64_t memory_bytes() const override { return frame_bytes(copy_.view()); }

 private:
  Frame copy_;
};

/// Packs formats with more chroma than the network sees. The rows of noise are gathered first,
/// because a chroma sample takes from the rows above and below it, too.
class FullChromaPacking final : public FramePacking {
 public:
  FullChromaPacking(PixelFormat format, int width, int height, const TensorView& packed)
      : detail_(format, width, height) {
    constexpr int kValues = kPackedChannels + 2 + kPackedChannels;
    values_.resize(TensorView{nullptr, kValues, packed.height, packed.width}.size());
    float* next = values_.data();
    const auto take = [&](int channels) {
      const TensorView tensor{next, channels, packed.height, packed.width};
      next += tensor.size();
      return tensor;
    };
    packed_ = take(kPackedChannels);
    packed_chroma_ = {take(1), take(1)};
    noise_ = {take(4), {take(1), take(1)}};
  }

  void prepare(FrameCodes& codes, ThreadPool* pool) override {
    for_ranges(pool, packed_.height, [&](int begin, int end) {
      for (int y = begin; y < end; ++y) {
        const TensorView row = rows_of(packed_, y, y + 1);
        pack_rows(in_, y, row);
        copy_chroma(row, y, packed_chroma_);
        codes.take_rows(y, row, true);
      }
    });
  }
  void pack(int first_row, const TensorView& rows) const override {
    copy_channels<kPackedChannels>(rows_of(packed_, first_row, first_row + rows.height), rows);
  }
  void subtract(int first_row, const TensorView& noise) override {
    copy_channels<4>(noise, rows_of(noise_.luma, first_row, first_row + noise.height));
    copy_chroma(noise, first_row, noise_.chroma);
  }
  void finish(double chroma_sigma_8bit, ThreadPool* pool) override {
    detail_.measure(in_, packed_chroma_, chroma_sigma_8bit, pool);
    subtract_full_chroma(in_, packed_chroma_, noise_, detail_, out_, pool);
    copy_extra_bytes(in_, out_);
  }
  std::int64_t memory_bytes() const override {
    return static_cast<std::int64_t>(values_.size() * sizeof(float)) + detail_.memory_bytes();
  }

 private:
  std::vector<float> values_;  ///< holds all of the following tensors
  TensorView packed_;
  ChromaPlanes packed_chroma_;  ///< a copy, which is faster to interpolate
  FullChromaNoise noise_;
  ChromaDetail detail_;
};

}  // namespace

std::unique_ptr<FramePacking> make_frame_packing(PixelFormat format, int width, int height,
                                                 const TensorView& packed) {
  if (network_sees_all_samples(format_info(format)))
    return std::make_unique<RowPacking>(format, width, height);
  return std::make_unique<FullChromaPacking>(format, width, height, packed);
}

}  // namespace denoiseae
