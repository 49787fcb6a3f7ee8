#include "ipc/system_error.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

namespace bulkhead {

void throw_errno(const std::string& wish) {
  throw_error(errno, wish);
}

void throw_error(int error, const std::string& wish) {
  throw std::system_error(error, std::generic_category(), wish);
}

std::string error_text(int error) {
  char buffer[128];
  return strerror_r(error, buffer, sizeof buffer);  // GNU's, which answers the text.
}

}  // namespace bulkhead
