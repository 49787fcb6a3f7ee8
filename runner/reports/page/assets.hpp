// The files that make the page, as the build put them into the program. They live as long as it.
#pragma once

#include <string_view>

namespace bulkhead::page {

[[nodiscard]] std::string_view html() noexcept;  ///< The template, with {{names}} to be filled in.
[[nodiscard]] std::string_view css() noexcept;
[[nodiscard]] std::string_view plugins_js() noexcept;
[[nodiscard]] std::string_view charts_js() noexcept;
[[nodiscard]] std::string_view page_js() noexcept;
[[nodiscard]] std::string_view chart_library() noexcept;  ///< Chart.js, with its licence.

}  // namespace bulkhead::page
