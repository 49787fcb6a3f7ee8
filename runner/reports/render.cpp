#include "runner/reports/render.hpp"

#include <cassert>
#include <deque>

#include "runner/reports/format.hpp"
#include "runner/reports/overview.hpp"
#include "runner/reports/text.hpp"

namespace bulkhead {
namespace {

const FormatEntry& format_named(std::string_view name) {
  const FormatEntry* entry = FormatRegistry::find(name);
  assert(entry != nullptr && "the options check the name");
  return *entry;
}

std::string within_charset(std::string text, const RenderStyle& style) {
  assert(text.ends_with('\n'));
  if (style.charset == RenderStyle::Charset::ascii) return ascii_only(text);
  return text;
}

/// Owns what the presentations of a batch point to.
class Presentations {
 public:
  Presentations(const std::vector<NamedResult>& results, const BatchFacts& facts) {
    for (const NamedResult& one : results) {
      summaries_.push_back(summarize(*one.result));
      reports_.push_back(make_report(*one.result, summaries_.back()));
      all_.push_back({one.name, {*one.result, summaries_.back(), reports_.back()}});
    }
    overview_ = make_overview(facts, all_);
  }

  [[nodiscard]] const Report& overview() const noexcept { return overview_; }
  [[nodiscard]] BatchPresentation batch() const { return {overview_, all_}; }

 private:
  std::deque<Summary> summaries_;  // Their places must stay.
  std::deque<Report> reports_;
  std::vector<BatchPresentation::Experiment> all_;
  Report overview_;
};

}  // namespace

std::string draw(const Presentation& presentation, std::string_view format,
                 const RenderStyle& style) {
  return within_charset(format_named(format).draw(presentation, style), style);
}

std::string render(const ExperimentResult& result, std::string_view format,
                   const RenderStyle& style) {
  const Summary summary = summarize(result);
  return draw({result, summary, make_report(result, summary)}, format, style);
}

std::string render_batch(const std::vector<NamedResult>& results, const BatchFacts& facts,
                         std::string_view format, const RenderStyle& style) {
  const Presentations presentations(results, facts);
  return within_charset(format_named(format).draw_batch(presentations.batch(), style), style);
}

std::string render_overview(const std::vector<NamedResult>& results, const BatchFacts& facts,
                            const RenderStyle& style) {
  const Presentations presentations(results, facts);
  const FormatEntry& table = format_named("table");
  return within_charset(table.draw_batch({presentations.overview(), {}}, style), style);
}

std::string render_report(const Report& report, std::string_view format, const RenderStyle& style) {
  const ExperimentResult no_result;
  const Summary no_summary;
  return draw({no_result, no_summary, report}, format, style);
}

}  // namespace bulkhead
