// SPDX-License-Identifier: LGPL-2.1-or-later
#include <nlohmann/json.hpp>
#include <string>

#include "model/strict_json.h"
#include "support/check.h"

using namespace denoiseae;

namespace {

/// The parser refuses the text with a message that holds the words and names the file.
void assert_refused(const std::string& text, const std::string& words) {
  try {
    parse_strictly(text, "the header", "file.safetensors");
  } catch (const Error& e) {
    const std::string message = e.what();
    ck_assert_str_eq(to_string(e.code()), "corrupt");
    for (const std::string& part : {words, std::string("file.safetensors"), std::string("header")})
      ck_assert_msg(message.find(part) != std::string::npos, "\"%s\" lacks \"%s\"", e.what(),
                    part.c_str());
    return;
  }
  ck_abort_msg("accepted although: %s", words.c_str());
}

std::string nested(int depth) {
  return "{\"a\":" + std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']') + "}";
}

}  // namespace

START_TEST(test_plain_json_is_parsed) {
  const nlohmann::json parsed = parse_strictly(R"({"a":[1,2.5,"x"],"b":{"a":null}})", "it", "f");
  ck_assert(parsed == nlohmann::json({{"a", {1, 2.5, "x"}}, {"b", {{"a", nullptr}}}}));
  parse_strictly(nested(kMaxJsonDepth - 1), "it", "f");
}
END_TEST

START_TEST(test_what_breaks_a_limit_is_refused) {
  assert_refused(nested(kMaxJsonDepth + 1), "nested");
  assert_refused("{\"a\":" + std::string(100000, '['), "nested");
  assert_refused(R"({"a":{"b":1,"b":2}})", "\"b\" twice");
  assert_refused(std::string(kMaxJsonBytes + 1, ' '), "at most");
}
END_TEST

START_TEST(test_no_exception_of_the_parser_escapes) {
  for (const char* text : {"", "{", "nonsense", "{\"\xff\":1}", R"({"a":"\ud800"})", "[1,]"})
    assert_refused(text, "not JSON");
  for (const char* text : {"1e999", R"({"a":-1e999})", R"([{"b":[1e400]}])"})
    assert_refused(text, "cannot be read");
}
END_TEST

int main() {
  return denoiseae::test::run_suite("strict_json",
                                    {test_plain_json_is_parsed, test_what_breaks_a_limit_is_refused,
                                     test_no_exception_of_the_parser_escapes});
}
