// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads MNIST and Fashion-MNIST, which share their format: http://yann.lecun.com/exdb/mnist/ and
// arXiv:1708.07747.
#include <denoiseae/error.h>

#include "data/sources.h"

namespace denoiseae {
namespace {

namespace fs = std::filesystem;

constexpr IdxShape kTrain{60000, 28, 28};
constexpr IdxShape kTest{10000, 28, 28};

fs::path file_in(const fs::path& folder, bool test) {
  const std::string name = test ? "t10k-images" : "train-images";
  for (const char* ending : {"-idx3-ubyte.gz", "-idx3-ubyte", ".idx3-ubyte.gz", ".idx3-ubyte"}) {
    fs::path file = folder / (name + ending);
    if (fs::is_regular_file(file)) return file;
  }
  throw Error(ErrorCode::not_found,
              "no " + name + "-idx3-ubyte, plain or .gz, in '" + folder.string() + "'");
}

}  // namespace

PictureSet load_mnist(const fs::path& path, const DatasetOptions& options) {
  const bool folder = fs::is_directory(path);
  const fs::path file = folder ? file_in(path, options.part == "test") : path;
  const bool test = file.filename().string().starts_with("t10k");
  return read_idx(file, options, test ? kTest : kTrain);
}

}  // namespace denoiseae
