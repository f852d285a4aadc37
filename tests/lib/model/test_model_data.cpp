// SPDX-License-Identifier: LGPL-2.1-or-later
// A model in memory has a graph, and a tensor for each of its parameters.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "model/model_data.h"
#include "support/check.h"
#include "support/tiny_model.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_each_parameter_has_its_tensor) {
  for (const Architecture& architecture : architectures()) {
    const auto model =
        random_model(std::string(architecture.name).c_str(), nlohmann::json::object());
    const detail::ModelData& data = model->data();
    ck_assert(data.domain == architecture.domain);
    std::size_t count = 0;
    for (const Parameter& parameter : data.graph.parameters()) {
      const Tensor& tensor = data.tensors.at(parameter.name);
      ck_assert(std::equal(tensor.shape.begin(), tensor.shape.end(), parameter.shape.begin(),
                           parameter.shape.end()));
      ++count;
    }
    ck_assert_uint_eq(data.tensors.size(), count);
    ck_assert(data.scales.empty());
    ck_assert_double_eq(data.noise_floor.luma, 0);
    ck_assert_double_eq(data.noise_floor.chroma, 0);
  }
}
END_TEST

int main() { return run_suite("model_data", {test_each_parameter_has_its_tensor}); }
