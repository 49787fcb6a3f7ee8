#include "runner/reports/render.hpp"

#include <cassert>

#include "runner/reports/format.hpp"
#include "runner/reports/text.hpp"

namespace bulkhead {

std::string render(const ExperimentResult& result, std::string_view format,
                   const RenderStyle& style) {
  const FormatEntry* entry = FormatRegistry::find(format);
  assert(entry != nullptr && "the options check the name");
  const Summary summary = summarize(result);
  const Report report = make_report(result, summary);
  std::string text = entry->draw({result, summary, report}, style);
  assert(text.ends_with('\n'));
  return style.charset == RenderStyle::Charset::ascii ? ascii_only(text) : text;
}

}  // namespace bulkhead
