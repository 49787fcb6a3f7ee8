#include "runner/options/paths.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "ipc/unique_fd.hpp"
#include "runner/options/mistake.hpp"
#include "runner/options/split.hpp"

namespace bulkhead {
namespace {

std::string reason(int error) {
  return std::generic_category().message(error);
}

bool exists(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

/// What is wrong with the bytes of an open regular file as text.
std::string content_problem(int fd) {
  std::array<char, 65536> block;
  bool any = false;
  for (;;) {
    const ssize_t got = read(fd, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fmt::format("cannot be read: {}", reason(errno));
    if (got == 0) return any ? "" : "is empty";
    any = true;
    if (std::memchr(block.data(), 0, static_cast<std::size_t>(got)) != nullptr) {
      return "is not a text file: it holds a NUL byte";
    }
  }
}

}  // namespace

std::string text_file_problem(const std::string& path) {
  if (path.empty()) return "is an empty file name";
  if (path.find('\0') != std::string::npos) return "has a NUL byte in its name";
  if (path.find('\n') != std::string::npos) return "has a line break in its name";
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return "does not exist";
    return fmt::format("cannot be read: {}", reason(errno));
  }
  if (S_ISDIR(status.st_mode)) return "is a directory, where a text file is needed";
  // A pipe gives its text once only, and every trial needs it.
  if (!S_ISREG(status.st_mode)) return "is no regular file, and a text is read more than once";
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.open()) return fmt::format("cannot be read: {}", reason(errno));
  return content_problem(fd.get());
}

Checked<std::string> check_text_files(std::string_view list) {
  const bool is_one_name = list.empty() || exists(std::string(list));
  const std::vector<std::string_view> names =
      is_one_name ? std::vector{list} : split_at_commas(list);
  std::string lines, problems;
  for (const std::string_view name : names) {
    const std::string path(name);
    if (const std::string problem = text_file_problem(path); !problem.empty()) {
      // The caller begins the sentence with the list; where it is one file, that is its name.
      if (names.size() == 1) return refused<std::string>(problem);
      problems += fmt::format("{} {} {}", problems.empty() ? ":" : ";", in_quotes(path), problem);
    }
    if (!lines.empty()) lines += '\n';
    lines += path;
  }
  if (!problems.empty()) return refused<std::string>("cannot be used" + problems);
  return accepted(std::move(lines));
}

std::string output_target(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path);
  const std::filesystem::path target = std::filesystem::weakly_canonical(absolute, error);
  // What cannot be followed is taken as it stands; opening it will say what is wrong.
  return error ? absolute.string() : target.string();
}

std::string output_directory_problem(const std::string& path) {
  if (path.empty()) return "is an empty name of a directory";
  std::filesystem::path place(output_target(path));
  struct stat status {};
  // The nearest that is there must allow what is missing to be made in it.
  while (stat(place.c_str(), &status) != 0 && errno == ENOENT && place.has_relative_path()) {
    place = place.parent_path();
  }
  if (stat(place.c_str(), &status) != 0) return fmt::format("cannot be used: {}", reason(errno));
  if (!S_ISDIR(status.st_mode))
    return fmt::format("cannot be used: {} is no directory", place.string());
  if (access(place.c_str(), W_OK | X_OK) != 0) {
    return fmt::format("cannot be written: {}: {}", place.string(), reason(errno));
  }
  return "";
}

std::string output_path_problem(const std::string& path) {
  if (path.empty()) return "is an empty file name";
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return "is a directory";
    if (access(path.c_str(), W_OK) != 0) {
      return fmt::format("cannot be written: {}", reason(errno));
    }
    if (!S_ISREG(status.st_mode)) return "";
  } else if (errno != ENOENT) {
    return fmt::format("cannot be written: {}", reason(errno));
  }
  // A regular file is written beside its place and then put there, so its directory must allow
  // that.
  const std::string directory = std::filesystem::path(output_target(path)).parent_path().string();
  if (stat(directory.c_str(), &status) != 0) {
    return fmt::format("cannot be written: the directory {}: {}", directory, reason(errno));
  }
  if (!S_ISDIR(status.st_mode)) {
    return fmt::format("cannot be written: {} is not a directory", directory);
  }
  if (access(directory.c_str(), W_OK | X_OK) != 0) {
    return fmt::format("cannot be written: the directory {}: {}", directory, reason(errno));
  }
  return "";
}

}  // namespace bulkhead
