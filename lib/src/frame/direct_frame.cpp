// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/direct_frame.h"

#include <utility>

#include "frame/row_coder.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

namespace {

template <typename Byte>
ComponentRows<Byte> component_rows(const BasicFrameView<Byte>& frame, int y) {
  const FormatInfo& info = format_info(frame.format);
  ComponentRows<Byte> rows{};
  for (int c = 0; c < info.component_count; ++c) {
    rows.first[c] = frame.component_row(c, y);
    rows.step_bytes[c] = info.component[c].step_bytes;
  }
  return rows;
}

}  // namespace

void decode_frame(const ConstFrameView& coded, const FrameView& direct, ThreadPool* pool) {
  const RowCoder& coder = *format_info(coded.format).coder;
  for_ranges(pool, coded.height, [&](int begin, int end) {
    for (int y = begin; y < end; ++y)
      coder.decode(coded.row(0, y), coded.width, component_rows(direct, y));
  });
}

void encode_frame(const ConstFrameView& before, const ConstFrameView& direct, const FrameView& out,
                  ThreadPool* pool) {
  const RowCoder& coder = *format_info(out.format).coder;
  for_ranges(pool, out.height, [&](int begin, int end) {
    for (int y = begin; y < end; ++y)
      coder.encode(component_rows(direct, y), out.width, before.row(0, y), out.row(0, y));
  });
}

DirectFrame::DirectFrame(const ConstFrameView& frame, ThreadPool* pool) : view_(frame) {
  const FormatInfo& info = format_info(frame.format);
  if (info.is_direct()) return;
  copy_ = Frame(info.direct, frame.width, frame.height);
  decode_frame(frame, copy_.view(), pool);
  view_ = std::as_const(copy_).view();
}

}  // namespace denoiseae
