#include "runner/commands/version.hpp"

#include <fmt/format.h>

#include "runner/commands/text_layout.hpp"

namespace bulkhead {

std::string version_text(const HostFacts& host) {
  const BuildFacts& build = host.build;
  const auto or_none = [](const std::string& text) { return text.empty() ? "none" : text; };
  // As wide as it takes: flags are for copying, not for reading.
  return fmt::format("bulkhead {}\n", build.version) +
         aligned({{"compiler", build.compiler},
                  {"build type", or_none(build.type)},
                  {"flags", or_none(build.flags)},
                  {"sanitizers", or_none(build.sanitizers)},
                  {"libc", host.libc},
                  {"boost", build.boost},
                  {"fmt", build.fmt}},
                 ~0u);
}

}  // namespace bulkhead
