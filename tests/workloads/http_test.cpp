#include "workloads/http.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;
using http::Found;

namespace {

Found found(std::string_view buffer) {
  http::Request request;
  return http::read_request(buffer, request);
}

}  // namespace

TEST_CASE("a request is read when its head is whole, and not before", "[http]") {
  const std::string text = http::request_text(17);
  for (std::size_t length = 0; length < text.size(); ++length) {
    REQUIRE(found(text.substr(0, length)) == Found::nothing_whole);
  }
  http::Request request;
  const std::string two = text + "GET /next";
  REQUIRE(http::read_request(two, request) == Found::message);
  CHECK(request.bytes == text.size());
  CHECK(request.method == "GET");
  CHECK(request.number == 17);
  CHECK(request.keep_alive);
}

TEST_CASE("whether a connection stays open follows version and header field", "[http]") {
  const auto keeps = [](std::string_view text) {
    http::Request request;
    REQUIRE(http::read_request(text, request) == Found::message);
    return request.keep_alive;
  };
  CHECK(keeps("GET / HTTP/1.1\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.1\r\nconnection:  Close \r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  CHECK(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST_CASE("what is no request is told apart from one that is not whole yet", "[http]") {
  CHECK(found("hello\r\n\r\n") == Found::malformed);
  CHECK(found("GET / HTTP/3\r\n\r\n") == Found::malformed);
  CHECK(found(" GET\r\n\r\n") == Found::malformed);
  CHECK(found("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello") == Found::malformed);
  CHECK(found("GET / HTTP/1.1\r\nX-Request: many\r\n\r\n") == Found::malformed);
  CHECK(found(std::string(http::most_head_bytes, 'x')) == Found::malformed);
  CHECK(found(std::string(http::most_head_bytes - 1, 'x')) == Found::nothing_whole);
}

TEST_CASE("a response is read when its body is whole", "[http]") {
  std::string text = "what was there before";
  http::write_response(text, "200 OK", 5, "0123456789", true);
  http::Response response;
  CHECK(http::read_response(text.substr(0, text.size() - 1), response) == Found::nothing_whole);
  REQUIRE(http::read_response(text, response) == Found::message);
  CHECK(response.bytes == text.size());
  CHECK(response.status == 200);
  CHECK(response.number == 5);
  CHECK(http::read_response("HTTP/1.1 200 OK\r\n\r\n", response) == Found::malformed);
}
