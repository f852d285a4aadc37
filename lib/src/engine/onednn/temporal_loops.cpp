// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/temporal_loops.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "net/graph.h"
#include "planes.h"

namespace denoiseae {

namespace {

/// Means of signed differences, whose magnitudes are evidence.
struct Means {
  float d = 0;
  float e = 0;
  float s = 0;
};

/// What one position adds to its 2x2 block.
void add_evidence(const float* frame, const float* past, std::array<float, kEvidenceChannels>& sum,
                  Means& mean) {
  const float v = std::min(past[kPastVariance], 1.0f);
  const float root = 1 / std::sqrt(1 + v);
  const float luma_scale = 1 / (frame[kLumaNoiseChannel] / kNoiseLevelScale + kLeastDeviation);
  const float chroma_scale = 1 / (frame[kChromaNoiseChannel] / kNoiseLevelScale + kLeastDeviation);
  const float* picture = past + kPastPicture;
  for (int c = 0; c < 4; ++c) {
    const float d = (frame[c] - past[c]) * luma_scale * root;
    const float e = (frame[c] - picture[c]) * luma_scale;
    sum[0] += std::abs(d) * 0.25f;
    sum[7] += frame[c] * 0.25f;
    sum[8] += std::abs(e) * 0.25f;
    mean.d += d * 0.25f;
    mean.e += e * 0.25f;
    mean.s += (past[c] - picture[c]) * luma_scale * 0.25f;
  }
  sum[2] += std::abs(frame[4] - past[4]) * chroma_scale * root;
  sum[3] += std::abs(frame[5] - past[5]) * chroma_scale * root;
  sum[4] += frame[kLumaNoiseChannel];
  sum[5] += frame[kChromaNoiseChannel];
  sum[6] += std::sqrt(v);
  sum[10] +=
      (std::abs(frame[4] - picture[4]) + std::abs(frame[5] - picture[5])) * chroma_scale * 0.5f;
}

/// The two neighbours of half the size that a position lies between, and the weight of the second.
struct Between {
  int first;
  int second;
  float weight;
};

Between between(int position, int half_size) {
  const int first = (position + 1) / 2 - 1;
  const float weight = position % 2 == 0 ? 0.75f : 0.25f;
  return {std::max(first, 0), std::min(first + 1, half_size - 1), weight};
}

}  // namespace

void append_motion_evidence(Draft& draft, const Band& frame, const Band& past, const Band& out) {
  for (const Band* band : {&frame, &past, &out}) draft.use(band->place);
  with_type(out.type, [&]<typename Value>(Value) {
    draft.steps.emplace_back([=](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y) {
        Value* to = row_of<Value>(addresses, out, y);
        for (int x = 0; x < out.width; ++x, to += kEvidenceChannels) {
          std::array<float, kEvidenceChannels> sum{};
          Means mean;
          for (int dy = 0; dy < 2; ++dy) {
            const float* z = row_of<const float>(addresses, frame, 2 * y + dy);
            const float* f = row_of<const float>(addresses, past, 2 * y + dy);
            for (int dx = 0; dx < 2; ++dx) {
              const int position = 2 * x + dx;
              add_evidence(z + position * kPackedInputChannels, f + position * kPastChannels, sum,
                           mean);
            }
          }
          sum[1] = std::abs(mean.d);
          sum[9] = std::abs(mean.e);
          sum[11] = std::abs(mean.s);
          for (int c = 0; c < kEvidenceChannels; ++c) assign(to[c], sum[c] * 0.25f);
        }
      }
    });
  });
}

void append_temporal_update(Draft& draft, const Band& frame, const Band& past, const Band& gate,
                            int gate_height, const Band& out) {
  for (const Band* band : {&frame, &past, &gate, &out}) draft.use(band->place);
  with_type(gate.type, [&]<typename Value>(Value) {
    draft.steps.emplace_back([=](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y) {
        const Between rows = between(y, gate_height);
        const Value* upper = row_of<Value>(addresses, gate, rows.first);
        const Value* lower = row_of<Value>(addresses, gate, rows.second);
        const float* z = row_of<const float>(addresses, frame, y);
        const float* f = row_of<const float>(addresses, past, y);
        auto* to = row_of<float>(addresses, out, y);
        for (int x = 0; x < out.width; ++x) {
          const Between columns = between(x, gate.width);
          const auto along = [&](const Value* row, int channel) {
            const float left = to_float(row[columns.first * kGateChannels + channel]);
            const float right = to_float(row[columns.second * kGateChannels + channel]);
            return left + columns.weight * (right - left);
          };
          const auto gate_of = [&](int channel) {
            const float top = along(upper, channel);
            return top + rows.weight * (along(lower, channel) - top);
          };
          const float v = f[kPastVariance];
          const float gain = std::max(1 - gate_of(0) / (v + 1), kLeastGain);
          const float share = v < kForgotten ? gate_of(1) : 0.0f;
          for (int c = 0; c < kPackedChannels; ++c) {
            to[c] = f[c] + gain * (z[c] - f[c]);
            to[kPastPicture + c] = to[c] + share * (f[kPastPicture + c] - to[c]);
          }
          to[kPastVariance] = (1 - gain) * (1 - gain) * v + gain * gain;
          z += kPackedInputChannels;
          f += kPastChannels;
          to += kPastChannels;
        }
      }
    });
  });
}

void append_spatial_input(Draft& draft, const Band& frame, const Band& past, const Band& out) {
  for (const Band* band : {&frame, &past, &out}) draft.use(band->place);
  with_type(out.type, [&]<typename Value>(Value) {
    draft.steps.emplace_back([=](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y) {
        const float* z = row_of<const float>(addresses, frame, y);
        const float* f = row_of<const float>(addresses, past, y);
        Value* to = row_of<Value>(addresses, out, y);
        for (int x = 0; x < out.width; ++x) {
          const float root = std::sqrt(f[kPastVariance]);
          float innovation = 0;
          for (int c = 0; c < 4; ++c) innovation += (z[c] - f[c]) * 0.25f;
          for (int c = 0; c < kPackedChannels; ++c) {
            assign(to[c], f[c]);
            assign(to[kPackedChannels + c], f[kPastPicture + c]);
          }
          assign(to[2 * kPackedChannels], z[kLumaNoiseChannel] * root);
          assign(to[2 * kPackedChannels + 1], z[kChromaNoiseChannel] * root);
          assign(to[2 * kPackedChannels + 2], innovation);
          assign(to[2 * kPackedChannels + 3], z[kLumaNoiseChannel]);
          z += kPackedInputChannels;
          f += kPastChannels;
          to += kSpatialInputChannels;
        }
      }
    });
  });
}

void append_remember(Draft& draft, const Band& past, const Band& residual, const Band& out) {
  for (const Band* band : {&past, &residual}) draft.use(band->place);
  with_type(residual.type, [&]<typename Value>(Value) {
    draft.steps.emplace_back([=](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y) {
        const float* f = row_of<const float>(addresses, past, y);
        const Value* r = row_of<Value>(addresses, residual, y);
        auto* to = row_of<float>(addresses, out, y);
        for (int x = 0; x < out.width; ++x) {
          std::copy_n(f, kPastPicture, to);
          for (int c = 0; c < kPackedChannels; ++c) to[kPastPicture + c] = f[c] - to_float(r[c]);
          f += kPastChannels;
          r += kPackedChannels;
          to += kPastChannels;
        }
      }
    });
  });
}

void append_add_innovation(Draft& draft, const Band& frame, const Band& past, const Band& residual,
                           const Band& out) {
  for (const Band* band : {&frame, &past, &residual, &out}) draft.use(band->place);
  with_type(residual.type, [&]<typename Value>(Value) {
    draft.steps.emplace_back([=](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y) {
        const float* z = row_of<const float>(addresses, frame, y);
        const float* f = row_of<const float>(addresses, past, y);
        const Value* r = row_of<Value>(addresses, residual, y);
        auto* to = row_of<float>(addresses, out, y);
        for (int x = 0; x < out.width; ++x) {
          for (int c = 0; c < kPackedChannels; ++c) to[c] = z[c] - f[c] + to_float(r[c]);
          z += kPackedInputChannels;
          f += kPastChannels;
          r += kPackedChannels;
          to += kPackedChannels;
        }
      }
    });
  });
}

}  // namespace denoiseae
