// Small pure random numbers for workloads: the same in every mode, and cheap enough for a measured
// loop. Not for anything that needs to be unpredictable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace bulkhead {

/// SplitMix64 (Steele, Lea, Flood 2014): advances the state and answers 64 well-mixed bits.
inline std::uint64_t next_random(std::uint64_t& state) noexcept {
  state += 0x9e3779b97f4a7c15u;
  std::uint64_t bits = state;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
  return bits ^ (bits >> 31);
}

/// A seed of its own for each index below one seed.
inline std::uint64_t mix(std::uint64_t seed, std::uint64_t index) noexcept {
  std::uint64_t state = seed ^ (index * 0xd1342543de82ef95u);
  return next_random(state);
}

/// Fisher and Yates's shuffle, written out since the library's differs between implementations.
template <class Item>
void shuffle(std::vector<Item>& items, std::uint64_t seed) {
  std::uint64_t state = seed;
  for (std::size_t left = items.size(); left > 1; --left) {
    std::swap(items[left - 1], items[next_random(state) % left]);
  }
}

}  // namespace bulkhead
