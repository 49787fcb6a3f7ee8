#include "runner/commands/shapes.hpp"

#include "runner/commands/console.hpp"
#include "runner/commands/option_help.hpp"
#include "runner/commands/run.hpp"
#include "runner/commands/text_layout.hpp"
#include "runner/options/shapes_request.hpp"

namespace bulkhead {

std::string shapes_help(unsigned width) {
  return "usage: bulkhead shapes [WORKLOAD] [OPTION...]\n\n" +
         paragraph(
             "Runs the workload (bank, unless another is named) with every way to share its "
             "workers out among processes, without a fault and with one, and says which shapes no "
             "other one dominates in throughput, memory, blast radius and recovery.",
             width) +
         option_help(shapes_options(), width);
}

ExitStatus shapes_command(const Arguments& arguments) {
  const RunRequest request = read_shapes_request(arguments, machine_defaults());
  if (!request.mistakes.empty()) return refuse(request.mistakes, "bulkhead shapes --help");
  if (request.wish == RunRequest::Wish::help) {
    print(shapes_help(output_width()));
    return ExitStatus::done;
  }
  return carry_out(request);
}

}  // namespace bulkhead
