// As much of HTTP/1.1 (RFC 9112) as a benchmark's server and client need: requests without a body,
// responses with a length, connections that stay open. Pure.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
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

/// The value of a header field, without the blanks around it; nothing when it is not there.
inline std::optional<std::string_view> field(std::string_view head,
                                             std::string_view name) noexcept {
  for (std::size_t at = head.find("\r\n"); at != head.npos && at + 2 < head.size();) {
    const std::size_t end = head.find("\r\n", at + 2);
    std::string_view line = head.substr(at + 2, end - at - 2);
    const std::size_t colon = line.find(':');
    if (colon != line.npos && same_name(line.substr(0, colon), name)) {
      std::string_view value = line.substr(colon + 1);
      while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
      while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
      return value;
    }
    at = end;
  }
  return std::nullopt;
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
  if (detail::field(head, "Transfer-Encoding")) return Found::malformed;
  const auto length = detail::field(head, "Content-Length");
  if (length && *length != "0") return Found::malformed;
  request = {head.size(), line.substr(0, first), 0, version == "HTTP/1.1"};
  const auto connection = detail::field(head, "Connection");
  if (connection && detail::same_name(*connection, "close")) request.keep_alive = false;
  if (connection && detail::same_name(*connection, "keep-alive")) request.keep_alive = true;
  const auto number = detail::field(head, "X-Request");
  if (number && !detail::read_number(*number, request.number)) return Found::malformed;
  return Found::message;
}

/// Head and body must both be in the buffer.
inline Found read_response(std::string_view buffer, Response& response) noexcept {
  const std::string_view head = detail::head_of(buffer);
  if (head.empty()) {
    return buffer.size() >= most_head_bytes ? Found::malformed : Found::nothing_whole;
  }
  std::size_t length = 0;
  const auto text = detail::field(head, "Content-Length");
  if (!text || !detail::read_number(*text, length)) return Found::malformed;
  if (head.size() < 12 || !head.starts_with("HTTP/1.")) return Found::malformed;
  response = {head.size() + length, 0, 0};
  if (!detail::read_number(head.substr(9, 3), response.status)) return Found::malformed;
  const auto number = detail::field(head, "X-Request");
  if (number && !detail::read_number(*number, response.number)) return Found::malformed;
  return buffer.size() < response.bytes ? Found::nothing_whole : Found::message;
}

inline std::string request_text(std::uint64_t number) {
  return "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Request: " + std::to_string(number) + "\r\n\r\n";
}

inline std::string response_text(std::string_view status, std::uint64_t number,
                                 std::string_view body, bool keep_alive) {
  std::string text = "HTTP/1.1 ";
  text.append(status).append("\r\nContent-Type: text/plain\r\nContent-Length: ");
  text += std::to_string(body.size());
  if (number != 0) text += "\r\nX-Request: " + std::to_string(number);
  text += keep_alive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
  return text.append(body);
}

}  // namespace bulkhead::http
