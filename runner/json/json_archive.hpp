// Values to JSON and back. A type tells its keys in one function template fields(archive, value)
// that both directions run through, so that they cannot differ; an enumeration tells its names in
// json_names; a plug-in is written by its name and found again in its registry. For the files that
// end in _json.cpp. What is read may be damaged: every type and range is checked.
#pragma once

#include <array>
#include <cassert>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ipc/registry.hpp"
#include "workloads/parameter.hpp"

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

/// The enumerators by the words that options and reports use for them.
template <class Enum, std::size_t Count>
[[nodiscard]] std::array<JsonName<Enum>, Count> named_by_text(const Enum (&values)[Count]) {
  std::array<JsonName<Enum>, Count> names{};
  for (std::size_t index = 0; index < Count; ++index) {
    names[index] = {values[index], to_text(values[index])};
  }
  return names;
}

/// The key of a parameter: its name with the unit of its number.
[[nodiscard]] inline std::string json_key(const Parameter& parameter) {
  std::string key(parameter.name);
  if (parameter.kind == ParameterKind::bytes) key += "_bytes";
  if (parameter.kind == ParameterKind::duration) key += "_ns";
  return key;
}

[[nodiscard]] constexpr bool is_number(ParameterKind kind) noexcept {
  return kind == ParameterKind::count || kind == ParameterKind::bytes ||
         kind == ParameterKind::duration;
}

[[noreturn]] inline void json_damaged(const std::string& what) {
  throw std::runtime_error(what);
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

  /// Nothing where there is no value.
  template <class Value>
  void operator()(const char* key, std::optional<Value>& value) {
    if (value) json[key] = encode(*value);
  }

  /// A text or a list.
  template <class Value>
  void unless_empty(const char* key, Value& value) {
    if (!value.empty()) json[key] = encode(value);
  }

  /// A number, or true.
  template <class Value>
  void unless_zero(const char* key, Value value) {
    if (value != Value{}) json[key] = encode(value);
  }

  /// The values of the parameters that somebody declared.
  void parameters(const char* key, ParameterValues& values,
                  const std::vector<Parameter>& declared) {
    Json& object = json[key] = Json::object();
    for (const Parameter& parameter : declared) {
      if (is_number(parameter.kind)) {
        object[json_key(parameter)] = values.number(parameter.name);
      } else {
        object[json_key(parameter)] = values.text(parameter.name);
      }
    }
  }

  Json json = Json::object();

 private:
  /// A plug-in.
  template <class Entry>
  static Json encode(const Entry*& entry) {
    return entry->name;
  }

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

  /// An object, by name.
  template <class Value>
  static Json encode(std::map<std::string, Value>& values) {
    Json object = Json::object();
    for (auto& [name, value] : values) object[name] = encode(value);
    return object;
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
    read(key, *found, value);
  }

  template <class Value>
  void operator()(const char* key, std::optional<Value>& value) {
    value.reset();
    const auto found = json_.find(key);
    if (found != json_.end()) read(key, *found, value.emplace());
  }

  template <class Value>
  void unless_empty(const char* key, Value& value) {
    value.clear();
    const auto found = json_.find(key);
    if (found != json_.end()) read(key, *found, value);
  }

  template <class Value>
  void unless_zero(const char* key, Value& value) {
    value = Value{};
    const auto found = json_.find(key);
    if (found != json_.end()) read(key, *found, value);
  }

  void parameters(const char* key, ParameterValues& values,
                  const std::vector<Parameter>& declared) {
    const auto found = json_.find(key);
    if (found == json_.end()) json_damaged(std::string("\"") + key + "\" is missing");
    JsonReader object(*found);
    for (const Parameter& parameter : declared) {
      const std::string name = json_key(parameter);
      if (is_number(parameter.kind)) {
        std::int64_t number = 0;
        object(name.c_str(), number);
        values.set(parameter.name, number);
      } else {
        std::string text;
        object(name.c_str(), text);
        values.set(parameter.name, text);
      }
    }
  }

 private:
  struct WrongValue {};

  template <class Value>
  static void read(const char* key, const Json& json, Value& value) {
    try {
      decode(json, value);
    } catch (const WrongValue&) {
      json_damaged(std::string("\"") + key + "\" has a value that it cannot have");
    }
  }

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

  template <class Entry>
  static void decode(const Json& json, const Entry*& entry) {
    require(json.is_string());
    const std::string name = json.get<std::string>();
    entry = Registry<Entry>::find(name);
    if (entry == nullptr) json_damaged("'" + name + "' is not known to this version of bulkhead");
  }

  template <class First, class Second>
  static void decode(const Json& json, std::pair<First, Second>& pair) {
    require(json.is_array() && json.size() == 2);
    decode(json[0], pair.first);
    decode(json[1], pair.second);
  }

  template <class Value>
  static void decode(const Json& json, std::map<std::string, Value>& values) {
    require(json.is_object());
    values.clear();
    for (const auto& [name, value] : json.items()) decode(value, values[name]);
  }

  const Json& json_;
};

}  // namespace bulkhead
