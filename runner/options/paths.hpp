// Whether a file can be read or written as asked, said before anything is started. Looks and never
// touches: it creates nothing, and opens only what it reads.
#pragma once

#include <string>
#include <string_view>

#include "runner/options/checked.hpp"

namespace bulkhead {

/// The paths of a comma-separated list, one a line, if all are readable text files. A file whose
/// name has a comma is meant where there is one of the whole name.
[[nodiscard]] Checked<std::string> check_text_files(std::string_view list);

/// What is wrong with a file as a text to read: missing, unreadable, no regular file, empty, binary
/// (it holds a NUL byte); empty when nothing is.
[[nodiscard]] std::string text_file_problem(const std::string& path);

/// What stands against writing a result to this path; empty when nothing is known to. An existing
/// file will be replaced; devices and pipes will be written to.
[[nodiscard]] std::string output_path_problem(const std::string& path);

/// What stands against keeping results in this directory, which is made where it is missing; empty
/// when nothing is known to.
[[nodiscard]] std::string output_directory_problem(const std::string& path);

/// The place of the file that a path means: absolute, links followed as far as they lead.
[[nodiscard]] std::string output_target(const std::string& path);

}  // namespace bulkhead
