// As much of HTTP/1.1 (RFC 9112) as a benchmark's server and client need: requests without a body,
// responses with a length, connections that stay open. Pure.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace bulkhead::http {

/// Longer heads are refused.
inline constexpr std::size_t most_head_bytes = 8192;

/// What a buffer begins with.
enum class Found { nothing_whole, message, malformed };

struct Request {
  std::size_t bytes = 0;  ///< From the buffer's beginning; what follows is another message.
  std::string_view method;
  std::uint64_t number = 0;  ///< X-Request, by which a client knows its answer again.
  bool keep_alive = true;
};

struct Response {
  std::size_t bytes = 0;
  int status = 0;
  std::uint64_t number = 0;
};

namespace detail {

inline bool same_name(std::string_view left, std::string_view right) noexcept {
  if (left.size() != right.size()) return false;
  for (std::size_t index = 0; index < left.size(); ++index) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    if (lower(left[index]) != lower(right[index])) return false;
  }
  return true;
}

/// Calls `use(name, value)` for each header field, the value without the blanks around it.
template <class Use>
void for_each_field(std::string_view head, Use use) {
  for (std::size_t at = head.find("\r\n"); at != head.npos && at + 2 < head.size();) {
    const std::size_t end = head.find("\r\n", at + 2);
    const std::string_view line = head.substr(at + 2, end - at - 2);
    const std::size_t colon = line.find(':');
    if (colon != line.npos) {
      std::string_view value = line.substr(colon + 1);
      while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
      while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
      use(line.substr(0, colon), value);
    }
    at = end;
  }
}

template <class Number>
bool read_number(std::string_view text, Number& number) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

/// The head with its empty line; empty when it is not whole yet.
inline std::string_view head_of(std::string_view buffer) noexcept {
  const std::size_t end = buffer.substr(0, most_head_bytes).find("\r\n\r\n");
  return end == buffer.npos ? std::string_view() : buffer.substr(0, end + 4);
}

}  // namespace detail

/// `request` refers to the buffer. A request with a body is taken for malformed.
inline Found read_request(std::string_view buffer, Request& request) noexcept {
  const std::string_view head = detail::head_of(buffer);
  if (head.empty()) {
    return buffer.size() >= most_head_bytes ? Found::malformed : Found::nothing_whole;
  }
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == line.npos || first == 0 || last == first) return Found::malformed;
  const std::string_view version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return Found::malformed;
  request = {head.size(), line.substr(0, first), 0, version == "HTTP/1.1"};
  bool good = true;
  detail::for_each_field(head, [&](std::string_view name, std::string_view value) {
    if (detail::same_name(name, "X-Request")) {
      good = good && detail::read_number(value, request.number);
    } else if (detail::same_name(name, "Connection")) {
      if (detail::same_name(value, "close")) request.keep_alive = false;
      if (detail::same_name(value, "keep-alive")) request.keep_alive = true;
    } else if (detail::same_name(name, "Content-Length")) {
      good = good && value == "0";
    } else if (detail::same_name(name, "Transfer-Encoding")) {
      good = false;
    }
  });
  return good ? Found::message : Found::malformed;
}

/// Head and body must both be in the buffer.
inline Found read_response(std::string_view buffer, Response& response) noexcept {
  const std::string_view head = detail::head_of(buffer);
  if (head.empty()) {
    return buffer.size() >= most_head_bytes ? Found::malformed : Found::nothing_whole;
  }
  if (head.size() < 12 || !head.starts_with("HTTP/1.")) return Found::malformed;
  std::size_t length = 0;
  bool has_length = false, good = true;
  response = {0, 0, 0};
  detail::for_each_field(head, [&](std::string_view name, std::string_view value) {
    if (detail::same_name(name, "Content-Length")) {
      has_length = detail::read_number(value, length);
    } else if (detail::same_name(name, "X-Request")) {
      good = good && detail::read_number(value, response.number);
    }
  });
  if (!has_length || !good || !detail::read_number(head.substr(9, 3), response.status)) {
    return Found::malformed;
  }
  response.bytes = head.size() + length;
  return buffer.size() < response.bytes ? Found::nothing_whole : Found::message;
}

inline std::string request_text(std::uint64_t number) {
  return "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Request: " + std::to_string(number) + "\r\n\r\n";
}

/// Puts a response in the place of what `text` was, whose memory is used again.
inline void write_response(std::string& text, std::string_view status, std::uint64_t number,
                           std::string_view body, bool keep_alive) {
  const auto append_number = [&text](std::uint64_t value) {
    char digits[20];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  };
  text.assign("HTTP/1.1 ")
      .append(status)
      .append("\r\nContent-Type: text/plain\r\nContent-Length: ");
  append_number(body.size());
  if (number != 0) {
    text.append("\r\nX-Request: ");
    append_number(number);
  }
  text.append(keep_alive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n").append(body);
}

}  // namespace bulkhead::http
