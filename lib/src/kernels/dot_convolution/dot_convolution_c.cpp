// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>

#include "kernels/dot_convolution/dot_convolution.h"
#include "kernels/rounded_code.h"

namespace denoiseae {

namespace {

float product(Bfloat16 a, Bfloat16 b) { return to_float(a) * to_float(b); }
int product(std::uint8_t a, std::int8_t b) { return a * b; }

template <typename Sum, typename In, typename Weight, typename Out>
void rows_of(const DotShape& shape, const DotConstants<Weight>& constants,
             const DotEpilogue& epilogue, std::span<const DotRow<In, Out>> rows) {
  constexpr int kTogether = kInputsOfWord<In>;
  for (const DotRow<In, Out>& row : rows) {
    for (int x = 0; x < shape.width; ++x) {
      for (int o = 0; o < shape.outputs; ++o) {
        Sum sum = 0;
        for (int tap = 0; tap < 9; ++tap) {
          const In* in = row.in[tap / 3];
          const int from = x + tap % 3 - 1;
          if (in == nullptr || from < 0 || from >= shape.width) continue;
          const Weight* of_tap = constants.weights + tap * shape.outputs * shape.inputs;
          for (int i = 0; i < shape.inputs; ++i) {
            const int word = i / kTogether;
            sum += product(in[from * shape.inputs + i],
                           of_tap[(word * shape.outputs + o) * kTogether + i % kTogether]);
          }
        }
        float value = static_cast<float>(sum) + constants.bias[o];
        if (constants.scales != nullptr) value *= constants.scales[o];
        if (value < 0) value *= epilogue.slope;
        if (epilogue.sigmoid) value = 1 / (1 + std::exp(-value));
        assign(row.out[x * shape.outputs + o], value);
      }
    }
  }
}

}  // namespace

void bfloat16_dot_c(const DotShape& shape, const DotConstants<Bfloat16>& constants,
                    const DotEpilogue& epilogue, std::span<const DotRow<Bfloat16, float>> rows) {
  rows_of<float>(shape, constants, epilogue, rows);
}

void bfloat16_dot_c(const DotShape& shape, const DotConstants<Bfloat16>& constants,
                    const DotEpilogue& epilogue, std::span<const DotRow<Bfloat16, Bfloat16>> rows) {
  rows_of<float>(shape, constants, epilogue, rows);
}

void code_dot_c(const DotShape& shape, const DotConstants<std::int8_t>& constants,
                const DotEpilogue& epilogue, std::span<const DotRow<std::uint8_t, float>> rows) {
  rows_of<std::int32_t>(shape, constants, epilogue, rows);
}

void code_dot_c(const DotShape& shape, const DotConstants<std::int8_t>& constants,
                const DotEpilogue& epilogue,
                std::span<const DotRow<std::uint8_t, std::uint8_t>> rows) {
  rows_of<std::int32_t>(shape, constants, epilogue, rows);
}

}  // namespace denoiseae
