#include "ipc/lock_list.hpp"

#include <algorithm>

#include "ipc/lock_types.hpp"

namespace bulkhead {
namespace {

template <class... Types>
std::vector<LockDescription> describe(TypeList<Types...>) {
  std::vector<LockDescription> list{Types::description...};
  std::sort(list.begin(), list.end(),
            [](const auto& left, const auto& right) { return left.name < right.name; });
  return list;
}

}  // namespace

const std::vector<LockDescription>& all_locks() {
  static const std::vector<LockDescription> list = describe(LockTypes{});
  return list;
}

const LockDescription* find_lock(std::string_view name) {
  for (const LockDescription& lock : all_locks()) {
    if (lock.name == name) return &lock;
  }
  return nullptr;
}

}  // namespace bulkhead
