#include "runner/reports/render.hpp"

#include <cassert>

#include "runner/reports/format.hpp"
#include "runner/reports/text.hpp"

namespace bulkhead {

std::string draw(const Presentation& presentation, std::string_view format,
                 const RenderStyle& style) {
  const FormatEntry* entry = FormatRegistry::find(format);
  assert(entry != nullptr && "the options check the name");
  std::string text = entry->draw(presentation, style);
  assert(text.ends_with('\n'));
  return style.charset == RenderStyle::Charset::ascii ? ascii_only(text) : text;
}

std::string render(const ExperimentResult& result, std::string_view format,
                   const RenderStyle& style) {
  const Summary summary = summarize(result);
  return draw({result, summary, make_report(result, summary)}, format, style);
}

}  // namespace bulkhead
