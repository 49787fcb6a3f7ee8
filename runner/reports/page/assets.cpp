#include "runner/reports/page/assets.hpp"

// Defined in assets.S: where each file begins, and where it ends.
extern "C" {
extern const char bulkhead_page_html[], bulkhead_page_html_end[];
extern const char bulkhead_page_css[], bulkhead_page_css_end[];
extern const char bulkhead_plugins_js[], bulkhead_plugins_js_end[];
extern const char bulkhead_charts_js[], bulkhead_charts_js_end[];
extern const char bulkhead_page_js[], bulkhead_page_js_end[];
extern const char bulkhead_chart_library[], bulkhead_chart_library_end[];
}

namespace bulkhead::page {

std::string_view html() noexcept {
  return {bulkhead_page_html, bulkhead_page_html_end};
}

std::string_view css() noexcept {
  return {bulkhead_page_css, bulkhead_page_css_end};
}

std::string_view plugins_js() noexcept {
  return {bulkhead_plugins_js, bulkhead_plugins_js_end};
}

std::string_view charts_js() noexcept {
  return {bulkhead_charts_js, bulkhead_charts_js_end};
}

std::string_view page_js() noexcept {
  return {bulkhead_page_js, bulkhead_page_js_end};
}

std::string_view chart_library() noexcept {
  return {bulkhead_chart_library, bulkhead_chart_library_end};
}

}  // namespace bulkhead::page
