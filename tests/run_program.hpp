// The real program, run as a user runs it.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace bulkhead {

struct ProgramRun {
  int exit_code = -1;  ///< -1 when a signal ended it.
  int signal = 0;      ///< 0 when it ended by itself.
  bool hung = false;   ///< It was still there at the deadline and was killed.
  std::string out;
  std::string err;  ///< Empty on a terminal, where both streams come out in `out`.
};

struct ProgramSettings {
  /// Added to this process's, less what would change how output looks.
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::string directory = {};  ///< Empty: this process's.
  std::string out_path = {};  ///< An existing file for standard output, which is then not captured.
  unsigned terminal_columns = 0;  ///< Not 0: both streams are a terminal of this width.
  std::string interrupt_at = {};  ///< SIGINT is sent once this has been seen on the terminal.
  int deadline_s = 60;            ///< A watchdog, not an expectation.
};

/// Runs bulkhead with these arguments to its end. Standard input is empty.
[[nodiscard]] ProgramRun run_bulkhead(const std::vector<std::string>& arguments,
                                      const ProgramSettings& settings = {});

}  // namespace bulkhead
