// SPDX-License-Identifier: LGPL-2.1-or-later
// Hierarchical block matching. At eighth size all vectors are tried. At quarter and half size the
// vectors of the level before and of the neighbours are tried, and the best one is refined. At full
// size each block decides the last pixel together with the neighbours that moved alike. Then blocks
// take over the vectors of their neighbours where that costs less, in a few rounds. At last, a
// fraction of a pixel is fitted.
//
// The cost of a vector is its sum of absolute differences (SAD) and a penalty if it is neither zero
// nor like its neighbours, as in video encoders and in 3-D recursive search (de Haan et al., IEEE
// Transactions on Circuits and Systems for Video Technology 3(5), 1993).
#include "motion/motion_search.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <utility>

#include "kernels/sad/sad.h"
#include "motion/motion_penalties.h"
#include "motion/subpel_fit.h"
#include "parallel/wavefront.h"
#include "system/part_times.h"

namespace denoiseae {
namespace {

constexpr int kLevels = LumaPyramid::kLevels;
constexpr int kCoarsest = kLevels - 1;
constexpr int kSmoothingRounds = 2;
// Side of a block in samples of the level. That is 64, 32, 16 and 16 pixels of the frame from the
// coarsest level to the finest.
constexpr int block_size(int level) { return level == 0 ? 16 : 8; }
// Side of the window of a SAD in samples. It is larger than the block at half and quarter size: the
// noise in a SAD grows with the side of the window, and the difference that motion makes grows with
// its area.
constexpr int window_size(int level) { return level == kCoarsest ? 8 : 16; }
constexpr int window_border(int level) { return (window_size(level) - block_size(level)) / 2; }

bool is_near(const MotionVector& a, const MotionVector& b) {
  return std::abs(a.dx - b.dx) <= 1 && std::abs(a.dy - b.dy) <= 1;
}

MotionVector sum(const MotionVector& a, const MotionVector& b) {
  return {a.dx + b.dx, a.dy + b.dy};
}

// The displacements of Sad16x16Around, in its order.
constexpr int kAround = 9;
constexpr int kCenter = 4;
constexpr MotionVector around(int i) { return {i % 3 - 1, i / 3 - 1}; }

// The SADs around a vector. With numbers that fill them up they are added four at a time.
struct alignas(16) SadsAround {
  std::array<int, kAround + 3> sums{};

  void add(const SadsAround& other) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += other.sums[i];
  }
  int operator[](std::size_t i) const { return sums[i]; }
};

struct Grid {
  int columns = 0;
  int rows = 0;
  std::vector<MotionVector> vectors;  ///< row by row, in samples of the level

  std::size_t index(int column, int row) const {
    return static_cast<std::size_t>(row) * columns + column;
  }
  bool has(int column, int row) const {
    return column >= 0 && column < columns && row >= 0 && row < rows;
  }
  MotionVector& at(int column, int row) { return vectors[index(column, row)]; }
  const MotionVector& nearest(int column, int row) const {
    return vectors[index(std::clamp(column, 0, columns - 1), std::clamp(row, 0, rows - 1))];
  }
};

// A few vectors, each of them once.
struct Candidates {
  std::array<MotionVector, 8> vectors;
  int count = 0;

  void add(const MotionVector& v) {
    if (std::find(begin(), end(), v) == end()) vectors[static_cast<std::size_t>(count++)] = v;
  }
  const MotionVector* begin() const { return vectors.data(); }
  const MotionVector* end() const { return vectors.data() + count; }
};

struct Choice {
  MotionVector vector;
  int cost;

  void offer(const MotionVector& v, int v_cost) {
    if (v_cost < cost) *this = {v, v_cost};
  }
};

}  // namespace

struct MotionSearch::Impl {
  Impl(int width, int height)
      : too_small(std::min(width, height) < MotionSearch::kMinSide),
        current(width, height),
        reference(width, height),
        field(width, height) {
    for (int i = 0; i < kLevels; ++i) {
      const int covered = block_size(i) << i;
      grids[i].columns = (width + covered - 1) / covered;
      grids[i].rows = (height + covered - 1) / covered;
      grids[i].vectors.resize(static_cast<std::size_t>(grids[i].columns) * grids[i].rows);
    }
    wavefront = Wavefront(grids[0].rows);
    moved.resize(grids[0].vectors.size());
    sads.resize(grids[0].vectors.size());
    chosen.resize(grids[0].vectors.size());
  }

  const std::uint8_t* current_at(int level, int column, int row) const {
    const int x = column * block_size(level) - window_border(level);
    const int y = row * block_size(level) - window_border(level);
    return current.at(level, x, y);
  }
  const std::uint8_t* reference_at(int level, int column, int row, const MotionVector& v) const {
    const int x = column * block_size(level) - window_border(level) + v.dx;
    const int y = row * block_size(level) - window_border(level) + v.dy;
    return reference.at(level, x, y);
  }
  static bool in_range(int level, const MotionVector& v, int reserve) {
    return std::max(std::abs(v.dx), std::abs(v.dy)) + reserve <= MotionSearch::kRange >> level;
  }
  // These two are for all levels but the coarsest, whose windows are smaller.
  int sad(int level, int column, int row, const MotionVector& v) const {
    return kernels.sad_16x16(current_at(level, column, row), current.stride_bytes(level),
                             reference_at(level, column, row, v), reference.stride_bytes(level));
  }
  void sad_around(int level, int column, int row, const MotionVector& v, int* sums) const {
    kernels.sad_16x16_around(current_at(level, column, row), current.stride_bytes(level),
                             reference_at(level, column, row, v), reference.stride_bytes(level),
                             sums);
  }

  // The penalties of a block depend on whether things moved at its middle in the frame before.
  const MotionPenalties& penalties_at(int level, int column, int row) const {
    const int blocks = (block_size(level) << level) / block_size(0);
    const int x = std::min(column * blocks + blocks / 2, grids[0].columns - 1);
    const int y = std::min(row * blocks + blocks / 2, grids[0].rows - 1);
    return penalties[moved[grids[0].index(x, y)]][static_cast<std::size_t>(level)];
  }

  // Marks the blocks where a third of the neighbourhood moved in the frame before. A single vector
  // may have been wrong.
  void find_moved(const MotionField* before) {
    constexpr int kOneOf = 3;
    const Grid& grid = grids[0];
    for (int row = 0; row < grid.rows; ++row)
      for (int column = 0; column < grid.columns; ++column) {
        int blocks = 0, moving = 0;
        for (int y = row - 1; before != nullptr && y <= row + 1; ++y)
          for (int x = column - 1; x <= column + 1; ++x)
            if (grid.has(x, y)) {
              ++blocks;
              moving += before->at(x, y) != MotionVector{};
            }
        moved[grid.index(column, row)] = moving > 0 && kOneOf * moving >= blocks;
      }
  }

  void search_all(int column, int row) {
    constexpr int kReach = (MotionSearch::kRange >> kCoarsest) - 1;
    static_assert(2 * kReach + 1 <= 16);
    Grid& grid = grids[kCoarsest];
    const MotionPenalties& penalty = penalties_at(kCoarsest, column, row);
    const MotionVector left = grid.nearest(column - 1, row), above = grid.nearest(column, row - 1);
    std::array<std::array<std::uint16_t, 16>, 2 * kReach + 1> sums;
    for (int dy = -kReach; dy <= kReach; ++dy)
      kernels.sad_8x8_along(current_at(kCoarsest, column, row), current.stride_bytes(kCoarsest),
                            reference_at(kCoarsest, column, row, {-kReach, dy}),
                            reference.stride_bytes(kCoarsest), sums[dy + kReach].data());
    Choice best{{}, sums[kReach][kReach]};
    for (const MotionVector& v : {left, above})
      if (v != MotionVector{}) best.offer(v, sums[v.dy + kReach][v.dx + kReach] + penalty.known);
    for (int dy = -kReach; dy <= kReach; ++dy)
      for (int dx = -kReach; dx <= kReach; ++dx)
        best.offer({dx, dy}, sums[dy + kReach][dx + kReach] + penalty.unknown);
    grid.at(column, row) = best.vector;
  }

  void refine(int level, int column, int row) {
    Grid& grid = grids[level];
    const Grid& coarse = grids[level + 1];
    const MotionPenalties& penalty = penalties_at(level, column, row);
    const int up_x = column / 2, side_x = column % 2 == 0 ? up_x - 1 : up_x + 1;
    const int up_y = row / 2, side_y = row % 2 == 0 ? up_y - 1 : up_y + 1;
    Candidates candidates;
    for (const MotionVector& v : {coarse.nearest(up_x, up_y), coarse.nearest(side_x, up_y),
                                  coarse.nearest(up_x, side_y), coarse.nearest(side_x, side_y)})
      candidates.add(sum(v, v));
    for (const auto& [x, y] :
         {std::pair{column - 1, row}, {column, row - 1}, {column + 1, row - 1}})
      if (grid.has(x, y)) candidates.add(grid.at(x, y));

    Choice best{{}, sad(level, column, row, {})};
    for (const MotionVector& v : candidates)
      if (v != MotionVector{} && in_range(level, v, 1))
        best.offer(v, sad(level, column, row, v) + penalty.known);

    const MotionVector center = best.vector;
    std::array<int, kAround> sums;
    sad_around(level, column, row, center, sums.data());
    for (int i = 0; i < kAround; ++i) {
      const MotionVector v = sum(center, around(i));
      // The vectors of the coarser level are twice as coarse, so a step by one sample is expected.
      const bool expected = center != MotionVector{} && v != MotionVector{};
      if (i != kCenter && in_range(level, v, 1))
        best.offer(
            v, sums[static_cast<std::size_t>(i)] + (expected ? penalty.known : penalty.unknown));
    }
    grid.at(column, row) = best.vector;
  }

  // Takes the vectors of half size as the centers of the search at full size, and measures the SADs
  // around them.
  void measure_around(int column, int row) {
    const MotionVector v = grids[1].at(column, row);
    const MotionVector center = sum(v, v);
    grids[0].at(column, row) = center;
    sad_around(0, column, row, center, sads[grids[0].index(column, row)].sums.data());
  }

  // Adds the SADs of those of the 3x3 blocks that have the vector of the middle one, and returns
  // how many they are.
  std::size_t add_alike(int column, int row, SadsAround& sums) const {
    const Grid& grid = grids[0];
    const MotionVector vector = grid.vectors[grid.index(column, row)];
    std::size_t blocks = 0;
    for (int y = std::max(row - 1, 0); y <= std::min(row + 1, grid.rows - 1); ++y)
      for (int x = std::max(column - 1, 0); x <= std::min(column + 1, grid.columns - 1); ++x) {
        const std::size_t block = grid.index(x, y);
        if (grid.vectors[block] != vector) continue;
        sums.add(sads[block]);
        ++blocks;
      }
    return blocks;
  }

  // Integer refinement. It sums the SADs of those of the 3x3 blocks that have the same center,
  // because in noise a single block does not tell a displacement by one pixel.
  MotionVector refine_integer(int column, int row) {
    const Grid& grid = grids[0];
    const MotionVector center = grid.vectors[grid.index(column, row)];
    SadsAround sums;
    const std::size_t blocks = add_alike(column, row, sums);
    const MotionPenalties& penalty = penalties_at(0, column, row);
    const int step =
        (center == MotionVector{} ? penalty.integer_step_from_zero : penalty.integer_step)[blocks];
    Choice best{center, sums[kCenter]};
    for (int i = 0; i < kAround; ++i)
      best.offer(sum(center, around(i)), sums[static_cast<std::size_t>(i)] + step);
    return best.vector;
  }

  // Returns the SAD of a vector, which was measured already if it is near the center of the block.
  int known_sad(int column, int row, const MotionVector& v) const {
    const std::size_t block = grids[0].index(column, row);
    const MotionVector& half = grids[1].vectors[block];
    const int x = v.dx - 2 * half.dx + 1, y = v.dy - 2 * half.dy + 1;
    if (x < 0 || x > 2 || y < 0 || y > 2) return sad(0, column, row, v);
    return sads[block][static_cast<std::size_t>(y) * 3 + static_cast<std::size_t>(x)];
  }

  // Whether a block inside has the vector of all four neighbours.
  bool agrees_with_neighbours(int column, int row) const {
    const Grid& grid = grids[0];
    if (column == 0 || row == 0 || column + 1 == grid.columns || row + 1 == grid.rows) return false;
    const MotionVector* const own = &grid.vectors[grid.index(column, row)];
    return own[-1] == *own && own[1] == *own && own[-grid.columns] == *own &&
           own[grid.columns] == *own;
  }

  void smooth(int column, int row) {
    Grid& grid = grids[0];
    if (agrees_with_neighbours(column, row)) return;
    std::array<MotionVector, 4> neighbours;
    std::size_t count = 0;
    Candidates candidates;
    candidates.add(grid.at(column, row));
    for (const auto& [x, y] :
         {std::pair{column - 1, row}, {column + 1, row}, {column, row - 1}, {column, row + 1}})
      if (grid.has(x, y)) {
        neighbours[count++] = grid.at(x, y);
        candidates.add(grid.at(x, y));
      }
    if (candidates.count == 1) return;

    const MotionPenalties& penalty = penalties_at(0, column, row);
    Choice best{grid.at(column, row), std::numeric_limits<int>::max()};
    for (const MotionVector& v : candidates) {
      int cost = v == MotionVector{} ? 0 : penalty.motion;
      for (std::size_t i = 0; i < count; ++i)
        if (neighbours[i] != v)
          cost += is_near(neighbours[i], v) ? penalty.disagreement : 2 * penalty.disagreement;
      if (cost < best.cost) best.offer(v, cost + known_sad(column, row, v));
    }
    grid.at(column, row) = best.vector;
  }

  // Measures the SADs around the vectors, which are final now, where they are not yet known.
  void measure_final(int column, int row) {
    const MotionVector v = grids[0].at(column, row), half = grids[1].at(column, row);
    if (v != sum(half, half))
      sad_around(0, column, row, v, sads[grids[0].index(column, row)].sums.data());
  }

  // Sub-pel refinement. It sums the SADs of those of the 3x3 blocks that have the same vector. The
  // block's own SADs have the largest weight, because fractions change from block to block where
  // the camera turns or zooms.
  MotionVector refine_subpel(int column, int row) const {
    const Grid& grid = grids[0];
    const std::size_t block = grid.index(column, row);
    const MotionVector whole = grid.vectors[block];
    SadsAround all;
    const std::size_t blocks = add_alike(column, row, all);
    for (int i = 1; i < MotionPenalties::kOwnWeight; ++i) all.add(sads[block]);
    std::array<int, kAround> sums;
    std::copy_n(all.sums.begin(), kAround, sums.begin());
    const MotionPenalties& penalty = penalties_at(0, column, row);
    const auto& subpel_step =
        whole == MotionVector{} ? penalty.subpel_step_from_zero : penalty.subpel_step;
    const QuarterStep step = parabola_minimum(sums, subpel_step[blocks - 1]);
    constexpr int kQuarters = MotionVector::kFractions;
    return {whole.dx + (step.x < 0 ? -1 : 0), whole.dy + (step.y < 0 ? -1 : 0),
            (step.x + kQuarters) % kQuarters, (step.y + kQuarters) % kQuarters};
  }

  // Share of the windows that match the reference. It is taken at quarter size, where little noise
  // is left. A window matches if the difference may be noise, or if it is well below the contrast
  // of the window: after a cut, the reference predicts a window no better than a constant does.
  double matched_part(double sigma_8bit, ThreadPool* pool) const {
    constexpr int kLevel = 2;
    constexpr double kMaxShareOfContrast = 0.5;
    const Grid& grid = grids[kLevel];
    const int noise = noise_sad(kLevel, window_size(kLevel), sigma_8bit);
    std::atomic<int> matched = 0;
    for_each_block(kLevel, pool, [&](int column, int row) {
      const int difference = sad(kLevel, column, row, grid.vectors[grid.index(column, row)]);
      matched +=
          difference <= noise || difference < kMaxShareOfContrast * contrast(kLevel, column, row);
    });
    return static_cast<double>(matched) / static_cast<double>(grid.vectors.size());
  }

  // Sum of the absolute differences between the samples of a window and their mean.
  int contrast(int level, int column, int row) const {
    constexpr int kSide = 16;
    std::array<std::uint8_t, kSide> mean;
    const std::uint8_t* window = current_at(level, column, row);
    const std::ptrdiff_t stride = current.stride_bytes(level);
    int sum = 0;
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kSide; ++x) sum += window[y * stride + x];
    mean.fill(static_cast<std::uint8_t>((sum + kSide * kSide / 2) / (kSide * kSide)));
    return kernels.sad_16x16(window, stride, mean.data(), 0);
  }

  template <typename Step>
  void for_each_block(int level, ThreadPool* pool, Step step) const {
    for_ranges(pool, grids[level].rows, [&](int begin, int end) {
      for (int row = begin; row < end; ++row)
        for (int column = 0; column < grids[level].columns; ++column) step(column, row);
    });
  }

  // Calls step for all blocks, for each one after the block to its left and those above it.
  template <typename Step>
  void in_order(int level, ThreadPool* pool, Step step) {
    wavefront.run(pool, grids[level].columns, grids[level].rows, step);
  }

  void build(const LumaView& current_plane, const LumaView& reference_plane, ThreadPool* pool) {
    for_ranges(pool, 2, [&](int begin, int end) {
      for (int i = begin; i < end; ++i)
        (i == 0 ? current : reference).build(i == 0 ? current_plane : reference_plane);
    });
  }

  void run(double sigma_8bit, const MotionField* before, ThreadPool* pool) {
    for (std::size_t has_moved : {0, 1})
      for (int i = 0; i < kLevels; ++i)
        penalties[has_moved][static_cast<std::size_t>(i)] =
            make_penalties(i, window_size(i), sigma_8bit, has_moved != 0);
    find_moved(before);
    std::fill(grids[kCoarsest].vectors.begin(), grids[kCoarsest].vectors.end(), MotionVector{});
    in_order(kCoarsest, pool, [&](int x, int y) { search_all(x, y); });
    for (int level = kCoarsest - 1; level > 0; --level)
      in_order(level, pool, [&](int x, int y) { refine(level, x, y); });
    for_each_block(0, pool, [&](int x, int y) { measure_around(x, y); });
    for_each_block(0, pool,
                   [&](int x, int y) { chosen[grids[0].index(x, y)] = refine_integer(x, y); });
    grids[0].vectors.swap(chosen);
    for (int i = 0; i < kSmoothingRounds; ++i)
      in_order(0, pool, [&](int x, int y) { smooth(x, y); });
    for_each_block(0, pool, [&](int x, int y) { measure_final(x, y); });
    for_each_block(0, pool, [&](int x, int y) { field.at(x, y) = refine_subpel(x, y); });
    field.matched = matched_part(sigma_8bit, pool);
  }

  const bool too_small;
  const SadVariant kernels = best_sad();
  LumaPyramid current;
  LumaPyramid reference;
  std::array<std::array<MotionPenalties, kLevels>, 2>
      penalties;                    ///< first where nothing moved before, second where things did
  std::vector<std::uint8_t> moved;  ///< 1 for blocks of level 0 that moved in the frame before
  std::array<Grid, kLevels> grids;
  std::vector<SadsAround> sads;      ///< around the vectors of level 0
  std::vector<MotionVector> chosen;  ///< the next vectors of level 0
  MotionField field;
  Wavefront wavefront;
};

MotionSearch::MotionSearch(int width, int height) : impl_(std::make_unique<Impl>(width, height)) {
  static_assert(kRange <= LumaPyramid::kRange);
}
MotionSearch::~MotionSearch() = default;
MotionSearch::MotionSearch(MotionSearch&&) noexcept = default;
MotionSearch& MotionSearch::operator=(MotionSearch&&) noexcept = default;

const MotionField& MotionSearch::search(const LumaView& current, const LumaView& reference,
                                        double sigma_8bit, const MotionField* before,
                                        ThreadPool* pool) {
  if (impl_->too_small) return impl_->field;
  const PartTimer timer(FramePart::motion_search);
  impl_->build(current, reference, pool);
  impl_->run(sigma_8bit, before, pool);
  return impl_->field;
}

std::int64_t MotionSearch::memory_bytes() const {
  std::size_t vectors = impl_->chosen.size() + impl_->field.vectors.size();
  for (const Grid& grid : impl_->grids) vectors += grid.vectors.size();
  return impl_->current.memory_bytes() + impl_->reference.memory_bytes() +
         static_cast<std::int64_t>(vectors * sizeof(MotionVector) +
                                   impl_->sads.size() * sizeof(impl_->sads.front()) +
                                   impl_->moved.size());
}

}  // namespace denoiseae
