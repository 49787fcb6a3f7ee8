// Code that goes away while it is in use: a shared library whose file is shortened in place, as a
// careless update does, and one that is unloaded while somebody still has a pointer into it. The
// library is a private copy of the mathematical one, loaded by the worker itself: everybody who has
// a library mapped dies of its shortening, in every process, and the runner too.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

#include "ipc/unique_fd.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"

namespace bulkhead::library_fault {
namespace {

using Function = double (*)(double);

/// A loaded copy, its file, and a function in it; null where it could not be had.
struct PrivateLibrary {
  UniqueFd file;
  void* handle = nullptr;
  Function function = nullptr;
};

UniqueFd copy_of(const char* path) {
  const UniqueFd original(open(path, O_RDONLY | O_CLOEXEC));
  UniqueFd copy(memfd_create("bulkhead-library", MFD_CLOEXEC));
  if (!original.open() || !copy.open()) return {};
  char block[16384];
  for (ssize_t got = 1; got > 0;) {
    got = read(original.get(), block, sizeof block);
    if (got < 0 || (got > 0 && write(copy.get(), block, static_cast<std::size_t>(got)) != got)) {
      return {};
    }
  }
  return copy;
}

PrivateLibrary load() {
  PrivateLibrary library;
  Dl_info original{};
  void* known = dlsym(RTLD_DEFAULT, "cbrt");
  if (known == nullptr || dladdr(known, &original) == 0) return library;
  library.file = copy_of(original.dli_fname);
  if (!library.file.open()) return library;
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/fd/%d", library.file.get());
  library.handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library.handle == nullptr) return library;
  library.function = reinterpret_cast<Function>(dlsym(library.handle, "cbrt"));
  return library;
}

BULKHEAD_FAULT void call(Function function) {
  static_cast<void>(opaque(opaque(function)(opaque(8.0))));
}

BULKHEAD_FAULT void truncate_library(const Strike&) {
  const PrivateLibrary library = load();
  if (library.function == nullptr) return;
  call(library.function);
  static_cast<void>(!ftruncate(library.file.get(), 0));
  call(library.function);
}

BULKHEAD_FAULT void unload_library(const Strike&) {
  const PrivateLibrary library = load();
  if (library.function == nullptr) return;
  call(library.function);
  dlclose(library.handle);
  call(library.function);
}

std::string unavailable() {
  const PrivateLibrary library = load();
  const bool works = library.function != nullptr;
  if (library.handle != nullptr) dlclose(library.handle);
  return works ? "" : "a library cannot be loaded from a memory file here";
}

const FaultRegistry::Registration truncated{{
    .name = "library-truncated",
    .family = "address space",
    .help = "shortens the file of a library that it has loaded, a copy of its own, and calls it",
    .ends_as = "SIGBUS",
    .strike = truncate_library,
    .unavailable = unavailable,
}};

const FaultRegistry::Registration unloaded{{
    .name = "library-unloaded",
    .family = "address space",
    .help = "unloads a library that it has loaded, a copy of its own, and calls it",
    .ends_as = "SIGSEGV",
    .strike = unload_library,
    .unavailable = unavailable,
}};

}  // namespace
}  // namespace bulkhead::library_fault
