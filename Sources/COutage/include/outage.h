/* Outage as a C library: read a script, run it, ask it, act upon it, fork it, and search every order of its steps.
 *
 * Texts go in as UTF-8 that ends in a zero byte; they are copied before a function returns, and stay the caller's.
 * Results come out as JSON. A `char **` receives a text that the caller owns and gives back with `outage_free`; NULL may
 * be passed for one that nobody wants. A handle belongs to whoever made it and is freed by the function that its kind
 * names; NULL may be freed. What is passed to a function must be a live handle of the right kind: that is all that is
 * not checked.
 *
 * Threads. The library has no state of its own: no locale, no signal handler, no environment, no clock, no file. Handles
 * that have nothing to do with each other may be used at once on any threads. What each function says of threads is all
 * that has to be heeded: "one thread at a time" means that calls with the same handle must not overlap; it need not
 * always be the same thread.
 *
 * Versions are semantic (docs/versioning.md). This header describes version 0.1; before 1.0 a minor version may change
 * it, and the number in the name of the shared library changes with it. */
#ifndef OUTAGE_H
#define OUTAGE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define OUTAGE_VERSION_MAJOR 0
#define OUTAGE_VERSION_MINOR 1

/* How a call ended. The first four are ends of moves; of all other calls OUTAGE_OK is the good one. */
typedef int32_t outage_status;
enum {
  /* Done; of a move: as far as asked for. */
  OUTAGE_OK = 0,
  /* The condition came true. */
  OUTAGE_FOUND = 1,
  /* The end of the scenario. */
  OUTAGE_OVER = 2,
  /* A budget is used up, or the call was cancelled: the error says which. The simulation stands at the last tick before,
   * its report shows what was seen until something is done with it, and it can go on when the limit is raised. */
  OUTAGE_STOPPED = 3,
  /* The script went wrong while it ran, E07xx. The simulation stands at the last tick before; its report says what went
   * wrong until something is done with it. */
  OUTAGE_FAILED = 4,
  /* It was not done, and nothing has changed: the script or what was asked is wrong, or there is no value. */
  OUTAGE_REFUSED = 5
};

/* What a script, a simulation or a search is made with. */
typedef struct outage_options outage_options;
/* A script that was read and checked. Immutable. */
typedef struct outage_program outage_program;
/* A world of a program. */
typedef struct outage_simulation outage_simulation;
/* A simulation at one moment. Immutable. */
typedef struct outage_snapshot outage_snapshot;
/* Ends what runs under it. */
typedef struct outage_cancellation outage_cancellation;

/* The version of the library, "0.1.0". Never freed. Any thread. */
const char *outage_version(void);

/* Frees a text that the library gave. Any thread. */
void outage_free(char *text);

/* -- Cancelling ------------------------------------------------------------------------------------------------------ */

/* One that is not tripped. Any thread. */
outage_cancellation *outage_cancellation_new(void);

/* Whatever was made with it keeps what it needs. Not while another thread is in one of the two functions below. */
void outage_cancellation_free(outage_cancellation *cancellation);

/* Ends the calls that run under it, within milliseconds of work, with OUTAGE_STOPPED; later moves end at once. Other later
 * calls (`outage_value`, `outage_act`, `outage_set` and the like) end with OUTAGE_STOPPED as soon as they ask, which they do
 * every few milliseconds of work and after each call of a function of the host: short ones may still be done, and then
 * end with OUTAGE_OK. Any thread, also while a call runs, and any signal handler: it is one store to memory. */
void outage_cancel(outage_cancellation *cancellation);

/* What was cancelled may go on. Any thread. */
void outage_cancellation_reset(outage_cancellation *cancellation);

/* -- Options --------------------------------------------------------------------------------------------------------- */

/* Options as they are when nobody says otherwise. One thread at a time; they are read before the call that takes them
 * returns, and may then be changed or freed. */
outage_options *outage_options_new(void);
void outage_options_free(outage_options *options);

/* Sets one option, written as text. Unknown names and values out of range are OUTAGE_REFUSED. One thread at a time.
 *
 *   variant       a variant of the script
 *   seed          of all random numbers, 1
 *   workers       threads, the caller included, 1 to 1024; no result depends on it, 1
 *   property      of a search: look at this property only; may be set several times
 *   symmetry      of a search: 1 keeps one of all states that differ only in which of identical processes is where, 0
 *   partial_order of a search: 1 leaves out orders of steps that no property can tell apart; a counterexample need not be
 *                 the shortest then, 0
 *   ticks         a simulation stops after so many, no limit
 *   events        a simulation stops after so many, 2000000000
 *   bytes         of state, of samples and the story, and of what is kept to go back, of a simulation or a search,
 *                 1073741824
 *   states        a search stops after so many, 100000000
 *   wall_time     ns that each call may take; needs a clock, no limit
 *   source_bytes  of a script and all it imports, 16777216
 *   nesting       levels of blocks and expressions, 200 at most */
outage_status outage_options_set(outage_options *options, const char *name, const char *value);

/* Gives a parameter of the script another value, written as in a script: "250ms". Without a name or a value it is
 * OUTAGE_REFUSED; whether the script has such a parameter is seen when something is made with the options. One thread at a
 * time. */
outage_status outage_options_parameter(outage_options *options, const char *name, const char *value);

/* A clock for budgets of wall time: ns since any fixed moment, never going back. It is called every few hundred events
 * from any worker thread, also from several at once, and after each call of a function of the host, as long as something
 * made with these options lives. The library itself reads no clock; NULL: there is none. One thread at a time. */
typedef int64_t (*outage_clock)(void *context);
void outage_options_clock(outage_options *options, outage_clock clock, void *context);

/* Gives the text of a file that a script imports: `path` as written there, `from` the name of the file that names it. The
 * text belongs to the caller of the library and is copied at once; NULL: there is none. It is called while a program is
 * made, and by `outage_act` of an import, on the calling thread. Without it, or with NULL, a script can import nothing. One
 * thread at a time. */
typedef const char *(*outage_loader)(void *context, const char *path, const char *from);
void outage_options_loader(outage_options *options, outage_loader loader, void *context);

/* A value on its way to a function of the host, or from it. Its kind says which member holds it: truth (0 or 1), count,
 * duration and time (ns) are in `integer`, number and rate (per second) in `real`. */
typedef union {
  int64_t integer;
  double real;
} outage_word;

/* A function of the host: what a script declares as `extern fn delay(attempt: count): duration` is given by the signature
 * "delay(count): duration", its name and its kinds. It finds its `arguments` in their order, writes `result`, and returns
 * OUTAGE_OK. Any other status ends the move with OUTAGE_FAILED, E0711 and the words in `reason`, a text of the host's that
 * is copied at once; it may be left as it is, NULL. What is asked or acted is OUTAGE_REFUSED with the same words, and a
 * search reports them as its failure. The function must be pure, the same result for the same arguments, or
 * runs no longer repeat; it must not use what called it, and what it points to must outlive the program and all that is
 * made of it. It is called from any worker thread, also from several at once. */
typedef outage_status (*outage_function)(void *context, const outage_word *arguments, outage_word *result,
                                         const char **reason);

/* Gives a function to the programs that are made with these options, and to their simulations and searches; one of the
 * same name takes the place of an earlier one. OUTAGE_REFUSED: the signature is none. A script whose `extern fn` has other
 * kinds, or is given by nobody, is refused when a simulation or a search is made (E0507, E0508). One thread at a time. */
outage_status outage_options_function(outage_options *options, const char *signature, outage_function function,
                                      void *context);

/* What cancels the calls of what is made with these options. One thread at a time. */
void outage_options_cancellation(outage_options *options, outage_cancellation *cancellation);

/* Why the last call that took these options did not end with OUTAGE_OK: JSON as of `outage_simulation_error`. It belongs
 * to the options, until the next such call. One thread at a time. */
const char *outage_options_error(const outage_options *options);

/* -- Programs -------------------------------------------------------------------------------------------------------- */

/* Reads and checks a script of `length` bytes. Any bytes give a program, perhaps one that cannot run. `name` is how
 * problems call it. `options` may be NULL; their wall_time (if there is a clock) and cancellation end the reading, and the
 * program then has one problem, which says so. Any thread, each with options of its own. */
outage_program *outage_program_new(const char *text, size_t length, const char *name, outage_options *options);

/* Simulations keep what they need. Not while another thread uses it. */
void outage_program_free(outage_program *program);

/* OUTAGE_OK when it reads and checks without an error; what only parameters decide, and lists in a `var`, are found when
 * something is made of it. `json` receives {"sound", "scenario", "parameters", "variants", "properties", "digest",
 * "problems": [{"severity", "code", "message", "help", "file", "line", "column", "text"}]}. The digest is empty if reading
 * did not come to its end. Long messages are cut. Any thread, at once. */
outage_status outage_program_check(const outage_program *program, char **json);

/* Searches every order of steps for one in which a property is violated. `progress` (may be NULL) is called now and then
 * on the calling thread with {"states", "frontier", "bytes", "depth"}. `result` receives the page for people or the JSON
 * for `format` "text" or "json", also when a budget was used up (OUTAGE_STOPPED: what is said holds for what was seen).
 * Any thread, at once, each with options of its own. */
typedef void (*outage_listener)(void *context, const char *json);
outage_status outage_explore(const outage_program *program, outage_options *options, const char *format,
                             outage_listener progress, void *context, char **result);

/* -- Simulations ----------------------------------------------------------------------------------------------------- */

/* A world at its start, in `simulation`; on OUTAGE_REFUSED, OUTAGE_STOPPED or OUTAGE_FAILED (the script goes wrong at its
 * very start) there is none, and the options' error says why. Any thread, each with options of its own. */
outage_status outage_simulation_new(const outage_program *program, outage_options *options,
                                    outage_simulation **simulation);

/* Snapshots and forks of it keep what they need. Any thread, not while another uses it, and not from a callback that it
 * made. */
void outage_simulation_free(outage_simulation *simulation);

/* Why the last call with this simulation did not end with OUTAGE_OK, FOUND or OVER: {"status", "limit", "amount",
 * "problems"}, the limit null or one of ticks, events, bytes, states, wall time, source bytes, cancelled. It belongs to
 * the simulation, until the next call with it. One thread at a time. */
const char *outage_simulation_error(const outage_simulation *simulation);

/* Runs until a clock time, "02:25"; a time since the start, "3h"; a condition, "backlog.length > 10", looked at at every
 * tick from the next one on; or, for NULL, the end of the scenario. One thread at a time. */
outage_status outage_run(outage_simulation *simulation, const char *until);

/* Passes ticks; none or fewer: nothing moves. One thread at a time. */
outage_status outage_step(outage_simulation *simulation, int64_t ticks);

/* Handles the next event alone, whenever it comes, within the budgets; `event` receives what it was about, in words (NULL:
 * there was none). One thread at a time. */
outage_status outage_step_event(outage_simulation *simulation, char **event);

/* Simulated time in ns since the start. One thread at a time. */
int64_t outage_now(const outage_simulation *simulation);

/* The value of an expression now: {"kind", "value"}, kinds being truth, count, number, duration and time (ns), rate (per
 * second), text, choice, list and record. To ask changes nothing. One thread at a time. */
outage_status outage_value(outage_simulation *simulation, const char *expression, char **json);

/* Does something now, as an operator would: a statement, "crash dynamodb", or an item that joins the world, "measure
 * backlog = dwfm.queue.length". A line that does nothing is OUTAGE_REFUSED. One thread at a time. */
outage_status outage_act(outage_simulation *simulation, const char *line);

/* Gives a parameter another value from here on, as far as what is alive allows it. One thread at a time. */
outage_status outage_set(outage_simulation *simulation, const char *parameter, const char *value);

/* Changes a budget: ticks, events, bytes or wall_time, as for `outage_options_set`. One thread at a time. */
outage_status outage_limit(outage_simulation *simulation, const char *name, const char *value);

/* Calls back for each line of the story from here on, {"at_ns", "kind", "subject", "text"}, on the thread that moves the
 * simulation, once the tick is over. The listener must not use the simulation, and the text is the library's. One thread
 * at a time. */
void outage_on_event(outage_simulation *simulation, outage_listener listener, void *context);

/* Calls back with the value of an expression at every tick from the next one on, {"at_ns", "kind", "value"}; kind and
 * value are null when there is none. Otherwise like `outage_on_event`. */
outage_status outage_on_sample(outage_simulation *simulation, const char *expression, outage_listener listener,
                               void *context);

/* Nobody is called back any more, neither with the story nor with values. One thread at a time. */
void outage_end_listening(outage_simulation *simulation);

/* What the run has shown so far: `format` is "text" (a page for people), "json" (docs/run-json.md) or "csv" (the plotted
 * series). OUTAGE_STOPPED: wall_time was up, or the call was cancelled, before it was written; there is none then, not even
 * a part of it. One thread at a time. */
outage_status outage_report(outage_simulation *simulation, const char *format, char **report);

/* -- Snapshots and forks --------------------------------------------------------------------------------------------- */

/* What stands now. It holds a copy of the state, which no budget counts. One thread at a time for the simulation; the
 * snapshot may be used on any threads at once. */
outage_status outage_snapshot_new(outage_simulation *simulation, outage_snapshot **snapshot);

/* Not while another thread uses it. */
void outage_snapshot_free(outage_snapshot *snapshot);

/* Goes back, or forth, to a snapshot of this simulation or of another that was made from the same `outage_program`; any
 * other is OUTAGE_REFUSED. Listeners stay. One thread at a time for the simulation. */
outage_status outage_restore(outage_simulation *simulation, const outage_snapshot *snapshot);

/* Another simulation that stands where the snapshot was taken; the two go on apart. `options` may be NULL; only the
 * cancellation of them counts. Any thread, at once. */
outage_status outage_fork(const outage_snapshot *snapshot, outage_options *options, outage_simulation **simulation);

#ifdef __cplusplus
}
#endif

#endif
