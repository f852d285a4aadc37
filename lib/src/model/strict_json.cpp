// SPDX-License-Identifier: LGPL-2.1-or-later
#include "model/strict_json.h"

#include <denoiseae/error.h>

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace denoiseae {

using nlohmann::json;

void refuse_file(const std::string& source, const std::string& rule) {
  throw Error(ErrorCode::corrupt, source + ": not a valid weights file: " + rule);
}

json parse_strictly(std::string_view text, const std::string& what, const std::string& source) {
  if (text.size() > kMaxJsonBytes) {
    refuse_file(source, what + " has " + std::to_string(text.size()) + " bytes, at most " +
                            std::to_string(kMaxJsonBytes) + " are allowed");
  }
  std::vector<std::set<std::string>> keys;
  const auto check = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > kMaxJsonDepth) refuse_file(source, what + " is nested too deeply");
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key &&
        !keys.back().insert(parsed.get<std::string>()).second) {
      refuse_file(source, what + " holds the key \"" + parsed.get<std::string>() + "\" twice");
    }
    return true;
  };
  try {
    return json::parse(text, check);
  } catch (const json::parse_error& e) {
    refuse_file(source, what + " is not JSON: wrong at byte " + std::to_string(e.byte) + " of it");
  } catch (const json::exception& e) {
    refuse_file(source, what + " holds a value that cannot be read: " + e.what());
  }
}

}  // namespace denoiseae
