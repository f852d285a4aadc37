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

/// Formats of which the network sees all samples: gray and 4:2:0.
class RowPacking final : public FramePacking {
 public:
  RowPacking(PixelFormat format, int width, int height) : copy_(format, width, height) {}

  void prepare(FrameCodes& codes, bool /*with_chroma*/, ThreadPool* pool) override {
    if (share_memory(in_, out_)) {
      // Threads still read rows that another one has written.
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
  std::int64_t memory_bytes() const override {
    const ConstFrameView view = copy_.view();
    std::int64_t bytes = 0;
    for (int p = 0; p < format_info(view.format).plane_count; ++p)
      bytes += view.stride_bytes[p] * format_info(view.format).plane_rows(p, view.height);
    return bytes;
  }

 private:
  Frame copy_;
};

/// Formats with more chroma than the network sees. What is subtracted from a sample depends on the
/// rows above and below it, so that the noise is gathered first.
class FullChromaPacking final : public FramePacking {
 public:
  FullChromaPacking(PixelFormat format, int width, int height, const TensorView& packed)
      : packed_values_(packed_size(packed)),
        noise_values_(packed_size(packed)),
        packed_{packed_values_.data(), kPackedChannels, packed.height, packed.width},
        noise_{noise_values_.data(), kPackedChannels, packed.height, packed.width},
        detail_(format, width, height) {}

  void prepare(FrameCodes& codes, bool with_chroma, ThreadPool* pool) override {
    for_ranges(pool, packed_.height, [&](int begin, int end) {
      for (int y = begin; y < end; ++y) {
        const TensorView row = rows_of(packed_, y, y + 1);
        pack_rows(in_, y, row);
        codes.take_rows(y, row, with_chroma);
      }
    });
  }
  void pack(int first_row, const TensorView& rows) const override {
    const float* from = row_of(packed_, first_row);
    float* to = rows.data;
    for (int i = 0; i < rows.height * rows.width; ++i) {
      std::copy_n(from, kPackedChannels, to);
      from += kPackedChannels;
      to += rows.channels;
    }
  }
  void subtract(int first_row, const TensorView& noise) override {
    std::copy_n(noise.data, noise.size(), row_of(noise_, first_row));
  }
  void finish(double chroma_sigma_8bit, ThreadPool* pool) override {
    detail_.measure(in_, packed_, chroma_sigma_8bit, pool);
    subtract_full_chroma(in_, packed_, noise_, detail_, out_, pool);
    copy_extra_bytes(in_, out_);
  }
  std::int64_t memory_bytes() const override {
    return static_cast<std::int64_t>(2 * packed_values_.size() * sizeof(float)) +
           detail_.memory_bytes();
  }

 private:
  static std::size_t packed_size(const TensorView& packed) {
    return TensorView{nullptr, kPackedChannels, packed.height, packed.width}.size();
  }

  std::vector<float> packed_values_;
  std::vector<float> noise_values_;
  TensorView packed_;
  TensorView noise_;
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
