#include "ipc/region.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cassert>
#include <functional>
#include <string>
#include <utility>

#include "ipc/system_error.hpp"

namespace bulkhead {
namespace {

std::string wish(const char* call, std::size_t bytes, const char* name) {
  return std::string(call) + ": " + std::to_string(bytes) + " bytes for the " + name;
}

UniqueFd sealed_memfd(std::size_t bytes, const char* name) {
  UniqueFd fd(
      memfd_create((std::string("bulkhead-") + name).c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd.open()) throw_errno(wish("memfd_create", bytes, name));
  if (ftruncate(fd.get(), static_cast<off_t>(bytes)) != 0) {
    throw_errno(wish("ftruncate", bytes, name));
  }
  if (fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    throw_errno(wish("fcntl(F_ADD_SEALS)", bytes, name));
  }
  return fd;
}

}  // namespace

std::size_t page_bytes() noexcept {
  static const auto bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

Region::Region(Sharing sharing, std::size_t bytes, const char* name) {
  assert(bytes > 0);
  size_bytes_ = (bytes + page_bytes() - 1) / page_bytes() * page_bytes();
  UniqueFd backing;
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  if (sharing == Sharing::shared) {
    backing = sealed_memfd(size_bytes_, name);
    flags = MAP_SHARED | MAP_NORESERVE;
  }
  void* mapped = mmap(nullptr, size_bytes_, PROT_READ | PROT_WRITE, flags, backing.get(), 0);
  if (mapped == MAP_FAILED) throw_errno(wish("mmap", size_bytes_, name));
  data_ = static_cast<std::byte*>(mapped);
  madvise(data_, size_bytes_, MADV_DONTDUMP);  // A core of shared memory delays every reap.
}

Region::Region(Region&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_bytes_(std::exchange(other.size_bytes_, 0)) {}

Region::~Region() {
  if (data_ != nullptr) munmap(data_, size_bytes_);
}

bool Region::contains(const void* address) const noexcept {
  const std::less<const void*> before;
  return !before(address, data_) && before(address, data_ + size_bytes_);
}

}  // namespace bulkhead
