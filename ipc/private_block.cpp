#include "ipc/private_block.hpp"

#include <algorithm>

namespace bulkhead {

PrivateBlock::PrivateBlock(std::uint32_t worker_count)
    : region_(Sharing::copied, worker_count * page_bytes(), "private block") {
  for (std::uint32_t worker = 0; worker < worker_count; ++worker) {
    const auto page = words(worker);
    std::fill(page.begin(), page.end(), canary(worker));
  }
}

std::span<std::uint64_t> PrivateBlock::words(std::uint32_t worker) const noexcept {
  auto* first = reinterpret_cast<std::uint64_t*>(region_.data() + worker * page_bytes());
  return {first, page_bytes() / sizeof(std::uint64_t)};
}

bool PrivateBlock::intact(std::uint32_t worker) const noexcept {
  const auto page = words(worker);
  const std::uint64_t expected = canary(worker);
  return std::all_of(page.begin(), page.end(),
                     [&](std::uint64_t word) { return word == expected; });
}

std::uint64_t PrivateBlock::canary(std::uint32_t worker) noexcept {
  constexpr std::uint64_t pattern = 0xb01c'4ead'0000'0000;  // Not a canonical address on x86-64.
  return pattern | worker;
}

}  // namespace bulkhead
