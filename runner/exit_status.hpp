// The exit codes of the program, as --help and the README list them.
#pragma once

namespace bulkhead {

enum class ExitStatus : int {
  done = 0,
  expectation_not_met = 1,  ///< It ran, and what was asked for did not hold: a trial failed, a
                            ///< state was unsound without a fault, a precision was not reached.
  usage = 2,                ///< The command line is wrong; nothing was started.
  host_refused = 3,         ///< This machine cannot run it, or a result could not be written.
  interrupted = 130,        ///< Ctrl-C; what was known so far has been printed.
};

}  // namespace bulkhead
