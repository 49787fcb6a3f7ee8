#include "runner/measure/symbols.hpp"

#include <utility>

#include "tests/catch.hpp"

using namespace bulkhead;

TEST_CASE("a symbol is read without parameters, arguments of templates and what they return",
          "[symbols]") {
  const std::pair<const char*, const char*> names[] = {
      {"main", "main"},
      {"_ZN8bulkhead6Worker5pauseEm", "Worker::pause"},
      {"_ZN8bulkhead6Worker4loopIiEEvm", "Worker::loop"},
      {"_ZN8bulkhead6Worker4loopINS_3BoxIiEEEEvm", "Worker::loop"},
      {"_ZN8bulkhead12_GLOBAL__N_14workERKNS_16CompartmentSetupEj", "work"},
      {"_ZN8bulkhead11abort_fault12_GLOBAL__N_16strikeERKNS_6StrikeE", "strike"},
      {"_ZNK8bulkhead8DeadlinelsEi", "Deadline::operator<<"},
      {"_ZNK8bulkhead8DeadlineltIiEEbi", "Deadline::operator<"},
      {"_ZNK8bulkhead8DeadlinecvbEv", "Deadline::operator bool"},
  };
  for (const auto& [mangled, read] : names) {
    CAPTURE(mangled);
    CHECK(readable_symbol(mangled) == read);
  }
}
