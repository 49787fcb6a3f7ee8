#include "tests/runner/reports/page/headless_browser.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>

#include "ipc/system_error.hpp"
#include "tests/temporary_folder.hpp"

namespace bulkhead {
namespace {

/// Standard output of a command line for a shell.
std::string output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw_errno("popen: run a browser");
  std::string text;
  std::array<char, 4096> block;
  while (const std::size_t got = fread(block.data(), 1, block.size(), pipe)) {
    text.append(block.data(), got);
  }
  pclose(pipe);
  return text;
}

/// A window has a least width, so the page gets a frame; what is in it becomes the window's own.
std::string frame_around(const std::string& page, unsigned width) {
  return fmt::format(R"(<!doctype html><iframe width="{}" height="900" style="border:0"
src="file://{}"></iframe><script>
const frame = document.querySelector('iframe');
const take_over = () => document.body.replaceWith(document.importNode(frame.contentDocument.body, true));
frame.addEventListener('load', () => setTimeout(take_over, 1000));
</script>)",
                     width, page);
}

}  // namespace

bool browser_works() {
  static const bool works = [] {
    const TemporaryFolder folder;
    return dom_of(folder.file("a.html", "<p>here</p>"), 800).find("here") != std::string::npos;
  }();
  return works;
}

std::string dom_of(const std::string& page, unsigned width) {
  const TemporaryFolder home;
  std::filesystem::create_directory(home / "profile");
  const std::string frame = home.file("frame.html", frame_around(page, width));
  // `timeout` ends all of a browser's processes: it puts them into a group.
  return output_of(fmt::format(
      "HOME='{0}' timeout -k 5 120 chromium --headless --no-sandbox --disable-gpu --disable-quic "
      "--disable-dev-shm-usage --no-first-run --disable-background-networking "
      "--disable-component-update --disable-sync --allow-file-access-from-files "
      "--host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir='{0}' --window-size=1400,1000 "
      "--virtual-time-budget=5000 --dump-dom 'file://{1}' 2>'{0}/log'",
      home / "profile", frame));
}

std::string body_data(const std::string& dom, const std::string& name) {
  const std::size_t body = dom.find("<body ");
  if (body == std::string::npos) return {};
  const std::string attributes = dom.substr(body, dom.find('>', body) - body);
  const std::string begin = fmt::format("data-{}=\"", name);
  const std::size_t at = attributes.find(begin);
  if (at == std::string::npos) return {};
  const std::size_t value = at + begin.size();
  return attributes.substr(value, attributes.find('"', value) - value);
}

}  // namespace bulkhead
