// SPDX-License-Identifier: LGPL-2.1-or-later
// A plugin of QEMU that counts the instructions of a program with one thread, and those that
// multiply and accumulate. It takes the argument out=FILE, and writes one JSON object there.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <iterator>
#include <string>
#include <string_view>

// Debian installs no header for plugins. These are the declarations of QEMU's documentation.
extern "C" {
using qemu_plugin_id_t = std::uint64_t;
struct qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };

std::size_t qemu_plugin_tb_n_insns(const qemu_plugin_tb* block);
qemu_plugin_insn* qemu_plugin_tb_get_insn(const qemu_plugin_tb* block, std::size_t index);
char* qemu_plugin_insn_disas(const qemu_plugin_insn* instruction);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
                                           void (*call)(qemu_plugin_id_t, qemu_plugin_tb*));
void qemu_plugin_register_vcpu_tb_exec_cb(qemu_plugin_tb* block, void (*call)(unsigned, void*),
                                          qemu_plugin_cb_flags flags, void* data);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, void (*call)(qemu_plugin_id_t, void*),
                                    void* data);

[[gnu::visibility("default")]] extern int qemu_plugin_version;
[[gnu::visibility("default")]] int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t*,
                                                       int argc, char** argv);
}

int qemu_plugin_version = PLUGIN_VERSION;

namespace {

/// Instructions that follow each other without a branch.
struct Block {
  std::uint64_t instructions = 0;
  std::uint64_t products = 0;
  std::uint64_t runs = 0;
};

std::deque<Block> blocks;
std::string out;

/// Returns whether a code is a dot product. QEMU of Debian 12 knows no names of them.
bool is_dot_product(std::uint32_t code) {
  const struct {
    std::uint32_t mask, value;
  } codes[] = {
      {0x9fe0fc00, 0x0e809400},  // sdot and udot of vectors
      {0xbfe0fc00, 0x0e809c00},  // usdot
      {0xbfe0fc00, 0x2e40fc00},  // bfdot
      {0x9fc0f400, 0x0f80e000},  // sdot and udot by an element
      {0xbf00f400, 0x0f00f000},  // sudot, usdot, bfdot and bfmlal by an element
  };
  return std::any_of(std::begin(codes), std::end(codes),
                     [code](const auto& of) { return (code & of.mask) == of.value; });
}

bool is_product(const char* instruction) {
  unsigned bytes[4] = {};
  if (std::sscanf(instruction, ".byte %x, %x, %x, %x", &bytes[0], &bytes[1], &bytes[2],
                  &bytes[3]) == 4)
    return is_dot_product(bytes[0] | bytes[1] << 8 | bytes[2] << 16 | bytes[3] << 24);
  for (const char* const name :
       {"fmla", "fmlal", "fmlal2", "sdot", "udot", "usdot", "sudot", "smmla", "ummla", "usmmla",
        "bfdot", "bfmmla", "bfmlalb", "bfmlalt", "smlal", "smlal2", "umlal", "umlal2"}) {
    const std::size_t length = std::strlen(name);
    if (std::strncmp(instruction, name, length) == 0 && instruction[length] == ' ') return true;
  }
  return false;
}

void translate(qemu_plugin_id_t, qemu_plugin_tb* code) {
  Block& block = blocks.emplace_back();
  block.instructions = qemu_plugin_tb_n_insns(code);
  for (std::size_t i = 0; i < block.instructions; ++i) {
    char* const text = qemu_plugin_insn_disas(qemu_plugin_tb_get_insn(code, i));
    block.products += is_product(text) ? 1 : 0;
    std::free(text);
  }
  const auto run = [](unsigned, void* data) { ++static_cast<Block*>(data)->runs; };
  qemu_plugin_register_vcpu_tb_exec_cb(code, run, QEMU_PLUGIN_CB_NO_REGS, &block);
}

void write_counts(qemu_plugin_id_t, void*) {
  std::uint64_t instructions = 0, products = 0;
  for (const Block& block : blocks) {
    instructions += block.runs * block.instructions;
    products += block.runs * block.products;
  }
  std::FILE* const file = std::fopen(out.c_str(), "w");
  if (file == nullptr) return;
  std::fprintf(file, "{\"instructions\": %llu, \"products\": %llu}\n",
               static_cast<unsigned long long>(instructions),
               static_cast<unsigned long long>(products));
  std::fclose(file);
}

}  // namespace

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t*, int argc, char** argv) {
  constexpr std::string_view kOut = "out=";
  if (argc != 1 || !std::string_view(argv[0]).starts_with(kOut)) return -1;
  out = argv[0] + kOut.size();
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  qemu_plugin_register_atexit_cb(id, write_counts, nullptr);
  return 0;
}
