// Names for addresses of this program and of the libraries that it has loaded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bulkhead {

/// A mangled name as people read it in a column: without parameters, template arguments, what a
/// template returns, and the namespaces that all our names begin with. Pure.
[[nodiscard]] std::string readable_symbol(std::string_view name_in_file);

/// "Worker::pause" for an address inside of it; "abort (libc.so.6)" for one in a
/// library; the address itself where nothing is known, as in a program without a symbol table. Any
/// number will do as an address: nothing is read there. Reads the program's own file once.
[[nodiscard]] std::string symbol_text(std::uint64_t address);

}  // namespace bulkhead
