// Values to JSON and back. A type tells its keys in one function template fields(archive, value)
// that both directions run through, so that they cannot differ; an enumeration tells its names in
// json_names. For record_json.cpp alone. What is read may be damaged: every type and range is
// checked.
#pragma once

#include <array>
#include <cassert>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace bulkhead {

using Json = nlohmann::ordered_json;

template <class Enum>
struct JsonName {
  Enum value;
  std::string_view text;
};

/// The names of all enumerators; specialised for each enumeration that is written.
template <class Enum>
inline constexpr std::array<JsonName<Enum>, 0> json_names;

[[noreturn]] inline void json_damaged(const std::string& what) {
  throw std::runtime_error("not a trial record: " + what);
}

// --- Writing
// --------------------------------------------------------------------------------------

/// Calls fields(writer, value) and keeps what it is told in `json`.
class JsonWriter {
 public:
  template <class Value>
  void operator()(const char* key, Value& value) {
    json[key] = encode(value);
  }

  Json json = Json::object();

 private:
  template <class Value>
  static Json encode(Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      for (const auto& name : json_names<Value>) {
        if (name.value == value) return name.text;
      }
      assert(false && "an enumerator without a name");
      return nullptr;
    } else if constexpr (std::is_same_v<Value, double>) {
      assert(std::isfinite(value));
      return value;
    } else if constexpr (std::is_arithmetic_v<Value> || std::is_same_v<Value, std::string>) {
      return value;
    } else {
      JsonWriter inner;
      fields(inner, value);
      return std::move(inner.json);
    }
  }

  template <class Value>
  static Json encode(std::vector<Value>& values) {
    Json list = Json::array();
    for (Value& value : values) list.push_back(encode(value));
    return list;
  }

  template <class First, class Second>
  static Json encode(std::pair<First, Second>& pair) {
    return Json::array({pair.first, pair.second});
  }

  template <class Value>
  static Json encode(std::optional<Value>& value) {
    return value ? encode(*value) : Json(nullptr);
  }
};

// --- Reading
// --------------------------------------------------------------------------------------

/// Calls fields(reader, value), which fills the value; throws std::runtime_error when it cannot.
class JsonReader {
 public:
  explicit JsonReader(const Json& json) : json_(json) {}

  template <class Value>
  void operator()(const char* key, Value& value) {
    const auto found = json_.find(key);
    if (found == json_.end()) json_damaged(std::string("\"") + key + "\" is missing");
    try {
      decode(*found, value);
    } catch (const WrongValue&) {
      json_damaged(std::string("\"") + key + "\" has a value that it cannot have");
    }
  }

 private:
  struct WrongValue {};

  static void require(bool fits) {
    if (!fits) throw WrongValue();
  }

  template <class Value>
  static void decode(const Json& json, Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      decode_enum(json, value);
    } else if constexpr (std::is_same_v<Value, bool>) {
      require(json.is_boolean());
      value = json.get<bool>();
    } else if constexpr (std::is_integral_v<Value>) {
      decode_integer(json, value);
    } else if constexpr (std::is_same_v<Value, double>) {
      require(json.is_number());
      value = json.get<double>();
    } else if constexpr (std::is_same_v<Value, std::string>) {
      require(json.is_string());
      value = json.get<std::string>();
    } else {
      require(json.is_object());
      JsonReader inner(json);
      fields(inner, value);
    }
  }

  /// The library itself would cut a number that does not fit.
  template <std::integral Value>
  static void decode_integer(const Json& json, Value& value) {
    using Limits = std::numeric_limits<Value>;
    if (json.is_number_unsigned()) {
      const auto number = json.get<std::uint64_t>();
      require(number <= static_cast<std::uint64_t>(Limits::max()));
      value = static_cast<Value>(number);
    } else {
      require(json.is_number_integer() && std::is_signed_v<Value>);
      const auto number = json.get<std::int64_t>();
      require(number >= static_cast<std::int64_t>(Limits::min()));
      value = static_cast<Value>(number);
    }
  }

  template <class Enum>
  static void decode_enum(const Json& json, Enum& value) {
    require(json.is_string());
    const std::string text = json.get<std::string>();
    for (const auto& name : json_names<Enum>) {
      if (name.text != text) continue;
      value = name.value;
      return;
    }
    throw WrongValue();
  }

  template <class Value>
  static void decode(const Json& json, std::vector<Value>& values) {
    require(json.is_array());
    values.clear();
    values.reserve(json.size());
    for (const Json& item : json) decode(item, values.emplace_back());
  }

  template <class First, class Second>
  static void decode(const Json& json, std::pair<First, Second>& pair) {
    require(json.is_array() && json.size() == 2);
    decode(json[0], pair.first);
    decode(json[1], pair.second);
  }

  template <class Value>
  static void decode(const Json& json, std::optional<Value>& value) {
    value.reset();
    if (json.is_null()) return;
    decode(json, value.emplace());
  }

  const Json& json_;
};

}  // namespace bulkhead
