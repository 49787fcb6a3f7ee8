#include "runner/options/paths.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"

using namespace bulkhead;

namespace {

bool is_root() {
  return geteuid() == 0;
}

}  // namespace

TEST_CASE("a readable text file is fine", "[options][paths]") {
  const TemporaryFolder folder;
  CHECK(text_file_problem(folder.file("a.txt", "some words\n")).empty());
  CHECK(text_file_problem(folder.file("utf8.txt", "gr\xc3\xbc\xc3\x9f\x65\n")).empty());
}

TEST_CASE("each way in which a file is no text to read has its own message", "[options][paths]") {
  const TemporaryFolder folder;
  CHECK(text_file_problem(folder / "none.txt") == "does not exist");
  CHECK(text_file_problem(folder / "") == "is a directory, where a text file is needed");
  CHECK(text_file_problem(folder.file("empty.txt", "")) == "is empty");
  CHECK(text_file_problem(folder.file("a.bin", std::string("ab\0cd", 5))) ==
        "is not a text file: it holds a NUL byte");
  CHECK(text_file_problem(folder.file("late.bin", std::string(200'000, 'a') + '\0')) ==
        "is not a text file: it holds a NUL byte");
  CHECK(text_file_problem(folder.file("a.txt", "x") + "/b") == "cannot be read: Not a directory");
  CHECK(text_file_problem("/dev/zero") == "is no regular file, and a text is read more than once");
  CHECK(text_file_problem("") == "is an empty file name");
  CHECK(text_file_problem("a\nb") == "has a line break in its name");
}

TEST_CASE("a pipe is refused and not waited for", "[options][paths]") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(text_file_problem(folder / "pipe") ==
        "is no regular file, and a text is read more than once");
}

TEST_CASE("a file that may not be read is refused", "[options][paths]") {
  if (is_root()) return;  // Who may read everything.
  const TemporaryFolder folder;
  const std::string path = folder.file("secret.txt", "x");
  REQUIRE(chmod(path.c_str(), 0) == 0);
  CHECK(text_file_problem(path) == "cannot be read: Permission denied");
}

TEST_CASE("text files are separated by commas and kept one a line", "[options][paths]") {
  const TemporaryFolder folder;
  const std::string a = folder.file("a.txt", "x"), b = folder.file("b.txt", "y");
  CHECK(check_text_files(a + "," + b).value == a + "\n" + b);
  CHECK(check_text_files(a).value == a);
}

TEST_CASE("a file with a comma in its name is one file", "[options][paths]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("a,b.txt", "x");
  CHECK(check_text_files(path).value == path);
}

TEST_CASE("all bad files of a list are named", "[options][paths]") {
  const TemporaryFolder folder;
  const std::string a = folder.file("a.txt", "x"), empty = folder.file("e.txt", "");
  CHECK(check_text_files(a + "," + empty + ",").problem ==
        "cannot be used: '" + empty + "' is empty; '' is an empty file name");
  CHECK(check_text_files(empty).problem == "is empty");
}

TEST_CASE("a result can go to a new file, an old one, a device and a pipe", "[options][paths]") {
  const TemporaryFolder folder;
  CHECK(output_path_problem(folder / "new.json").empty());
  CHECK(output_path_problem(folder.file("old.json", "x")).empty());
  CHECK(output_path_problem("/dev/null").empty());
  CHECK(output_path_problem("in-the-present-directory.json").empty());
  REQUIRE(symlink("new.json", (folder / "link").c_str()) == 0);
  CHECK(output_path_problem(folder / "link").empty());
}

TEST_CASE("looking at an output path creates nothing", "[options][paths]") {
  const TemporaryFolder folder;
  static_cast<void>(output_path_problem(folder / "new.json"));
  CHECK_FALSE(std::filesystem::exists(folder / "new.json"));
}

TEST_CASE("an output path that cannot be written is refused", "[options][paths]") {
  const TemporaryFolder folder;
  const std::string directory = folder / "none";
  CHECK(output_path_problem(directory + "/r.json") == "cannot be written: the directory " +
                                                          output_target(directory) +
                                                          ": No such file or directory");
  CHECK(output_path_problem(folder / "") == "is a directory");
  CHECK(output_path_problem(folder.file("a.txt", "x") + "/r.json") ==
        "cannot be written: Not a directory");
  CHECK(output_path_problem("") == "is an empty file name");
}

TEST_CASE("an output directory that may not be written is refused", "[options][paths]") {
  if (is_root()) return;  // Who may write everywhere.
  const TemporaryFolder folder;
  REQUIRE(mkdir((folder / "closed").c_str(), 0500) == 0);
  CHECK_THAT(output_path_problem(folder / "closed/r.json"), Catch::EndsWith("Permission denied"));
}
