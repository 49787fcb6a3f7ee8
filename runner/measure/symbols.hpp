// Names for addresses of this program and of the libraries that it has loaded.
#pragma once

#include <cstdint>
#include <string>

namespace bulkhead {

/// "bulkhead::store_nowhere()" for an address inside of it; "abort (libc.so.6)" for one in a
/// library; the address itself where nothing is known, as in a program without a symbol table. Any
/// number will do as an address: nothing is read there. Reads the program's own file once.
[[nodiscard]] std::string symbol_text(std::uint64_t address);

}  // namespace bulkhead
