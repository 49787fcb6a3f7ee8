// The faults that are armed for one worker in one generation: which of them strikes where, and the
// striking itself. Made by the compartment, asked by the worker at its strike points.
#pragma once

#include <cstdint>
#include <optional>

#include <boost/container/small_vector.hpp>

#include "runner/faults/stage.hpp"
#include "runner/plan/plan.hpp"
#include "runner/trial/compartment.hpp"
#include "workloads/strike_points.hpp"

namespace bulkhead {

class Belongings;
struct Canaries;
class Requests;
struct Strike;

class Strikes final : public StrikePoints {
 public:
  /// On the worker's own thread. `belongings` is null where no fault aims at any.
  Strikes(const CompartmentSetup& setup, std::uint32_t worker, std::uint32_t generation,
          Belongings* belongings);
  ~Strikes() override;
  Strikes(const Strikes&) = delete;
  Strikes& operator=(const Strikes&) = delete;

  /// A place outside of the loop: startup, before_gate, at_exit.
  void at_place(TriggerKind place);

  [[nodiscard]] bool before_unit(std::uint64_t unit, std::uint32_t signs) override;
  void at_step(std::uint32_t step, StepKind kind) override;
  void at_repair_step(std::uint32_t step) override;

  /// Of the signal that the supervisor sends to a worker that waits for a lock or holds it; the bit
  /// of strike_here says which fault. Whatever strikes there runs in the signal's handler.
  [[nodiscard]] static int signal_number() noexcept;

 private:
  struct Armed {
    const FaultPlan* plan;
    std::uint32_t bit;  // In WorkerSlot's strike_now and strike_here.
    Role role = Role::culprit;
    bool waits_for_step = false;
    bool spent = false;
    std::uint64_t unit = no_limit;  // Strikes before this one.
  };

  void arm(const FaultPlan& plan, Role role);
  void listen_for_signal();
  void begin(std::uint64_t unit);
  void draw_next(Armed& armed, std::uint64_t from);
  void plan_next_unit(std::uint64_t unit) noexcept;
  void meet(Armed& armed, std::uint64_t unit);
  void strike(const Armed& armed);
  void strike_outside_unit(const Armed& armed);
  void strike_here();
  [[nodiscard]] WorkerSlot& slot() const noexcept;
  static void on_signal(int);

  const CompartmentSetup& setup_;
  std::uint32_t worker_;
  std::uint32_t generation_;
  const Canaries* own_;  // Null where no fault aims at canaries,
  Requests* requests_;   // or at what the kernel gives.
  // The first of a vector would be a new process's first call of malloc: five pages, mapped or
  // copied.
  boost::container::small_vector<Armed, 2> armed_;
  std::uint64_t random_;
  bool begun_ = false;
};

/// The worker that a duet takes beside its victim; none where the fault is no duet.
[[nodiscard]] std::optional<std::uint32_t> partner_of(const FaultPlan& plan,
                                                      std::uint32_t worker_count) noexcept;

/// Its bit in WorkerSlot's strike_now and strike_here.
[[nodiscard]] std::uint32_t sign_of(const CompartmentSetup& setup, const FaultPlan& plan) noexcept;

/// Whether its sign is the signal, so that it strikes wherever the worker is.
[[nodiscard]] bool strikes_by_signal(const FaultPlan& plan) noexcept;

/// What a fault may use, for a victim that is not the calling thread.
[[nodiscard]] Strike strike_from_outside(const CompartmentSetup& setup, const FaultPlan& plan,
                                         std::uint32_t worker, pid_t process);

/// Has the fault strike the calling process, which supervises the trial; returns where it survives.
void strike_supervisor(const CompartmentSetup& setup, const FaultPlan& plan);

}  // namespace bulkhead
