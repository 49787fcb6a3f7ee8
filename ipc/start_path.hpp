// What a process runs between its fork and its first operation, and when a fault strikes it.
#pragma once

/// In front of a function's definition: lay it beside the others so marked. A forked process has no
/// page of the program mapped and takes a fault of some microseconds for each stretch of 64 KiB
/// that it calls into, which is most of what its start costs beyond the bare system calls; and each
/// page that was mapped has to be taken down again at its death, before anybody hears of that. The
/// attribute moves a function into a section of its own, which linkers gather.
#define BULKHEAD_START_PATH [[gnu::hot]]
