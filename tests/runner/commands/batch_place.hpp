// A folder with a config and a place for results, for tests that run batches.
#pragma once

#include <string>
#include <vector>

#include "tests/run_program.hpp"
#include "tests/temporary_folder.hpp"

namespace bulkhead {

inline constexpr const char* short_config =
    "# Is it there?\n"
    "[defaults]\n"
    "duration = 5ms\n"
    "warmup = 0\n"
    "trials = 2\n"
    "workers = 2\n"
    "[spin]\n"
    "workload = spin\n"
    "[bank]\n"
    "workload = bank\n"
    "lock = mutex, robust\n";

struct Place {
  TemporaryFolder folder;
  std::string config;
  std::string results = folder / "r";

  explicit Place(const char* text = short_config) : config(folder.file("x.ini", text)) {}

  [[nodiscard]] ProgramRun batch(std::vector<std::string> more = {},
                                 const ProgramSettings& settings = {}) const {
    std::vector<std::string> words{"batch", config, "--output", results};
    words.insert(words.end(), more.begin(), more.end());
    return run_bulkhead(words, settings);
  }
};

}  // namespace bulkhead
