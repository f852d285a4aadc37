// SPDX-License-Identifier: LGPL-2.1-or-later
// The engine for streaming on CPUs.
#pragma once

#include <memory>
#include <vector>

#include "engine/engine.h"
#include "engine/native/fused_ops.h"

namespace denoiseae {

/// The rows of the input that each thread answers for, from top to bottom, multiples of the graph's
/// alignment. Fewer than threads where bands would become so thin that most of their work is for
/// rows of their neighbours; one where every output depends on all of the input.
std::vector<RowRange> split_bands(const Graph& graph, int height, unsigned threads);

/// height, width: a size that the graph takes. pool: threads to use, of which there may be more
/// than the engine needs; null: the engine has its own. The result does not depend on the number
/// of threads. Throws device_unavailable for another device than the CPU and a precision that it
/// lacks, out_of_memory, engine_failure.
std::unique_ptr<Engine> make_native_engine(const detail::ModelData& model, int height, int width,
                                           const EngineOptions& options,
                                           ThreadPool* pool = nullptr);

}  // namespace denoiseae
