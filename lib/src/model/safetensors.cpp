// SPDX-License-Identifier: LGPL-2.1-or-later
#include "model/safetensors.h"

#include <denoiseae/error.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/weights_file.h"

namespace denoiseae {

namespace {

static_assert(std::endian::native == std::endian::little, "safetensors are little endian");

using nlohmann::json;

std::int64_t whole_number(const json& value, const std::string& what, const std::string& source) {
  if (!value.is_number_integer() || value.get<double>() < 0 || value.get<double>() > 9.0e15) {
    refuse_file(source, what + " is " + value.dump() + ", expected a whole number from 0");
  }
  return value.get<std::int64_t>();
}

TensorPlace read_place(const std::string& name, const json& entry, std::int64_t data_bytes,
                       const std::string& source) {
  const std::string who = "tensor \"" + name + "\"";
  if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") ||
      !entry.contains("shape") || !entry.contains("data_offsets")) {
    refuse_file(source, who + " needs exactly dtype, shape and data_offsets");
  }
  if (entry["dtype"] != "F32") {
    refuse_file(source, who + " has dtype " + entry["dtype"].dump() + ", expected \"F32\"");
  }
  const json& shape = entry["shape"];
  const json& offsets = entry["data_offsets"];
  if (!shape.is_array() || shape.size() > kMaxRank) {
    refuse_file(source, who + " has shape " + shape.dump() + ", expected a list of at most " +
                            std::to_string(kMaxRank) + " numbers");
  }
  if (!offsets.is_array() || offsets.size() != 2) {
    refuse_file(source, who + " has data_offsets " + offsets.dump() + ", expected two numbers");
  }
  TensorPlace place;
  std::int64_t bytes = sizeof(float);
  for (const json& dimension : shape) {
    place.shape.push_back(whole_number(dimension, "a dimension of " + who, source));
    if (__builtin_mul_overflow(bytes, place.shape.back(), &bytes)) {
      refuse_file(source, who + " with shape " + shape.dump() + " overflows");
    }
  }
  place.begin = whole_number(offsets[0], "the start of " + who, source);
  place.end = whole_number(offsets[1], "the end of " + who, source);
  if (place.begin > place.end || place.end > data_bytes) {
    refuse_file(source, who + " lies at " + offsets.dump() + " of a buffer of " +
                            std::to_string(data_bytes) + " bytes (file cut short?)");
  }
  if (place.end - place.begin != bytes) {
    refuse_file(source, who + " with shape " + shape.dump() + " needs " + std::to_string(bytes) +
                            " bytes, its range holds " + std::to_string(place.end - place.begin));
  }
  return place;
}

void check_tiling(const TensorHeader& header, std::int64_t data_bytes, const std::string& source) {
  using Named = const std::pair<const std::string, TensorPlace>*;
  std::vector<Named> in_order;
  for (const auto& named : header.tensors) in_order.push_back(&named);
  std::sort(in_order.begin(), in_order.end(), [](Named a, Named b) {
    return std::pair(a->second.begin, a->second.end) < std::pair(b->second.begin, b->second.end);
  });
  std::int64_t position = 0;
  for (const Named named : in_order) {
    const auto& [name, place] = *named;
    if (place.begin != position) {
      refuse_file(source, "tensor \"" + name + "\" starts at byte " + std::to_string(place.begin) +
                              ", expected " + std::to_string(position) +
                              ": ranges must neither overlap nor leave holes");
    }
    position = place.end;
  }
  if (position != data_bytes) {
    refuse_file(source, "the tensors end at byte " + std::to_string(position) + " of a buffer of " +
                            std::to_string(data_bytes) + " bytes");
  }
}

}  // namespace

std::int64_t header_length(std::span<const std::uint8_t> first, std::int64_t file_bytes,
                           const std::string& source) {
  if (first.size() < kLengthBytes) {
    refuse_file(source, "it has " + std::to_string(first.size()) + " bytes, expected at least 8");
  }
  std::uint64_t length = 0;
  static_assert(sizeof(length) == kLengthBytes);
  std::memcpy(&length, first.data(), kLengthBytes);
  if (length > static_cast<std::uint64_t>(kMaxHeaderBytes)) {
    refuse_file(source, "its header claims " + std::to_string(length) + " bytes, at most " +
                            std::to_string(kMaxHeaderBytes) +
                            " are allowed (another kind of file?)");
  }
  const auto left = static_cast<std::uint64_t>(file_bytes) - kLengthBytes;
  if (length > left) {
    refuse_file(source, "its header claims " + std::to_string(length) + " bytes, the file holds " +
                            std::to_string(left) + " (file cut short?)");
  }
  return static_cast<std::int64_t>(length);
}

TensorHeader parse_header(std::string_view text, std::int64_t data_bytes,
                          const std::string& source) {
  if (!text.starts_with('{')) refuse_file(source, "the header does not start with {");
  const json entries = parse_strictly(text, "the header", source);
  if (entries.size() > kMaxTensors + 1) {
    refuse_file(source, "it holds " + std::to_string(entries.size()) + " entries, at most " +
                            std::to_string(kMaxTensors) + " tensors are allowed");
  }
  TensorHeader header;
  for (const auto& [name, entry] : entries.items()) {
    if (name == "__metadata__") {
      if (!entry.is_object()) refuse_file(source, "__metadata__ is not an object");
      for (const auto& [key, value] : entry.items()) {
        if (!value.is_string())
          refuse_file(source, "__metadata__ key \"" + key + "\" is not a string");
        header.metadata[key] = value.get<std::string>();
      }
    } else {
      header.tensors[name] = read_place(name, entry, data_bytes, source);
    }
  }
  check_tiling(header, data_bytes, source);
  return header;
}

TensorFile parse_safetensors(std::span<const std::uint8_t> bytes, const std::string& source) {
  const auto file_bytes = static_cast<std::int64_t>(bytes.size());
  const std::int64_t length = header_length(bytes, file_bytes, source);
  const char* text = reinterpret_cast<const char*>(bytes.data()) + kLengthBytes;
  const char* data = text + length;
  TensorHeader header =
      parse_header({text, static_cast<std::size_t>(length)},
                   file_bytes - length - static_cast<std::int64_t>(kLengthBytes), source);
  TensorFile file;
  file.metadata = std::move(header.metadata);
  for (auto& [name, place] : header.tensors) {
    Tensor& tensor = file.tensors[name];
    tensor.shape = std::move(place.shape);
    const auto count = static_cast<std::size_t>(place.end - place.begin);
    tensor.values.resize(count / sizeof(float));
    if (count > 0) std::memcpy(tensor.values.data(), data + place.begin, count);
  }
  return file;
}

TensorFile read_safetensors(const std::filesystem::path& path) {
  const WeightsFile file(path);
  return {file.read_tensors(), file.header().metadata};
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

void write_file_atomically(const std::filesystem::path& path, std::string_view text) {
  write_file_atomically(path,
                        std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

}  // namespace denoiseae
