// Peterson's algorithm with the full fence that it needs on every CPU with a store buffer.
#pragma once

#include "ipc/peterson.hpp"

namespace bulkhead {

class PetersonLock : public Peterson<Fence::full> {
 public:
  static constexpr LockDescription description{
      .name = "peterson",
      .help = "Peterson's algorithm: a flag each and a turn, for two",
      .meant = {.bounded_waiting = true},
      .most_users = party_count};

  using Peterson::Peterson;
};

}  // namespace bulkhead
