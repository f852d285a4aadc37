// SPDX-License-Identifier: LGPL-2.1-or-later
#include "report/metrics_log.h"

#include <denoiseae/error.h>

#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>

#include "model/safetensors.h"

namespace denoiseae {
namespace {

std::string header_of(std::string header, const std::vector<std::string>& columns) {
  for (const std::string& column : columns) header += "," + column;
  return header + "\n";
}

/// Returns the shortest text that reads back as the same number.
std::string text_of(double value) {
  if (std::isnan(value)) return "";
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::unreadable, "cannot open '" + path.string() + "'");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

MetricsLog::MetricsLog(std::filesystem::path path, std::string counter,
                       std::vector<std::string> columns)
    : path_(std::move(path)), counter_(std::move(counter)), columns_(std::move(columns)) {
  const std::string header = header_of(counter_, columns_);
  if (std::filesystem::exists(path_)) {
    const std::string text = read_text(path_);
    if (text.starts_with(header)) return;
    if (!text.empty())
      throw Error(ErrorCode::corrupt, "'" + path_.string() + "' has other columns; expected " +
                                          header.substr(0, header.size() - 1) + ", found " +
                                          text.substr(0, text.find('\n')));
  }
  write_file_atomically(path_, header);
}

void MetricsLog::append(std::int64_t count, std::span<const double> values) {
  if (values.size() != columns_.size())
    throw Error(ErrorCode::bad_argument, "expected " + std::to_string(columns_.size()) +
                                             " metrics, found " + std::to_string(values.size()));
  std::string row = std::to_string(count);
  for (const double value : values) (row += ',') += text_of(value);
  std::ofstream file(path_, std::ios::binary | std::ios::app);
  file << row << "\n" << std::flush;
  if (!file)
    throw Error(ErrorCode::unreadable,
                "cannot append to '" + path_.string() + "'; is the disk full?");
}

void MetricsLog::cut_back(std::int64_t last) {
  const std::string text = read_text(path_);
  std::size_t keep = header_of(counter_, columns_).size();
  while (keep < text.size()) {
    const std::size_t end = text.find('\n', keep);
    std::int64_t count = 0;
    const auto parsed = std::from_chars(text.data() + keep, text.data() + text.size(), count);
    if (end == std::string::npos || parsed.ec != std::errc{} || count > last) break;
    keep = end + 1;
  }
  if (keep == text.size()) return;
  write_file_atomically(path_, {reinterpret_cast<const std::uint8_t*>(text.data()), keep});
}

}  // namespace denoiseae
