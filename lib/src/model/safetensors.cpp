// SPDX-License-Identifier: LGPL-2.1-or-later
#include "model/safetensors.h"

#include <denoiseae/error.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

namespace denoiseae {

namespace {

static_assert(std::endian::native == std::endian::little, "safetensors are little endian");

using nlohmann::json;

[[noreturn]] void fail(const std::string& source, const std::string& what) {
  throw Error(ErrorCode::corrupt, source + ": not a valid weights file: " + what);
}

/// Parses JSON and refuses what the plain parser accepts silently: a key that is there twice, and
/// nesting deeper than any weights file has.
json parse_strictly(const char* begin, const char* end, const std::string& source) {
  std::vector<std::set<std::string>> keys;
  const auto check = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > 16) fail(source, "the header is nested too deeply");
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key &&
        !keys.back().insert(parsed.get<std::string>()).second) {
      fail(source, "the header holds the key \"" + parsed.get<std::string>() + "\" twice");
    }
    return true;
  };
  try {
    return json::parse(begin, end, check);
  } catch (const json::parse_error& e) {
    fail(source, "the header is not JSON: wrong at byte " + std::to_string(e.byte) + " of it");
  }
}

std::int64_t whole_number(const json& value, const std::string& what, const std::string& source) {
  if (!value.is_number_integer() || value.get<double>() < 0 || value.get<double>() > 9.0e15) {
    fail(source, what + " is " + value.dump() + ", expected a whole number from 0");
  }
  return value.get<std::int64_t>();
}

struct Range {
  std::int64_t begin;
  std::int64_t end;
  std::string name;
};

Tensor read_tensor(const std::string& name, const json& entry, const std::uint8_t* data,
                   std::int64_t data_bytes, const std::string& source, std::vector<Range>& ranges) {
  const std::string who = "tensor \"" + name + "\"";
  if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") ||
      !entry.contains("shape") || !entry.contains("data_offsets")) {
    fail(source, who + " needs exactly dtype, shape and data_offsets");
  }
  if (entry["dtype"] != "F32") {
    fail(source, who + " has dtype " + entry["dtype"].dump() + ", expected \"F32\"");
  }
  const json& shape = entry["shape"];
  const json& offsets = entry["data_offsets"];
  if (!shape.is_array() || shape.size() > kMaxRank) {
    fail(source, who + " has shape " + shape.dump() + ", expected a list of at most " +
                     std::to_string(kMaxRank) + " numbers");
  }
  if (!offsets.is_array() || offsets.size() != 2) {
    fail(source, who + " has data_offsets " + offsets.dump() + ", expected two numbers");
  }
  Tensor tensor;
  std::int64_t bytes = sizeof(float);
  for (const json& dimension : shape) {
    tensor.shape.push_back(whole_number(dimension, "a dimension of " + who, source));
    if (__builtin_mul_overflow(bytes, tensor.shape.back(), &bytes)) {
      fail(source, who + " with shape " + shape.dump() + " overflows");
    }
  }
  const std::int64_t begin = whole_number(offsets[0], "the start of " + who, source);
  const std::int64_t end = whole_number(offsets[1], "the end of " + who, source);
  if (begin > end || end > data_bytes) {
    fail(source, who + " lies at " + offsets.dump() + " of a buffer of " +
                     std::to_string(data_bytes) + " bytes (file cut short?)");
  }
  if (end - begin != bytes) {
    fail(source, who + " with shape " + shape.dump() + " needs " + std::to_string(bytes) +
                     " bytes, its range holds " + std::to_string(end - begin));
  }
  ranges.push_back({begin, end, name});
  tensor.values.resize(static_cast<std::size_t>(bytes) / sizeof(float));
  if (bytes > 0) std::memcpy(tensor.values.data(), data + begin, static_cast<std::size_t>(bytes));
  return tensor;
}

void check_tiling(std::vector<Range>& ranges, std::int64_t data_bytes, const std::string& source) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  std::int64_t position = 0;
  for (const Range& range : ranges) {
    if (range.begin != position) {
      fail(source, "tensor \"" + range.name + "\" starts at byte " + std::to_string(range.begin) +
                       ", expected " + std::to_string(position) +
                       ": ranges must neither overlap nor leave holes");
    }
    position = range.end;
  }
  if (position != data_bytes) {
    fail(source, "the tensors end at byte " + std::to_string(position) + " of a buffer of " +
                     std::to_string(data_bytes) + " bytes");
  }
}

}  // namespace

TensorFile parse_safetensors(std::span<const std::uint8_t> bytes, const std::string& source) {
  std::uint64_t header_bytes = 0;
  if (bytes.size() < sizeof(header_bytes)) {
    fail(source, "it has " + std::to_string(bytes.size()) + " bytes, expected at least 8");
  }
  std::memcpy(&header_bytes, bytes.data(), sizeof(header_bytes));
  if (header_bytes > static_cast<std::uint64_t>(kMaxHeaderBytes)) {
    fail(source, "its header claims " + std::to_string(header_bytes) + " bytes, at most " +
                     std::to_string(kMaxHeaderBytes) + " are allowed (another kind of file?)");
  }
  if (header_bytes > bytes.size() - sizeof(header_bytes)) {
    fail(source, "its header claims " + std::to_string(header_bytes) + " bytes, the file holds " +
                     std::to_string(bytes.size() - sizeof(header_bytes)) + " (file cut short?)");
  }
  const char* text = reinterpret_cast<const char*>(bytes.data()) + sizeof(header_bytes);
  if (header_bytes == 0 || text[0] != '{') fail(source, "the header does not start with {");
  const json header = parse_strictly(text, text + header_bytes, source);
  if (header.size() > kMaxTensors + 1) {
    fail(source, "it holds " + std::to_string(header.size()) + " entries, at most " +
                     std::to_string(kMaxTensors) + " tensors are allowed");
  }

  const std::uint8_t* data = bytes.data() + sizeof(header_bytes) + header_bytes;
  const auto data_bytes =
      static_cast<std::int64_t>(bytes.size() - sizeof(header_bytes) - header_bytes);
  TensorFile file;
  std::vector<Range> ranges;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      if (!entry.is_object()) fail(source, "__metadata__ is not an object");
      for (const auto& [key, value] : entry.items()) {
        if (!value.is_string()) fail(source, "__metadata__ key \"" + key + "\" is not a string");
        file.metadata[key] = value.get<std::string>();
      }
    } else {
      file.tensors[name] = read_tensor(name, entry, data, data_bytes, source, ranges);
    }
  }
  check_tiling(ranges, data_bytes, source);
  return file;
}

TensorFile read_safetensors(const std::filesystem::path& path) {
  std::error_code ec;
  const auto status = std::filesystem::status(path, ec);
  if (!std::filesystem::exists(status)) {
    throw Error(ErrorCode::not_found, path.string() + ": there is no such file");
  }
  if (!std::filesystem::is_regular_file(status)) {
    throw Error(ErrorCode::unreadable, path.string() + ": expected a file, this is something else");
  }
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) {
    throw Error(ErrorCode::unreadable, path.string() + ": cannot be opened: " + strerror(errno));
  }
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(in.tellg()));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!in) throw Error(ErrorCode::unreadable, path.string() + ": reading failed");
  return parse_safetensors(bytes, path.string());
}

void write_safetensors(const std::filesystem::path& path, const TensorFile& file) {
  json header = json::object();
  if (!file.metadata.empty()) header["__metadata__"] = file.metadata;
  std::int64_t position = 0;
  for (const auto& [name, tensor] : file.tensors) {
    const auto bytes = static_cast<std::int64_t>(tensor.values.size() * sizeof(float));
    header[name] = {
        {"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {position, position + bytes}}};
    position += bytes;
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');

  std::vector<std::uint8_t> out(sizeof(std::uint64_t) + text.size());
  const std::uint64_t header_bytes = text.size();
  std::memcpy(out.data(), &header_bytes, sizeof(header_bytes));
  std::memcpy(out.data() + sizeof(header_bytes), text.data(), text.size());
  for (const auto& [name, tensor] : file.tensors) {
    const auto* begin = reinterpret_cast<const std::uint8_t*>(tensor.values.data());
    out.insert(out.end(), begin, begin + tensor.values.size() * sizeof(float));
  }
  write_file_atomically(path, out);
}

void write_file_atomically(const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
  const std::string partial = path.string() + ".partial";
  const auto fail_write = [&](const char* step) {
    const int error = errno;
    ::unlink(partial.c_str());
    throw Error(ErrorCode::unreadable,
                path.string() + ": cannot be written: " + step + ": " + strerror(error));
  };
  const int fd = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) fail_write("open");
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int error = errno;
      ::close(fd);
      errno = error;
      fail_write("write");
    }
    done += static_cast<std::size_t>(n);
  }
  if (::fsync(fd) != 0) {
    const int error = errno;
    ::close(fd);
    errno = error;
    fail_write("fsync");
  }
  if (::close(fd) != 0) fail_write("close");
  if (::rename(partial.c_str(), path.c_str()) != 0) fail_write("rename");
}

}  // namespace denoiseae
