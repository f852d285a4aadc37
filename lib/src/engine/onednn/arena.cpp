// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/arena.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <numeric>

namespace denoiseae {

namespace {

constexpr std::size_t kAlignment = 64;

std::size_t round_up(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

std::size_t place_pieces(std::vector<Piece>& pieces) {
  // Large ones first: small ones then find room between them.
  std::vector<std::size_t> order(pieces.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return pieces[a].bytes > pieces[b].bytes; });
  std::vector<const Piece*> placed;  // by offset
  std::size_t total = 0;
  for (const std::size_t index : order) {
    Piece& piece = pieces[index];
    piece.offset = 0;
    for (const Piece* other : placed) {
      const bool together = piece.first <= other->last && other->first <= piece.last;
      if (!together || other->offset + round_up(other->bytes) <= piece.offset) continue;
      if (piece.offset + round_up(piece.bytes) <= other->offset) break;
      piece.offset = other->offset + round_up(other->bytes);
    }
    const auto behind = std::find_if(placed.begin(), placed.end(), [&](const Piece* other) {
      return other->offset > piece.offset;
    });
    placed.insert(behind, &piece);
    total = std::max(total, piece.offset + round_up(piece.bytes));
  }
  return total;
}

Arena::Arena(std::size_t bytes)
    : size_(std::max(round_up(bytes), kAlignment)),
      data_(static_cast<char*>(::operator new (size_, std::align_val_t{kAlignment}))) {
  // Pages come with the first write: not while a frame waits.
  std::memset(data_.get(), 0, size_);
}

void Arena::Free::operator()(char* data) const {
  ::operator delete (data, std::align_val_t{kAlignment});
}

}  // namespace denoiseae
