#include "tests/marked_program.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "ipc/clock.hpp"
#include "runner/measure/read_file.hpp"

namespace bulkhead {

pid_t start_marked(std::vector<std::string> arguments, const std::string& mark) {
  arguments.insert(arguments.begin(), BULKHEAD_EXECUTABLE);
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  std::string marked = mark;
  char* const environment[] = {marked.data(), nullptr};
  const pid_t pid = fork();
  if (pid != 0) return pid;
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, stream);
  execve(BULKHEAD_EXECUTABLE, words.data(), environment);
  _exit(127);
}

std::size_t count_marked(const std::string& mark) {
  std::size_t count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    if (read_file(entry.path().string() + "/environ").find(mark) != std::string::npos) ++count;
  }
  return count;
}

bool wait_until_unmarked(const std::string& mark) {
  constexpr std::int64_t patience_ns = 5'000'000'000;
  const Deadline watchdog = Deadline::in(patience_ns);
  while (count_marked(mark) != 0) {
    if (watchdog.passed()) return false;
    usleep(5'000);
  }
  return true;
}

}  // namespace bulkhead
