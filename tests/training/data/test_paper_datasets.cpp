// SPDX-License-Identifier: LGPL-2.1-or-later
// The data sets of the founding paper.
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "data/picture_set.h"
#include "support/check.h"
#include "support/shared_data.h"
#include "support/temp_folder.h"
#include "training/dataset_files.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

PictureSet load(const char* dataset, const std::filesystem::path& path,
                const DatasetOptions& options = {}) {
  return find_dataset(dataset).load(path, options);
}

/// Loading throws corrupt, and names the file and this byte.
void expect_corrupt(const char* dataset, const std::filesystem::path& path, std::size_t byte,
                    const DatasetOptions& options = {}) {
  DAE_ASSERT_ERROR(load(dataset, path, options), corrupt);
  const std::string message = message_of([&] { load(dataset, path, options); });
  const std::string place = "'" + path.string() + "', byte " + std::to_string(byte);
  // ":" or " (uncompressed)" follow.
  const std::size_t at = message.find(place);
  ck_assert_msg(at != std::string::npos && !std::isdigit(message[at + place.size()]),
                "expected %s in: %s", place.c_str(), message.c_str());
}

std::set<std::string> names_of(const PictureSet& pictures) {
  std::set<std::string> names;
  for (const Picture& picture : pictures) names.insert(picture.name);
  return names;
}

void write_face(const std::filesystem::path& path, int number) {
  cv::Mat picture(48, 48, CV_8UC1);
  for (int i = 0; i < 48 * 48; ++i) picture.data[i] = fer_pixel(number, i);
  write_picture(path, picture);
}

/// Faces as folders: 5 to train, of which "happy/a.png" is also a face of disgust to test.
std::filesystem::path write_face_folders(const TempFolder& folder) {
  write_face(folder / "faces/train/disgust/a.png", 0);
  write_face(folder / "faces/train/disgust/b.png", 1);
  write_face(folder / "faces/train/disgust/c.png", 2);
  write_face(folder / "faces/train/angry/a.png", 3);
  write_face(folder / "faces/train/happy/a.png", 4);
  write_face(folder / "faces/test/disgust/k.png", 4);
  write_face(folder / "faces/test/disgust/l.png", 5);
  write_face(folder / "faces/test/disgust/m.png", 1);
  write_face(folder / "faces/test/sad/n.png", 6);
  return folder / "faces";
}

}  // namespace

START_TEST(test_mnist_reads_either_part_in_any_wrapping) {
  for (const char* dataset : {"mnist", "fashion-mnist"}) {
    const TempFolder folder;
    write_gzip(folder / "train-images-idx3-ubyte.gz", idx_bytes(60000, 28, 28));
    const std::string test_bytes = idx_bytes(10000, 28, 28);
    write_file(folder / "t10k-images.idx3-ubyte", test_bytes);
    ck_assert_uint_eq(load(dataset, folder.path()).size(), 60000);
    const PictureSet test = load(dataset, folder.path(), {.part = "test"});
    ck_assert_uint_eq(test.size(), 10000);
    ck_assert_int_eq(test[9999].pixels.cols, 28);
    ck_assert_int_eq(test[9999].pixels.rows, 28);
    ck_assert_uint_eq(test[9999].pixels.at<std::uint8_t>(2, 5),
                      ((9999 * 784 + 2 * 28 + 5) * 7) % 256);
    ck_assert_str_eq(test[9999].name.c_str(), "9999");
    // A file by its name, whatever the part.
    ck_assert_uint_eq(load(dataset, folder / "t10k-images.idx3-ubyte", {.part = "train"}).size(),
                      10000);
    ck_assert_uint_eq(load(dataset, folder.path(), {.limit = 7}).size(), 7);
  }
}
END_TEST

START_TEST(test_mnist_refuses_files_of_another_shape) {
  const TempFolder folder;
  const std::string bytes = idx_bytes(10000, 28, 28);
  const auto path = folder / "t10k-images-idx3-ubyte";
  const auto expect = [&](const std::string& content, std::size_t byte) {
    write_file(path, content);
    expect_corrupt("mnist", path, byte);
    expect_corrupt("fashion-mnist", path, byte);
  };
  expect(idx_bytes(10, 28, 28), 4);
  expect(idx_bytes(60000, 1, 1), 4);
  expect(idx_bytes(10000, 28, 27), 8);
  expect(idx_bytes(10000, 27, 28), 8);
  expect(bytes.substr(0, 9), 9);
  expect(bytes.substr(0, bytes.size() - 1), bytes.size() - 1);
  expect(bytes.substr(0, 16 + 784 * 3 + 100), 16 + 784 * 3 + 100);
  expect(bytes + "x", bytes.size());
  expect(big_endian(0x801) + bytes.substr(4), 0);
  std::filesystem::remove(path);
  DAE_ASSERT_ERROR(load("mnist", folder.path(), {.part = "test"}), not_found);
  // A file without "t10k" in front must hold the 60,000 to train on.
  write_file(folder / "other", bytes);
  expect_corrupt("mnist", folder / "other", 4);
}
END_TEST

START_TEST(test_faces_come_from_folders_by_part_and_class) {
  const TempFolder folder;
  const auto path = write_face_folders(folder);
  // The paper's class.
  ck_assert(names_of(load("fer2013", path)) ==
            std::set<std::string>({"disgust/a.png", "disgust/b.png", "disgust/c.png"}));
  ck_assert(names_of(load("fer2013", path, {.category = "angry"})) ==
            std::set<std::string>({"angry/a.png"}));
  ck_assert_uint_eq(load("fer2013", path, {.category = "all"}).size(), 5);
  ck_assert_uint_eq(load("fer2013", path, {.limit = 2}).size(), 2);
  DAE_ASSERT_ERROR(load("fer2013", path, {.category = "fear"}), not_found);
  DAE_ASSERT_ERROR(load("fer2013", path, {.category = "joy"}), bad_argument);
  const std::string message = message_of([&] { load("fer2013", path, {.category = "joy"}); });
  for (const char* known :
       {"joy", "all", "angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"})
    ck_assert_msg(message.find(known) != std::string::npos, "no %s in: %s", known, message.c_str());
}
END_TEST

START_TEST(test_faces_to_test_are_not_among_those_to_train) {
  const TempFolder folder;
  const auto path = write_face_folders(folder);
  // k.png is a happy face to train on, m.png one of disgust.
  ck_assert(names_of(load("fer2013", path, {.part = "test"})) ==
            std::set<std::string>({"disgust/l.png"}));
  ck_assert(names_of(load("fer2013", path, {.part = "test", .category = "all"})) ==
            std::set<std::string>({"disgust/l.png", "sad/n.png"}));
  // The limit counts what is left.
  ck_assert_uint_eq(load("fer2013", path, {.limit = 2, .part = "test", .category = "all"}).size(),
                    2);
  std::filesystem::remove(path / "test/disgust/l.png");
  DAE_ASSERT_ERROR(load("fer2013", path, {.part = "test"}), not_found);
}
END_TEST

START_TEST(test_faces_come_from_csv_in_both_orders) {
  // The class, the usage and the face of each line.
  const std::tuple<int, const char*, int> lines[] = {
      {1, "Training", 0},    {3, "Training", 1},   {1, "Training", 2},    {1, "PublicTest", 3},
      {1, "PrivateTest", 1}, {6, "PublicTest", 4}, {1, "PrivateTest", 5},
  };
  std::string pixels_second = "emotion,pixels,Usage\n";
  std::string pixels_last = "emotion, Usage, pixels\r\n";
  for (const auto& [emotion, usage, face] : lines) {
    const std::string number = std::to_string(emotion);
    pixels_second += number + "," + fer_pixels(face) + "," + usage + "\n";
    pixels_last += number + ", " + usage + ", \"" + fer_pixels(face) + "\"\r\n";
  }
  for (const std::string& text : {pixels_second, pixels_last}) {
    const TempFolder folder;
    const auto file = folder / "fer2013.csv";
    write_file(file, text);
    for (const auto& path : {file, folder.path()}) {
      const PictureSet train = load("fer2013", path);
      ck_assert_uint_eq(train.size(), 2);
      ck_assert_str_eq(train[1].name.c_str(), "line 3");
      ck_assert(train[1].pixels.size() == cv::Size(48, 48));
      for (int i = 0; i < 48 * 48; ++i)
        ck_assert_uint_eq(train[1].pixels.at<std::uint8_t>(i / 48, i % 48), fer_pixel(2, i));
      ck_assert_uint_eq(load("fer2013", path, {.category = "all"}).size(), 3);
      ck_assert_uint_eq(load("fer2013", path, {.limit = 1}).size(), 1);
      // Without the one of line 5, which is a happy face to train on.
      ck_assert(names_of(load("fer2013", path, {.part = "test"})) ==
                std::set<std::string>({"line 4", "line 7"}));
      ck_assert(names_of(load("fer2013", path, {.part = "test", .category = "neutral"})) ==
                std::set<std::string>({"line 6"}));
      DAE_ASSERT_ERROR(load("fer2013", path, {.category = "sad"}), not_found);
      DAE_ASSERT_ERROR(load("fer2013", path, {.category = "joy"}), bad_argument);
    }
  }
}
END_TEST

START_TEST(test_csv_names_file_and_byte_of_an_error) {
  const TempFolder folder;
  const auto path = folder / "fer2013.csv";
  const std::string head = "emotion,pixels,Usage\n";
  const std::string line = "1," + fer_pixels(0) + ",Training\n";
  const std::string whole = head + line;
  const std::size_t second = whole.size();
  // Byte of the pixels of the second line, whose first three numbers are "16 19 22".
  const std::size_t pixels = second + 2;
  const std::string tail = fer_pixels(1).substr(8) + ",Training\n";
  const auto expect = [&](const std::string& content, std::size_t byte) {
    write_file(path, content);
    expect_corrupt("fer2013", path, byte, {.category = "all"});
    expect_corrupt("fer2013", path, byte, {.part = "test"});
  };
  expect("", 0);
  expect("\x89PNG\r\n", 0);
  expect("emotion,pixels\n" + line, 0);
  expect(whole + "1," + "16 19 22" + tail.substr(0, 500), pixels + 508);
  expect(whole + "1," + "16 19 22" + tail.substr(0, tail.rfind(',')), pixels + 8 + tail.rfind(','));
  expect(whole + "1," + "16 19 22" + tail.substr(0, tail.rfind(',') + 4),
         pixels + 8 + tail.rfind(',') + 1);
  expect(whole + "1,16 -9 22" + tail, pixels + 3);
  expect(whole + "1,16 256 22" + tail, pixels + 3);
  expect(whole + "1,16 99999999999 22" + tail, pixels + 3);
  expect(whole + "1,16 1x 22" + tail, pixels + 4);
  expect(whole + "1,16 1.5 22" + tail, pixels + 4);
  expect(whole + "1,16 19 22 23" + tail, pixels + 11 + tail.rfind(' ') + 1);
  expect(whole + "7,16 19 22" + tail, second);
  expect(whole + ",16 19 22" + tail, second);
  expect(whole + "happy,16 19 22" + tail, second);
  expect(whole + std::string("\0\xff\0 junk", 8) + "\n", second);
  expect(whole + "1," + fer_pixels(1) + ",Validation\n", pixels + fer_pixels(1).size() + 1);
  // The blank line and the blanks count.
  expect(whole + "\n\r\n" + " 1 , 16 19 22 x" + tail, second + 3 + 14);
}
END_TEST

START_TEST(test_shared_faces_left_out_are_those_listed) {
  const auto path = shared_data("data/fer2013");
  std::set<std::string> listed;
  std::ifstream file(path / "test_duplicates_of_train.txt");
  for (std::string test, train; file >> test >> train;) listed.insert(test.substr(5));
  ck_assert_uint_eq(listed.size(), 33);
  std::set<std::string> expected;
  for (const Picture& picture : load("images", path / "test"))
    if (!listed.contains(picture.name)) expected.insert(picture.name);
  const auto kept = names_of(load("fer2013", path, {.part = "test", .category = "all"}));
  ck_assert_uint_eq(kept.size() + 33, 111 + 6 * 80);
  ck_assert(kept == expected);
  // data/README.md counts 381 that are distinct.
  const PictureSet train = load("fer2013", path);
  ck_assert_uint_eq(train.size(), 436);
  ck_assert_uint_eq(without_repeats(train).size(), 381);
}
END_TEST

START_TEST(test_radiographs_shrink_to_52_pixels_by_area) {
  const TempFolder folder;
  cv::Mat big(208, 208, CV_8UC1);
  for (int y = 0; y < big.rows; ++y)
    for (int x = 0; x < big.cols; ++x)
      big.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>((x * x + 31 * y * x + 7 * y) % 251);
  write_picture(folder / "a.png", big);
  cv::Mat color;
  cv::merge(std::vector<cv::Mat>{big, big, big}, color);
  write_picture(folder / "b.png", color);
  const PictureSet pictures = load("vinbigdata", folder.path());
  ck_assert_uint_eq(pictures.size(), 2);
  for (const Picture& picture : pictures) {
    ck_assert_int_eq(picture.pixels.type(), CV_8UC1);
    ck_assert(picture.pixels.size() == cv::Size(52, 52));
    for (int y = 0; y < 52; ++y)
      for (int x = 0; x < 52; ++x) {
        int sum = 0;
        for (int i = 0; i < 16; ++i) sum += big.at<std::uint8_t>(4 * y + i / 4, 4 * x + i % 4);
        // Halves go either way.
        ck_assert_double_eq_tol(picture.pixels.at<std::uint8_t>(y, x), sum / 16.0, 0.501);
      }
  }
  ck_assert_int_eq(load("vinbigdata", folder.path(), {.size_px = 26})[0].pixels.cols, 26);
}
END_TEST

START_TEST(test_every_set_can_be_read_at_another_size) {
  for (const DatasetInfo& info : datasets()) {
    const TempFolder folder;
    const auto path = write_example(std::string(info.name), folder);
    for (const int size : {3, 64}) {
      for (const Picture& picture : info.load(path, {.limit = 6, .size_px = size})) {
        ck_assert_int_eq(picture.pixels.type(), CV_8UC1);
        ck_assert(picture.pixels.size() == cv::Size(size, size));
      }
    }
  }
}
END_TEST

START_TEST(test_the_side_that_shrinks_is_averaged_also_where_the_other_grows) {
  // One white column in four: its average is a quarter everywhere.
  const TempFolder folder;
  cv::Mat stripes(2, 64, CV_8UC1, cv::Scalar(0));
  for (int x = 2; x < 64; x += 4) stripes.col(x).setTo(200);
  write_picture(folder / "a.png", stripes);
  const cv::Mat square = load("images", folder.path(), {.size_px = 16})[0].pixels;
  for (int i = 0; i < 256; ++i) ck_assert_uint_eq(square.data[i], 50);
}
END_TEST

START_TEST(test_only_sets_of_several_classes_take_a_class) {
  for (const DatasetInfo& info : datasets()) {
    if (info.name == "fer2013") continue;
    const TempFolder folder;
    const auto path = write_example(std::string(info.name), folder);
    DAE_ASSERT_ERROR(info.load(path, {.category = "disgust"}), bad_argument);
  }
}
END_TEST

int main() {
  return run_suite("paper_datasets",
                   {
                       test_mnist_reads_either_part_in_any_wrapping,
                       test_mnist_refuses_files_of_another_shape,
                       test_faces_come_from_folders_by_part_and_class,
                       test_faces_to_test_are_not_among_those_to_train,
                       test_faces_come_from_csv_in_both_orders,
                       test_csv_names_file_and_byte_of_an_error,
                       test_shared_faces_left_out_are_those_listed,
                       test_radiographs_shrink_to_52_pixels_by_area,
                       test_every_set_can_be_read_at_another_size,
                       test_the_side_that_shrinks_is_averaged_also_where_the_other_grows,
                       test_only_sets_of_several_classes_take_a_class,
                   });
}
