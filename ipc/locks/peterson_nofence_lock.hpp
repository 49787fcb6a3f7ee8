// Peterson's algorithm without its fence: right on paper, wrong on a CPU that lets a load overtake
// an older store. Broken on purpose.
#pragma once

#include "ipc/peterson.hpp"

namespace bulkhead {

class PetersonNofenceLock : public Peterson<Fence::none> {
 public:
  static constexpr LockDescription description{
      .name = "peterson-nofence",
      .help = "Peterson's algorithm as the textbook prints it: broken by the store buffer",
      .meant = {.mutual_exclusion = false, .bounded_waiting = true},
      .most_users = party_count};

  using Peterson::Peterson;
};

}  // namespace bulkhead
