// A set of things that a worker notes as bits in its slot, and their names for the record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace bulkhead {

/// "memory, thread": the names of the bits that are set, in the order of the table, whose entries
/// have a `name`; empty for none.
template <class Table>
[[nodiscard]] std::string names_of_bits(std::uint32_t bits, const Table& table) {
  std::string names;
  for (std::size_t index = 0; index < table.size(); ++index) {
    if ((bits >> index & 1) == 0) continue;
    if (!names.empty()) names += ", ";
    names += table[index].name;
  }
  return names;
}

}  // namespace bulkhead
