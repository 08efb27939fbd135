#ifdef __linux__
#define _GNU_SOURCE
#include <sched.h>
#endif
#include "process.h"

int outage_processors(void) {
#ifdef __linux__
  /* Of as many processors as the largest machine may have. */
  size_t size = CPU_ALLOC_SIZE(1 << 16);
  cpu_set_t *mask = CPU_ALLOC(1 << 16);
  if (!mask) return 0;
  int count = sched_getaffinity(0, size, mask) == 0 ? CPU_COUNT_S(size, mask) : 0;
  CPU_FREE(mask);
  return count;
#else
  return 0;
#endif
}
