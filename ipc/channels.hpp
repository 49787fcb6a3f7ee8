// Channels of a kind chosen by name at run time and used without an indirection: the kind is looked
// up once per worker, outside the measured loop, which is compiled against every channel type.
#pragma once

#include <cassert>
#include <cstddef>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "ipc/channel_types.hpp"

namespace bulkhead {

class Channels {
 public:
  Channels() = default;

  /// Makes `count` channels called `name`, which must be one of names(). Supervisor only, before
  /// the fork. Throws what the system refuses.
  Channels(Arena& arena, std::string_view name, std::size_t count, ChannelShape shape) {
    make(arena, name, count, shape, ChannelTypes{});
  }

  /// Calls `use(channels)` once, with a std::span of the channels' own type.
  template <class Use>
  void with(Use&& use) {
    std::visit([&](auto& list) { use(std::span(list)); }, lists_);
  }

  /// Arena that one channel takes, of the kind that takes most.
  [[nodiscard]] static std::size_t arena_bytes(ChannelShape shape) {
    return most_bytes(shape, ChannelTypes{});
  }

  /// The names of all kinds.
  [[nodiscard]] static std::vector<std::string_view> names() { return names_of(ChannelTypes{}); }

 private:
  template <class List>
  struct ListsOf;
  template <Channel... Types>
  struct ListsOf<TypeList<Types...>> {
    using type = std::variant<std::vector<Types>...>;
  };

  template <class... Types>
  void make(Arena& arena, std::string_view name, std::size_t count, ChannelShape shape,
            TypeList<Types...>) {
    ((Types::description.name == name ? make_list<Types>(arena, count, shape) : void()), ...);
  }
  template <class C>
  void make_list(Arena& arena, std::size_t count, ChannelShape shape) {
    std::vector<C> list;
    for (std::size_t index = 0; index < count; ++index) list.emplace_back(arena, shape);
    lists_ = std::move(list);
  }

  template <class... Types>
  static std::size_t most_bytes(ChannelShape shape, TypeList<Types...>) {
    return std::max({Types::arena_bytes(shape)...});
  }
  template <class... Types>
  static std::vector<std::string_view> names_of(TypeList<Types...>) {
    return {Types::description.name...};
  }

  ListsOf<ChannelTypes>::type lists_;
};

}  // namespace bulkhead
