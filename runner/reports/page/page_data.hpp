// All that the page shows, as one JSON text for its script. Texts are rounded here and for good;
// numbers are for charts alone. Pure. ASCII, without a line feed, and no '<' in it, so it can stand
// inside an HTML script element whatever a workload or a worker wrote.
#pragma once

#include <string>

#include "runner/reports/format.hpp"

namespace bulkhead {

[[nodiscard]] std::string page_data(const Presentation& presentation);
[[nodiscard]] std::string page_data(const BatchPresentation& batch);

}  // namespace bulkhead
