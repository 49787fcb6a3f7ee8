// Dekker's algorithm with the full fence that it needs on every CPU with a store buffer.
#pragma once

#include "ipc/dekker.hpp"

namespace bulkhead {

class DekkerLock : public Dekker<Fence::full> {
 public:
  static constexpr LockDescription description{
      .name = "dekker",
      .help = "Dekker's algorithm: a flag each and a turn to give way, for two",
      .meant = {},
      .most_users = party_count};

  using Dekker::Dekker;
};

}  // namespace bulkhead
