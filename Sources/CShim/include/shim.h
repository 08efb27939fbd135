#ifndef OUTAGE_SHIM_H
#define OUTAGE_SHIM_H

/* A fixed set of threads that run numbered pieces of work together with the caller. */
typedef struct outage_pool outage_pool;

/* A pool of `workers` (the caller is one of them; 1 makes no threads). NULL when threads cannot be made. */
outage_pool *outage_pool_create(int workers);

/* Calls body(context, i) once for each i in 0..<count, on any worker; returns when all are done. One caller at a time. */
void outage_pool_run(outage_pool *pool, int count, void (*body)(void *context, int i), void *context);

/* The same; the calling thread runs own(context) first. */
void outage_pool_run_beside(outage_pool *pool, int count, void (*body)(void *context, int i), void (*own)(void *context),
                            void *context);

/* Which worker of its pool the calling thread is: 0 for whoever calls outage_pool_run. */
int outage_pool_worker(void);

/* Ends the threads and frees the pool. */
void outage_pool_destroy(outage_pool *pool);

/* The commit that the program was built from, where whoever built it said so (OUTAGE_COMMIT); else empty. */
const char *outage_commit(void);

/* Asks for a cache line ahead of its use. */
static inline void outage_prefetch(const void *address) { __builtin_prefetch(address, 1, 2); }

/* Memory of `bytes` zeros; ends the program where there is none, as Swift's own allocation does. */
void *outage_zeroed(long bytes);

/* Changes the size of such a block, which is `old` bytes now: large ones are remapped, not copied. What is new holds
   anything. */
void *outage_resize(void *block, long old, long bytes);

/* Ends such a block of `bytes`. */
void outage_release(void *block, long bytes);

#endif
