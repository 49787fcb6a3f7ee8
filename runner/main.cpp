// bulkhead: see runner/commands/ for what it can be asked to do.

#include "runner/commands/command.hpp"
#include "runner/commands/destination.hpp"

int main(int argc, char** argv) {
  bulkhead::reserve_standard_streams();
  bulkhead::survive_file_size_limit();
  const bulkhead::Arguments arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return static_cast<int>(bulkhead::run_program(arguments));
}
