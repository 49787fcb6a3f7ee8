#include "runner/reports/page/chart.hpp"

namespace bulkhead {

std::string_view to_text(Chart::Kind kind) noexcept {
  switch (kind) {
    case Chart::Kind::bars:
      return "bars";
    case Chart::Kind::ratios:
      return "ratios";
    case Chart::Kind::latency:
      return "latency";
    case Chart::Kind::scaling:
      return "scaling";
    case Chart::Kind::timeline:
      return "timeline";
  }
  return "";
}

}  // namespace bulkhead
