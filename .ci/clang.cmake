# Toolchain of the presets that want clang: Debian's versioned name first, then whatever clang there is.
find_program(BULKHEAD_CLANG NAMES clang++-14 clang++)
if(NOT BULKHEAD_CLANG)
  message(FATAL_ERROR "This preset needs clang: apt-get install clang-14 libclang-rt-14-dev")
endif()
set(CMAKE_CXX_COMPILER ${BULKHEAD_CLANG})
