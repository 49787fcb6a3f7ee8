// The lines above the table: everything that someone would have to know to measure the same again,
// or to doubt that the comparison is fair. Pure.
#pragma once

#include <vector>

#include "runner/reports/report.hpp"

namespace bulkhead {

[[nodiscard]] std::vector<ReportFact> describe_facts(const ExperimentResult& result,
                                                     const Summary& summary);

/// Of the machine and the program alone.
[[nodiscard]] std::vector<ReportFact> describe_host(const HostFacts& host);

}  // namespace bulkhead
