# The programs that start others: ccache before the compiler where it is installed, and setarch before a
# program built with a sanitizer, as the presets ask for.

find_program(BULKHEAD_CCACHE ccache NO_CACHE)
if(BULKHEAD_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${BULKHEAD_CCACHE})
endif()

# The sanitizers' run-times do not find their place in an address space randomised by more than 28 bits
# (google/sanitizers issue 1716), so their presets start programs without randomisation. Some container
# run-times forbid that; then nothing is lost as long as the kernel is set to 28 bits.
if(CMAKE_CROSSCOMPILING_EMULATOR)
  execute_process(COMMAND ${CMAKE_CROSSCOMPILING_EMULATOR} true
                  RESULT_VARIABLE BULKHEAD_EMULATOR_RESULT OUTPUT_QUIET ERROR_QUIET)
  if(NOT BULKHEAD_EMULATOR_RESULT EQUAL 0)
    list(JOIN CMAKE_CROSSCOMPILING_EMULATOR " " BULKHEAD_EMULATOR)
    message(WARNING "'${BULKHEAD_EMULATOR}' is not allowed here, so programs start without it. "
                    "If the sanitizers crash at start-up: sysctl vm.mmap_rnd_bits=28")
    set(CMAKE_CROSSCOMPILING_EMULATOR "")
  endif()
endif()
