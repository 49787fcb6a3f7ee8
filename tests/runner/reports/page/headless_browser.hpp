// A real browser without a window, for tests of pages. It asks nobody for anything: no name
// resolves.
#pragma once

#include <string>

namespace bulkhead {

/// Whether there is one that starts here; asks once.
[[nodiscard]] bool browser_works();

/// The body of a page as markup, after its scripts have run. Empty when the browser did not come to
/// that before its deadline, a watchdog. `page`: path of a file, maybe with a fragment.
[[nodiscard]] std::string dom_of(const std::string& page, unsigned width);

/// The value of `data-NAME` of the body, empty if there is none.
[[nodiscard]] std::string body_data(const std::string& dom, const std::string& name);

}  // namespace bulkhead
