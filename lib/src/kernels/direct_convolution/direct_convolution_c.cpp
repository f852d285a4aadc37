// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>

#include "kernels/direct_convolution/direct_convolution.h"
#include "kernels/direct_convolution/direct_layout.h"

namespace denoiseae {

namespace {

float product(float a, float b) { return a * b; }
float product(Bfloat16 a, Bfloat16 b) { return to_float(a) * to_float(b); }
int product(std::uint8_t a, std::int8_t b) { return a * b; }

float value_at(const void* values, SampleType type, int index) {
  if (type == SampleType::float32) return static_cast<const float*>(values)[index];
  if (type == SampleType::bfloat16) return to_float(static_cast<const Bfloat16*>(values)[index]);
  return static_cast<const std::uint8_t*>(values)[index];
}

void store(void* values, SampleType type, int index, float value) {
  if (type == SampleType::float32) {
    static_cast<float*>(values)[index] = value;
  } else if (type == SampleType::bfloat16) {
    assign(static_cast<Bfloat16*>(values)[index], value);
  } else {
    static_cast<std::uint8_t*>(values)[index] =
        static_cast<std::uint8_t>(std::nearbyint(std::clamp(value, 0.0f, 255.0f)));
  }
}

float finish(float value, const DirectEpilogue& end, const DirectRow& row, int index) {
  if (value < 0) value *= end.before;
  if (row.addend != nullptr) value += value_at(row.addend, end.addend, index) * end.addend_factor;
  if (value < 0) value *= end.after;
  if (end.sigmoid) value = 1 / (1 + std::exp(-value));
  return value * end.factor;
}

/// The weights are those of the first position of a group, whose window starts at the first tap.
template <typename Sum, typename In, typename Weight>
void rows_of(const DirectShape& shape, SampleType type, const DirectConstants& constants,
             const DirectEpilogue& end, std::span<const DirectRow> rows) {
  const DirectLayout layout(shape, type);
  const int together = inputs_of_word(type);
  const auto* weights = static_cast<const Weight*>(constants.weights);
  for (const DirectRow& row : rows) {
    for (int x = 0; x < shape.out_width; ++x) {
      for (int o = 0; o < shape.outputs; ++o) {
        const int block = o / kBlock * kBlock, width = layout.block_lanes(o);
        const Weight* const of_block =
            weights + block * shape.kernel * layout.row_words() * together;
        Sum sum = 0;
        for (int tap = 0; tap < shape.kernel * shape.kernel; ++tap) {
          const int ky = tap / shape.kernel, kx = tap % shape.kernel;
          const auto* in = static_cast<const In*>(row.in[ky]);
          const int from = x * shape.stride - shape.padding + kx;
          if (in == nullptr || from < 0 || from >= shape.in_width) continue;
          for (int i = 0; i < shape.inputs; ++i) {
            const int index = kx * shape.inputs + i;
            const int word = ky * layout.row_words() + index / together;
            sum += product(in[from * shape.inputs + i],
                           of_block[(word * width + o - block) * together + index % together]);
          }
        }
        float value = static_cast<float>(sum) + constants.bias[o];
        if (constants.scales != nullptr) value *= constants.scales[o];
        const int index = x * shape.outputs + o;
        store(row.out, end.out, index, finish(value, end, row, index));
      }
    }
  }
}

}  // namespace

void direct_float32_c(const DirectShape& shape, const DirectConstants& constants,
                      const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                      void* /*scratch*/) {
  rows_of<float, float, float>(shape, SampleType::float32, constants, epilogue, rows);
}

void direct_bfloat16_c(const DirectShape& shape, const DirectConstants& constants,
                       const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                       void* /*scratch*/) {
  rows_of<float, Bfloat16, Bfloat16>(shape, SampleType::bfloat16, constants, epilogue, rows);
}

void direct_codes_c(const DirectShape& shape, const DirectConstants& constants,
                    const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                    void* /*scratch*/) {
  rows_of<std::int32_t, std::uint8_t, std::int8_t>(shape, SampleType::code, constants, epilogue,
                                                   rows);
}

}  // namespace denoiseae
