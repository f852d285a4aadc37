#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Checks that neither the scan of the registry nor gst-inspect-1.0 loads an engine, which would load
# LibTorch, too: inspect_loads_no_engine.sh, in the environment of the tests.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# A registry that does not exist yet makes this one process scan every plugin.
GST_REGISTRY_1_0=$folder/registry GST_REGISTRY_FORK=no LD_DEBUG=files \
  gst-inspect-1.0 denoiseae >"$folder/out" 2>"$folder/loaded"

grep -q 'libgstdenoiseae' "$folder/loaded" || {
  echo "the plugin itself was not loaded: this test sees nothing" >&2
  exit 1
}
if grep -E 'torch|libc10' "$folder/loaded" >&2; then
  echo "gst-inspect-1.0 loaded an engine" >&2
  exit 1
fi
