// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace denoiseae {

inline constexpr std::size_t kMaxJsonBytes = 1 << 20;
inline constexpr int kMaxJsonDepth = 16;

/// Parses the JSON of a file that is not trusted. Refuses what the plain parser accepts or throws
/// exceptions of its own for: text of more than kMaxJsonBytes, nesting deeper than kMaxJsonDepth,
/// which ends processes that walk through the values, a key that stands twice, and numbers that no
/// double holds. what: names the text in messages ("the header"). source: names the file. Throws
/// corrupt.
nlohmann::json parse_strictly(std::string_view text, const std::string& what,
                              const std::string& source);

/// Throws corrupt that names the file and the rule that it breaks.
[[noreturn]] void refuse_file(const std::string& source, const std::string& rule);

}  // namespace denoiseae
