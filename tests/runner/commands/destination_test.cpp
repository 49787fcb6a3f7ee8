#include "runner/commands/destination.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>

#include "tests/catch.hpp"
#include "tests/in_child.hpp"
#include "tests/temporary_folder.hpp"

using namespace bulkhead;

TEST_CASE("a result appears in its file as a whole, and nothing else does",
          "[commands][destination]") {
  const TemporaryFolder folder;
  {
    Destination destination(folder / "result.json");
    CHECK(folder.size() == 0);
    destination.finish("{}\n");
  }
  CHECK(folder.content_of("result.json") == "{}\n");
  CHECK(folder.size() == 1);
}

TEST_CASE("a result that is never finished leaves nothing", "[commands][destination]") {
  const TemporaryFolder folder;
  { const Destination destination(folder / "result.json"); }
  CHECK(folder.size() == 0);
}

TEST_CASE("a program that is killed leaves nothing", "[commands][destination][fork]") {
  const TemporaryFolder folder;
  const ExitCause cause = in_child([&] {
    const Destination destination(folder / "result.json");
    return raise(SIGKILL);
  });
  CHECK(cause.number == SIGKILL);
  CHECK(folder.size() == 0);
}

TEST_CASE("an old file stays until the new one is whole", "[commands][destination]") {
  const TemporaryFolder folder;
  folder.file("result.json", "the old and longer one");
  {
    Destination destination(folder / "result.json");
    CHECK(folder.content_of("result.json") == "the old and longer one");
    destination.finish("new");
  }
  CHECK(folder.content_of("result.json") == "new");
  CHECK(folder.size() == 1);
}

TEST_CASE("a file that is replaced keeps its permissions", "[commands][destination]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("result.json", "old");
  REQUIRE(chmod(path.c_str(), 0640) == 0);
  Destination(path).finish("new");
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0640);
}

TEST_CASE("a link is followed and stays a link", "[commands][destination]") {
  const TemporaryFolder folder;
  folder.file("real.json", "old");
  REQUIRE(symlink("real.json", (folder / "link.json").c_str()) == 0);
  Destination(folder / "link.json").finish("new");
  CHECK(folder.content_of("real.json") == "new");
  CHECK(std::filesystem::is_symlink(folder / "link.json"));
}

TEST_CASE("a device is written to and stays a device", "[commands][destination]") {
  Destination("/dev/null").finish("text");
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("a full device is an error that names the file", "[commands][destination]") {
  Destination destination("/dev/full");
  CHECK_THROWS_WITH(destination.finish("text"), Catch::Contains("No space left on device"));
}

TEST_CASE("a pipe that nobody reads is an error and no wait", "[commands][destination]") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THROWS_WITH(Destination(folder / "pipe"), Catch::Contains("which nobody reads"));
}

TEST_CASE("a pipe that somebody reads gets the result", "[commands][destination]") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  const UniqueFd reader(open((folder / "pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  REQUIRE(reader.open());
  Destination(folder / "pipe").finish("text");
  char seen[8] = {};
  CHECK(read(reader.get(), seen, sizeof seen) == 4);
  CHECK(std::string(seen) == "text");
}

TEST_CASE("a directory that does not exist is an error at once", "[commands][destination]") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(Destination(folder / "none/result.json"), std::system_error);
}
