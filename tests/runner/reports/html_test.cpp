// The page for a browser: what is in it, and how it looks to one.

#include <nlohmann/json.hpp>
#include <regex>

#include "runner/reports/format.hpp"
#include "runner/reports/overview.hpp"
#include "runner/reports/page/page_data.hpp"
#include "tests/catch.hpp"
#include "tests/runner/reports/example_result.hpp"
#include "tests/runner/reports/page/headless_browser.hpp"
#include "tests/temporary_folder.hpp"

using namespace bulkhead;
using example::all_examples;
using example::Example;
using nlohmann::json;

namespace {

constexpr const char* hostile = "</script><script>alert(1)</script><!--<script>{{data}}";

std::string page_of(const ExperimentResult& result) {
  return render(result, "html", {});
}

ExperimentResult hostile_result() {
  ExperimentResult result = all_examples()[1].result;
  result.host.cpu_model = hostile;
  result.plan.modes[1].name = hostile;
  result.plan.faults[0].text = hostile;
  result.trials[0].deaths.push_back({0, {ExitCause::Kind::exited, 3}, 5, 0, 0, false, {}});
  result.trials[0].error_output = hostile;
  result.trials[2].status = TrialStatus::failed;
  result.trials[2].reason = std::string(hostile) + "\xFF\x1b[2J";
  return result;
}

/// All kinds of results, a hostile one too, and experiments that differ in their workers.
std::vector<Example> many_experiments() {
  std::vector<Example> all = all_examples();
  all.push_back({hostile, hostile_result()});
  for (const std::uint32_t workers : {1u, 2u, 8u}) {
    const Plan plan = example::make_plan({"thread", "process"}, workers);
    all.push_back({fmt::format("scaling workers={}", workers),
                   example::make_result(plan, 7, {1'000'000u * workers, 900'000u * workers})});
  }
  return all;
}

std::string batch_page(const std::vector<Example>& examples) {
  std::vector<NamedResult> results;
  for (const Example& one : examples) results.push_back({one.name, &one.result});
  return render_batch(results, {"results", {}, {"A warning of the batch."}}, "html", {});
}

/// A crash whose course is known.
ExperimentResult crash_with_progress() {
  ExperimentResult result = all_examples()[1].result;
  for (TrialRecord& trial : result.trials) {
    if (!trial.id.with_faults) continue;
    for (std::int64_t ms = 2; ms <= 200; ms += 2) {
      trial.progress.emplace_back(ms * 1'000'000, static_cast<std::uint64_t>(ms) * 12'000);
    }
  }
  return result;
}

std::string data_text(const std::string& page) {
  const std::string begin = "<script type=\"application/json\" id=\"data\">";
  const std::size_t at = page.find(begin);
  REQUIRE(at != std::string::npos);
  return page.substr(at + begin.size(), page.find("</script>", at) - at - begin.size());
}

json data_of(const std::string& page) {
  return json::parse(data_text(page));
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

std::string text_of(const json& cell) {
  return cell.is_array() ? cell.at(0) : cell;
}

}  // namespace

TEST_CASE("the page asks for nothing from elsewhere", "[reports][html]") {
  const std::string page = page_of(crash_with_progress());
  CHECK(page.find("default-src 'none'") != std::string::npos);
  // Chart.js names its home in its licence, and that of the code it took.
  const std::string own = std::regex_replace(
      page, std::regex("https://(www\\.chartjs\\.org|github\\.com/kurkle/color)"), "");
  CHECK(own.find("http://") == std::string::npos);
  CHECK(own.find("https://") == std::string::npos);
  CHECK(own.find("@import") == std::string::npos);
  CHECK(own.find("url(") == std::string::npos);
  CHECK(count_of(own, " src=") == 0);
  CHECK(count_of(own, " href=") == count_of(own, " href=\"data:,\""));
}

TEST_CASE("the page carries the chart library with its licence, as it is", "[reports][html]") {
  const std::string page = page_of(all_examples()[0].result);
  CHECK(page.find("Chart.js v3") != std::string::npos);
  CHECK(page.find("Released under the MIT License") != std::string::npos);
  RenderStyle utf8;
  utf8.charset = RenderStyle::Charset::utf8;
  CHECK(render(all_examples()[0].result, "html", utf8) == page);
}

TEST_CASE("the page's data holds all texts of the report, already rounded", "[reports][html]") {
  for (const Example& one : all_examples()) {
    CAPTURE(one.name);
    const Report report = make_report(one.result, summarize(one.result));
    const json data = data_of(page_of(one.result));
    CHECK(data.at("title") == report.title);
    CHECK(data.at("meaning") == json(report.meaning));
    const json& sections = data.at("experiments").at(0).at("sections");
    REQUIRE(sections.size() == report.tables.size());
    for (std::size_t table = 0; table < report.tables.size(); ++table) {
      const json& shown = sections[table].at("table");
      CHECK(shown.at("columns") == json(report.modes));
      for (std::size_t group = 0; group < report.tables[table].groups.size(); ++group) {
        const RowGroup& rows = report.tables[table].groups[group];
        for (std::size_t row = 0; row < rows.size(); ++row) {
          for (std::size_t mode = 0; mode < report.modes.size(); ++mode) {
            const json& cell = shown.at("groups").at(group).at(row).at("cells").at(mode);
            CHECK(text_of(cell) == rows[row].cells[mode].text);
          }
        }
      }
    }
  }
}

TEST_CASE("the page of a batch has every experiment under its name", "[reports][html]") {
  const std::vector<Example> examples = many_experiments();
  const json data = data_of(batch_page(examples));
  REQUIRE(data.at("experiments").size() == examples.size());
  for (std::size_t index = 0; index < examples.size(); ++index) {
    CHECK(data["experiments"][index].at("name") == examples[index].name);
  }
  CHECK(data.at("overview").at("groups").size() == examples.size());
  CHECK(data.at("warnings").at(0) == "A warning of the batch.");
}

TEST_CASE("the page says how to run the experiment again", "[reports][html]") {
  const json data = data_of(page_of(all_examples()[1].result));
  CHECK(data.at("experiments").at(0).at("repeat") ==
        "bulkhead run bank --mode thread,process,2x2 --workers 4 --lock robust --seed 42 "
        "--accounts 64 --block 65536 --trials 11 --fault segv-null@1:ms=50 "
        "--restart one-for-one");
  CHECK(data["experiments"][0].at("plan").at("seed") == 42);
}

TEST_CASE("no text can break out of the page's data", "[reports][html]") {
  const std::string page = page_of(hostile_result());
  const std::string harmless = page_of(all_examples()[1].result);
  CHECK(data_text(page).find('<') == std::string::npos);
  CHECK(count_of(page, "<script") == count_of(harmless, "<script"));
  CHECK(count_of(page, "</script") == count_of(harmless, "</script"));
  CHECK(
      data_of(page).at("experiments").at(0).at("sections").at(0).at("table").at("columns").at(1) ==
      hostile);
}

TEST_CASE("the page's markup has the verdict first and no chart before it", "[reports][html]") {
  const std::string page = page_of(all_examples()[1].result);
  const std::size_t verdict = page.find("<section id=\"verdict\"");
  const std::size_t overview = page.find("<section id=\"overview\"");
  const std::size_t experiments = page.find("<div id=\"experiments\"");
  REQUIRE(experiments != std::string::npos);
  CHECK(verdict < overview);
  CHECK(overview < experiments);
  CHECK(count_of(page.substr(0, experiments), "<canvas") == 0);
}

TEST_CASE("a report that stands for no experiment, and a batch of none, make a page",
          "[reports][html]") {
  Report report;
  report.title = "nothing";
  const ExperimentResult result;
  const Summary summary;
  const FormatEntry& html = *FormatRegistry::find("html");
  CHECK(data_of(html.draw({result, summary, report}, {})).at("title") == "nothing");
  CHECK(data_of(html.draw_batch({report, {}}, {})).at("experiments").empty());
}

TEST_CASE("a browser draws the page without an error, at any width", "[reports][html][slow]") {
  if (!browser_works()) {
    WARN("No chromium starts here, so the page is not looked at in a browser.");
    return;
  }
  struct Page {
    std::string name;
    std::string text;
    int charts;
  };
  const Page pages[] = {{"crash.html", page_of(crash_with_progress()), 5},
                        {"batch.html", batch_page(many_experiments()), 40}};
  const TemporaryFolder folder;
  for (const Page& page : pages) {
    const std::string path = folder.file(page.name, page.text);
    for (const unsigned width : {1280u, 390u}) {
      CAPTURE(page.name, width);
      const std::string dom = dom_of(path + "#all", width);
      CHECK(body_data(dom, "errors") == "0");
      CHECK(body_data(dom, "width") == std::to_string(width));
      CHECK(body_data(dom, "fits") == "yes");
      CHECK(std::atoi(body_data(dom, "charts").c_str()) >= page.charts);
      CHECK(dom.find("id=\"verdict\"") < dom.find("<canvas"));
    }
  }
}

TEST_CASE("a browser draws only those charts at first that are in sight", "[reports][html][slow]") {
  if (!browser_works()) return;
  const TemporaryFolder folder;
  const std::string path = folder.file("batch.html", batch_page(many_experiments()));
  const std::string dom = dom_of(path, 1280);
  CHECK(body_data(dom, "errors") == "0");
  CHECK(std::atoi(body_data(dom, "charts").c_str()) < 6);
}
