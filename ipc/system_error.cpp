#include "ipc/system_error.hpp"

#include <cerrno>
#include <system_error>

namespace bulkhead {

void throw_errno(const std::string& wish) {
  throw_error(errno, wish);
}

void throw_error(int error, const std::string& wish) {
  throw std::system_error(error, std::generic_category(), wish);
}

std::string error_text(int error) {
  return std::generic_category().message(error);
}

}  // namespace bulkhead
