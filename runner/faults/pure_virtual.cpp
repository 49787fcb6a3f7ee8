// A virtual call before the derived object exists, or after it is gone: there is no function yet,
// and the run-time library aborts.

#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"

namespace bulkhead::pure_virtual_fault {
namespace {

class Base {
 public:
  Base() { call(opaque(this)); }
  virtual ~Base() = default;
  Base(const Base&) = delete;
  Base& operator=(const Base&) = delete;

 private:
  // Through a variable, since a compiler that sees the call knows the only function it can mean.
  BULKHEAD_FAULT static void call(Base* base) {
    void (Base::*volatile action)() = &Base::act;
    (base->*action)();
  }
  virtual void act() = 0;
};

class Derived final : public Base {
  void act() override {}
};

void strike(const Strike&) {
  const Derived derived;
}

const FaultRegistry::Registration registered{{
    .name = "pure-virtual",
    .family = "crash",
    .help = "calls a pure virtual function from a constructor",
    .ends_as = "SIGABRT",
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::pure_virtual_fault
