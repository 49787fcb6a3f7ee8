// A page for a browser, complete in one file: charts and tables, no network. ASCII only, so it
// looks the same however it is stored and served.

#include <cassert>
#include <cctype>

#include "runner/reports/format.hpp"
#include "runner/reports/page/assets.hpp"
#include "runner/reports/page/page_data.hpp"

namespace bulkhead::html_format {
namespace {

bool begins_with_end_tag(std::string_view text) {
  constexpr std::string_view end_tag = "</script";
  if (text.size() < end_tag.size()) return false;
  for (std::size_t at = 0; at < end_tag.size(); ++at) {
    const int letter = std::tolower(static_cast<unsigned char>(text[at]));
    if (letter != end_tag[at]) return false;
  }
  return true;
}

/// A script that can stand between <script> and its end tag. Only that tag is broken up: inside a
/// string or a regular expression "<\/" means the same.
std::string inline_script(std::string_view script) {
  std::string text;
  for (std::size_t at = 0; at < script.size(); ++at) {
    text += script[at];
    if (begins_with_end_tag(script.substr(at))) text += '\\';
  }
  return text;
}

std::string content_of(std::string_view name, const std::string& data) {
  if (name == "style") return std::string(page::css());
  if (name == "library") return inline_script(page::chart_library());
  if (name == "plugins") return inline_script(page::plugins_js());
  if (name == "charts") return inline_script(page::charts_js());
  if (name == "page") return inline_script(page::page_js());
  assert(name == "data");
  return data;
}

/// Fills in the names of the template; never those in what was filled in.
std::string page_with(const std::string& data) {
  std::string_view rest = page::html();
  std::string text;
  for (;;) {
    const std::size_t open = rest.find("{{");
    text += rest.substr(0, open);
    if (open == std::string_view::npos) return text;
    const std::size_t close = rest.find("}}", open);
    text += content_of(rest.substr(open + 2, close - open - 2), data);
    rest.remove_prefix(close + 2);
  }
}

std::string draw(const Presentation& presentation, const RenderStyle&) {
  return page_with(page_data(presentation));
}

std::string draw_batch(const BatchPresentation& batch, const RenderStyle&) {
  return page_with(page_data(batch));
}

const FormatRegistry::Registration registered{{.name = "html",
                                               .help = "a page with charts, for a browser",
                                               .draw = draw,
                                               .draw_batch = draw_batch}};

}  // namespace
}  // namespace bulkhead::html_format
