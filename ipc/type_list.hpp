// A list of types as a type, for the locks: see lock_types.hpp.in.
#pragma once

#include <cstddef>

namespace bulkhead {

template <class... Types>
struct TypeList {
  static constexpr std::size_t size = sizeof...(Types);
};

}  // namespace bulkhead
