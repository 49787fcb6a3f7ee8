// Dekker's algorithm without its fence: right on paper, wrong on a CPU that lets a load overtake an
// older store. Broken on purpose.
#pragma once

#include "ipc/dekker.hpp"

namespace bulkhead {

class DekkerNofenceLock : public Dekker<Fence::none> {
 public:
  static constexpr LockDescription description{
      .name = "dekker-nofence",
      .help = "Dekker's algorithm as the textbook prints it: broken by the store buffer",
      .meant = {.mutual_exclusion = false},
      .most_users = party_count};

  using Dekker::Dekker;
};

}  // namespace bulkhead
