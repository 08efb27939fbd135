#include "shim.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#if defined(__x86_64__) || defined(__i386__)
#define PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define PAUSE() __asm__ volatile("yield")
#else
#define PAUSE() ((void)0)
#endif

/* Turns a waiting thread spins before it sleeps: windows follow each other within microseconds. */
enum { SPINS = 4000 };

struct outage_pool {
  int threads;
  pthread_t *ids;
  pthread_mutex_t lock;
  pthread_cond_t wake, done;
  _Atomic unsigned generation;
  _Atomic int next, finished, sleepers;
  _Atomic int stop;
  int count;
  void (*body)(void *, int);
  void *context;
};

static void work(outage_pool *p) {
  for (;;) {
    int i = atomic_fetch_add_explicit(&p->next, 1, memory_order_acq_rel);
    if (i >= p->count) return;
    p->body(p->context, i);
  }
}

static void *loop(void *argument) {
  outage_pool *p = argument;
  unsigned seen = 0;
  for (;;) {
    int spins = 0;
    while (atomic_load_explicit(&p->generation, memory_order_acquire) == seen) {
      if (++spins < SPINS) {
        PAUSE();
        continue;
      }
      pthread_mutex_lock(&p->lock);
      atomic_fetch_add(&p->sleepers, 1);
      while (atomic_load(&p->generation) == seen) pthread_cond_wait(&p->wake, &p->lock);
      atomic_fetch_sub(&p->sleepers, 1);
      pthread_mutex_unlock(&p->lock);
    }
    seen = atomic_load_explicit(&p->generation, memory_order_acquire);
    if (atomic_load(&p->stop)) return 0;
    work(p);
    if (atomic_fetch_add_explicit(&p->finished, 1, memory_order_acq_rel) + 1 == p->threads) {
      pthread_mutex_lock(&p->lock);
      pthread_cond_signal(&p->done);
      pthread_mutex_unlock(&p->lock);
    }
  }
}

outage_pool *outage_pool_create(int workers) {
  outage_pool *p = calloc(1, sizeof *p);
  if (!p) return 0;
  pthread_mutex_init(&p->lock, 0);
  pthread_cond_init(&p->wake, 0);
  pthread_cond_init(&p->done, 0);
  int wanted = workers > 1 ? workers - 1 : 0;
  p->ids = calloc((size_t)wanted + 1, sizeof *p->ids);
  if (!p->ids) {
    free(p);
    return 0;
  }
  for (int i = 0; i < wanted; i++) {
    if (pthread_create(&p->ids[i], 0, loop, p)) break;
    p->threads++;
  }
  return p;
}

static void announce(outage_pool *p) {
  pthread_mutex_lock(&p->lock);
  atomic_fetch_add_explicit(&p->generation, 1, memory_order_acq_rel);
  if (atomic_load(&p->sleepers)) pthread_cond_broadcast(&p->wake);
  pthread_mutex_unlock(&p->lock);
}

void outage_pool_run(outage_pool *p, int count, void (*body)(void *, int), void *context) {
  if (p->threads == 0 || count <= 1) {
    for (int i = 0; i < count; i++) body(context, i);
    return;
  }
  p->count = count;
  p->body = body;
  p->context = context;
  atomic_store(&p->next, 0);
  atomic_store(&p->finished, 0);
  announce(p);
  work(p);
  int spins = 0;
  while (atomic_load_explicit(&p->finished, memory_order_acquire) < p->threads) {
    if (++spins < SPINS) {
      PAUSE();
      continue;
    }
    pthread_mutex_lock(&p->lock);
    while (atomic_load(&p->finished) < p->threads) pthread_cond_wait(&p->done, &p->lock);
    pthread_mutex_unlock(&p->lock);
  }
}

void outage_pool_destroy(outage_pool *p) {
  if (!p) return;
  atomic_store(&p->stop, 1);
  announce(p);
  for (int i = 0; i < p->threads; i++) pthread_join(p->ids[i], 0);
  pthread_mutex_destroy(&p->lock);
  pthread_cond_destroy(&p->wake);
  pthread_cond_destroy(&p->done);
  free(p->ids);
  free(p);
}

void *outage_zeroed(long bytes) {
  void *p = calloc(1, (size_t)bytes);
  if (!p) abort();
  return p;
}

void *outage_resize(void *block, long bytes) {
  if (bytes == 0) {
    free(block);
    return 0;
  }
  void *p = realloc(block, (size_t)bytes);
  if (!p) abort();
  return p;
}
