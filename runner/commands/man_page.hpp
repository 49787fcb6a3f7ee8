// The manual page, made from the same tables as the help, so that it cannot say anything else.
#pragma once

#include <string>

namespace bulkhead {

/// bulkhead(1) in the man macros of groff and mandoc. Pure.
[[nodiscard]] std::string man_page();

}  // namespace bulkhead
