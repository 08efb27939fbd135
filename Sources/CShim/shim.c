#ifdef __linux__
#define _GNU_SOURCE
#endif
#include "shim.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sched.h>
#include <sys/mman.h>
#endif

#ifdef OUTAGE_COMMIT
#define WORDS(x) #x
#define TEXT(x) WORDS(x)
const char *outage_commit(void) { return TEXT(OUTAGE_COMMIT); }
#else
const char *outage_commit(void) { return ""; }
#endif

#if defined(__x86_64__) || defined(__i386__)
#define PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define PAUSE() __asm__ volatile("yield")
#else
#define PAUSE() ((void)0)
#endif

/* Turns a waiting thread spins before it sleeps: windows follow each other within microseconds. */
enum { SPINS = 4000 };

/* What is left of a worker's share: the next number, and above it the end, in one word. */
typedef struct {
  _Alignas(64) _Atomic unsigned long long left;
} share;

struct outage_pool {
  int threads;
  share *shares;
  pthread_t *ids;
  pthread_mutex_t lock;
  pthread_cond_t wake, done;
  _Atomic unsigned generation;
  _Atomic int finished, sleepers, numbered;
  _Atomic int stop;
  void (*body)(void *, int);
  void *context;
};

/* Takes a number from the front of a share, or from its back; -1 when there is none. */
static int take(share *s, int isOwn) {
  unsigned long long left = atomic_load_explicit(&s->left, memory_order_acquire);
  for (;;) {
    unsigned next = (unsigned)left, end = (unsigned)(left >> 32);
    if (next >= end) return -1;
    unsigned long long rest = isOwn ? (unsigned long long)end << 32 | (next + 1) : (unsigned long long)(end - 1) << 32 | next;
    if (atomic_compare_exchange_weak_explicit(&s->left, &left, rest, memory_order_acq_rel, memory_order_acquire))
      return (int)(isOwn ? next : end - 1);
  }
}

/* A worker does its own share first, which is the same part of the work each time: what it works on may still be in its
   cache, and lies in memory of its own. Then it helps the others, from the end of what they have. */
static void work(outage_pool *p, int me) {
  int workers = p->threads + 1;
  for (int k = 0; k < workers; k++) {
    share *s = &p->shares[(me + k) % workers];
    for (int i; (i = take(s, k == 0)) >= 0;) p->body(p->context, i);
  }
}

static _Thread_local int worker;

int outage_pool_worker(void) { return worker; }

static void *loop(void *argument) {
  outage_pool *p = argument;
  worker = atomic_fetch_add(&p->numbered, 1) + 1;
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
    work(p, worker);
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
  p->shares = aligned_alloc(_Alignof(share), ((size_t)wanted + 1) * sizeof *p->shares);
  if (!p->ids || !p->shares) {
    free(p->ids);
    free(p->shares);
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
  outage_pool_run_beside(p, count, body, 0, context);
}

void outage_pool_run_beside(outage_pool *p, int count, void (*body)(void *, int), void (*own)(void *), void *context) {
  if (p->threads == 0 || count <= 1) {
    if (own) own(context);
    for (int i = 0; i < count; i++) body(context, i);
    return;
  }
  p->body = body;
  p->context = context;
  unsigned long long workers = (unsigned long long)p->threads + 1, all = (unsigned)count;
  for (unsigned long long k = 0; k < workers; k++)
    atomic_store(&p->shares[k].left, all * (k + 1) / workers << 32 | all * k / workers);
  atomic_store(&p->finished, 0);
  announce(p);
  if (own) own(context);
  work(p, 0);
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
  free(p->shares);
  free(p);
}

/* Blocks from here on are mappings of their own: they grow without a copy, and leave nothing behind when they go. */
enum { MAPPED = 1 << 15 };

static void *present(void *block) {
  if (!block) abort();
  return block;
}

#ifdef __linux__
static void *mapped(void *block) { return present(block == MAP_FAILED ? 0 : block); }

static int is_mapped(long bytes) { return bytes >= MAPPED; }
#else
static int is_mapped(long bytes) { return 0; }
#endif

void *outage_zeroed(long bytes) {
#ifdef __linux__
  if (is_mapped(bytes))
    /* Present at once: a page that is read first is shared until it is written, and then every core must forget it. */
    return mapped(mmap(0, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0));
#endif
  return present(calloc(1, (size_t)bytes));
}

void *outage_resize(void *block, long old, long bytes) {
#ifdef __linux__
  if (is_mapped(old) && is_mapped(bytes)) return mapped(mremap(block, (size_t)old, (size_t)bytes, MREMAP_MAYMOVE));
#endif
  if (!is_mapped(old) && !is_mapped(bytes)) return present(realloc(block, (size_t)bytes));
  void *moved = outage_zeroed(bytes);
  memcpy(moved, block, (size_t)(old < bytes ? old : bytes));
  outage_release(block, old);
  return moved;
}

void outage_release(void *block, long bytes) {
#ifdef __linux__
  if (is_mapped(bytes)) {
    munmap(block, (size_t)bytes);
    return;
  }
#endif
  free(block);
}
