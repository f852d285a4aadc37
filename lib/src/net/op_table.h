// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <array>
#include <initializer_list>

#include "net/node.h"

namespace denoiseae {

/// One value for each operation. A constant of this type does not compile while an operation has no
/// row, or two: whoever adds an operation is led to every place that has to know it.
template <typename Value>
class OpTable {
 public:
  struct Row {
    Op op;
    Value value;
  };

  consteval OpTable(std::initializer_list<Row> rows) {
    std::array<bool, kOpCount> known{};
    for (const Row& row : rows) {
      const auto index = static_cast<std::size_t>(row.op);
      if (index >= kOpCount) throw "kOpCount is not the number of operations";
      if (known[index]) throw "an operation has two rows";
      known[index] = true;
      values_[index] = row.value;
    }
    for (const bool there : known) {
      if (!there) throw "an operation has no row";
    }
  }

  constexpr const Value& operator[](Op op) const { return values_[static_cast<std::size_t>(op)]; }

 private:
  std::array<Value, kOpCount> values_{};
};

}  // namespace denoiseae
