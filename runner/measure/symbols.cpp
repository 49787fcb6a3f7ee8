#include "runner/measure/symbols.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "ipc/unique_fd.hpp"

namespace bulkhead {
namespace {

struct Symbol {
  std::uint64_t begin;
  std::uint64_t size;
  std::string_view name;  // In the program's file.
};

/// The program's own functions, static ones included, in the order of their addresses.
class OwnSymbols {
 public:
  OwnSymbols() {
    dl_iterate_phdr(note_program, this);
    read(map_program());
    std::sort(symbols_.begin(), symbols_.end(),
              [](const Symbol& left, const Symbol& right) { return left.begin < right.begin; });
  }

  [[nodiscard]] const Symbol* find(std::uint64_t address) const {
    const std::uint64_t inside = address - load_bias_;
    const auto after = std::upper_bound(
        symbols_.begin(), symbols_.end(), inside,
        [](std::uint64_t wanted, const Symbol& symbol) { return wanted < symbol.begin; });
    if (after == symbols_.begin()) return nullptr;
    const Symbol& symbol = *(after - 1);
    return inside - symbol.begin < symbol.size ? &symbol : nullptr;
  }

 private:
  /// For as long as this process lives; empty where it cannot be had.
  static std::string_view map_program() {
    const UniqueFd file(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    struct stat facts {};
    if (!file.open() || fstat(file.get(), &facts) != 0 || facts.st_size <= 0) return {};
    const auto bytes = static_cast<std::size_t>(facts.st_size);
    void* start = mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (start == MAP_FAILED) return {};
    return {static_cast<const char*>(start), bytes};
  }

  /// The first object is the program itself.
  static int note_program(dl_phdr_info* info, std::size_t, void* self) {
    static_cast<OwnSymbols*>(self)->load_bias_ = info->dlpi_addr;
    return 1;
  }

  template <class T>
  static bool copy_at(std::string_view file, std::uint64_t offset, T& to) {
    if (offset > file.size() || file.size() - offset < sizeof to) return false;
    std::memcpy(&to, file.data() + offset, sizeof to);
    return true;
  }

  void read(std::string_view file) {
    ElfW(Ehdr) head{};
    if (!copy_at(file, 0, head) || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0) return;
    for (std::uint64_t index = 0; index < head.e_shnum; ++index) {
      ElfW(Shdr) section{}, names{};
      if (!copy_at(file, head.e_shoff + index * sizeof section, section)) return;
      if (section.sh_type != SHT_SYMTAB) continue;
      if (copy_at(file, head.e_shoff + section.sh_link * sizeof names, names)) {
        read_table(file, section, names);
      }
    }
  }

  void read_table(std::string_view file, const ElfW(Shdr) & table, const ElfW(Shdr) & names) {
    for (std::uint64_t at = 0; at < table.sh_size; at += sizeof(ElfW(Sym))) {
      ElfW(Sym) symbol{};
      if (!copy_at(file, table.sh_offset + at, symbol)) return;
      if ((symbol.st_info & 0xf) != STT_FUNC || symbol.st_size == 0) continue;
      const std::uint64_t name = names.sh_offset + symbol.st_name;
      if (name >= file.size()) continue;
      const std::string_view rest = file.substr(name, file.substr(name).find('\0'));
      symbols_.push_back({symbol.st_value, symbol.st_size, rest});
    }
  }

  std::uint64_t load_bias_ = 0;
  std::vector<Symbol> symbols_;
};

void drop_all(std::string& name, std::string_view part) {
  for (std::size_t at = name.find(part); at != std::string::npos; at = name.find(part)) {
    name.erase(at, part.size());
  }
}

/// Plug-ins have a namespace of their own, "segv_null_fault", which says nothing that the function
/// does not and makes columns wide.
void drop_plugin_namespaces(std::string& name) {
  constexpr std::string_view end = "_fault::";
  for (std::size_t at = name.find(end); at != std::string::npos; at = name.find(end)) {
    std::size_t first = at;
    while (first > 0 && (std::isalnum(static_cast<unsigned char>(name[first - 1])) != 0 ||
                         name[first - 1] == '_')) {
      --first;
    }
    name.erase(first, at + end.size() - first);
  }
}

/// What stands in angle brackets, but for those of an operator's sign.
std::string without_template_arguments(std::string_view name) {
  constexpr std::string_view word = "operator";
  std::string bare;
  int depth = 0;
  while (!name.empty()) {
    std::size_t taken = 1;
    if (name.starts_with(word)) taken = std::min(name.find_first_not_of("<>=-", 8), name.size());
    if (taken == 1 && name.front() == '>') depth = std::max(depth - 1, 0);
    const bool is_bracket = taken == 1 && (name.front() == '<' || name.front() == '>');
    if (depth == 0 && !is_bracket) bare += name.substr(0, taken);
    if (taken == 1 && name.front() == '<') ++depth;
    name.remove_prefix(taken);
  }
  return bare;
}

}  // namespace

std::string readable_symbol(std::string_view name_in_file) {
  const std::string mangled(name_in_file);
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> plain(
      abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status), std::free);
  std::string name = plain ? plain.get() : mangled;
  drop_all(name, "(anonymous namespace)::");
  drop_all(name, "bulkhead::");
  drop_plugin_namespaces(name);
  drop_all(name, "decltype(auto) ");
  name = without_template_arguments(name);
  const std::size_t parameters = name.find('(');
  if (parameters != std::string::npos && parameters > 0) name.resize(parameters);
  // A template's name begins with what it returns; a conversion has a blank of its own.
  name.erase(0, name.rfind(' ', name.find("operator")) + 1);
  name.erase(name.find_last_not_of(' ') + 1);
  return name;
}

std::string symbol_text(std::uint64_t address) {
  static const OwnSymbols own;
  if (const Symbol* symbol = own.find(address)) return readable_symbol(symbol->name);
  Dl_info info{};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): an address is all that a stack has.
  const auto* place = reinterpret_cast<const void*>(static_cast<std::uintptr_t>(address));
  if (dladdr(place, &info) == 0 || info.dli_fname == nullptr) return fmt::format("{:#x}", address);
  const std::string library = std::filesystem::path(info.dli_fname).filename();
  if (info.dli_sname == nullptr) return fmt::format("{:#x} ({})", address, library);
  return fmt::format("{} ({})", readable_symbol(info.dli_sname), library);
}

}  // namespace bulkhead
