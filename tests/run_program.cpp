#include "tests/run_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "ipc/clock.hpp"
#include "ipc/system_error.hpp"
#include "ipc/unique_fd.hpp"

namespace bulkhead {
namespace {

/// Where the output of the program goes: two files in memory, or a terminal with its reading end.
struct Streams {
  UniqueFd out;
  UniqueFd err;
  UniqueFd terminal;  ///< Open only if there is one.
};

UniqueFd checked(int fd, const std::string& wish) {
  if (fd < 0) throw_errno(wish);
  return UniqueFd(fd);
}

Streams open_streams(const ProgramSettings& settings) {
  Streams streams;
  if (settings.terminal_columns != 0) {
    winsize size{};
    size.ws_row = 24;
    size.ws_col = static_cast<unsigned short>(settings.terminal_columns);
    int reading = -1, writing = -1;
    if (openpty(&reading, &writing, nullptr, nullptr, &size) != 0) throw_errno("openpty");
    streams.terminal = UniqueFd(reading);
    fcntl(reading, F_SETFD, FD_CLOEXEC);
    fcntl(writing, F_SETFD, FD_CLOEXEC);
    streams.out = UniqueFd(writing);
    streams.err = checked(fcntl(writing, F_DUPFD_CLOEXEC, 0), "fcntl: duplicate the terminal");
    return streams;
  }
  streams.out = settings.out_path.empty()
                    ? checked(memfd_create("out", MFD_CLOEXEC), "memfd_create: capture output")
                    : checked(open(settings.out_path.c_str(), O_WRONLY | O_CLOEXEC),
                              "open: write to " + settings.out_path);
  streams.err = checked(memfd_create("err", MFD_CLOEXEC), "memfd_create: capture errors");
  return streams;
}

[[noreturn]] void become_program(std::vector<std::string> arguments, const Streams& streams,
                                 const ProgramSettings& settings) {
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(streams.out.get(), STDOUT_FILENO);
  dup2(streams.err.get(), STDERR_FILENO);
  for (const char* name : {"NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG"}) unsetenv(name);
  setenv("TERM", "xterm", 1);
  for (const auto& [name, value] : settings.environment) setenv(name.c_str(), value.c_str(), 1);
  if (!settings.directory.empty() && chdir(settings.directory.c_str()) != 0) _exit(126);
  arguments.insert(arguments.begin(), BULKHEAD_EXECUTABLE);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  execv(BULKHEAD_EXECUTABLE, pointers.data());
  _exit(127);
}

/// What has been written to a file in memory.
std::string contents(const UniqueFd& file) {
  std::string text;
  std::array<char, 4096> block;
  for (;;) {
    const ssize_t got =
        pread(file.get(), block.data(), block.size(), static_cast<off_t>(text.size()));
    if (got <= 0) return text;
    text.append(block.data(), static_cast<std::size_t>(got));
  }
}

class Watch {
 public:
  Watch(pid_t pid, const Streams& streams, const ProgramSettings& settings)
      : pid_(pid),
        process_(checked(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)),
                         "pidfd_open: watch the program")),
        streams_(streams),
        settings_(settings) {}

  /// Reads the terminal, if any, until the program ends. False: not before the deadline.
  [[nodiscard]] bool wait_for_end() {
    const Deadline deadline = Deadline::in(settings_.deadline_s * ns_per_second);
    for (;;) {
      const std::int64_t left_ms = deadline.left_ns() / 1'000'000;
      if (left_ms <= 0) return false;
      std::array<pollfd, 2> sources{pollfd{process_.get(), POLLIN, 0},
                                    pollfd{streams_.terminal.get(), POLLIN, 0}};
      if (poll(sources.data(), sources.size(), static_cast<int>(left_ms)) < 0 && errno != EINTR) {
        throw_errno("poll: wait for the program");
      }
      // What it wrote before its end is read before the end is believed.
      if ((sources[1].revents & POLLIN) != 0 && read_terminal()) continue;
      if ((sources[0].revents & POLLIN) != 0) return true;
    }
  }

  [[nodiscard]] std::string seen() && { return std::move(seen_); }

 private:
  bool read_terminal() {
    std::array<char, 4096> block;
    const ssize_t got = read(streams_.terminal.get(), block.data(), block.size());
    if (got <= 0) return false;
    seen_.append(block.data(), static_cast<std::size_t>(got));
    if (!interrupted_ && !settings_.interrupt_at.empty() &&
        seen_.find(settings_.interrupt_at) != std::string::npos) {
      interrupted_ = true;
      kill(pid_, SIGINT);
    }
    return true;
  }

  pid_t pid_;
  UniqueFd process_;
  const Streams& streams_;
  const ProgramSettings& settings_;
  std::string seen_;
  bool interrupted_ = false;
};

}  // namespace

ProgramRun run_bulkhead(const std::vector<std::string>& arguments,
                        const ProgramSettings& settings) {
  const Streams streams = open_streams(settings);
  const pid_t pid = fork();
  if (pid < 0) throw_errno("fork: run the program");
  if (pid == 0) become_program(arguments, streams, settings);
  Watch watch(pid, streams, settings);
  ProgramRun run;
  run.hung = !watch.wait_for_end();
  run.out = std::move(watch).seen();
  if (run.hung) kill(pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) throw_errno("waitpid: reap the program");
  }
  if (WIFEXITED(status)) run.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) run.signal = WTERMSIG(status);
  if (settings.terminal_columns == 0) {
    if (settings.out_path.empty()) run.out = contents(streams.out);
    run.err = contents(streams.err);
  }
  return run;
}

}  // namespace bulkhead
