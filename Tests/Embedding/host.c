/* A host in C: it runs the lease script, forks, explores the race and exceeds each budget. `host LEASES RACE` */
#define _GNU_SOURCE
#include <outage.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static int failures;
#define CHECK(condition) \
  do { \
    if (!(condition)) { \
      failures++; \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
    } \
  } while (0)

static char *file(const char *path, size_t *length) {
  FILE *f = fopen(path, "rb");
  if (!f) exit(3);
  char *text = malloc(1 << 20);
  *length = fread(text, 1, 1 << 20, f);
  fclose(f);
  return text;
}

static outage_program *program(const char *text) { return outage_program_new(text, strlen(text), "test.outage", NULL); }

static outage_program *script(const char *path) {
  size_t length;
  char *text = file(path, &length);
  outage_program *made = outage_program_new(text, length, path, NULL);
  free(text);
  CHECK(outage_program_check(made, NULL) == OUTAGE_OK);
  return made;
}

static outage_simulation *simulation(const outage_program *program, outage_options *options) {
  outage_simulation *made = NULL;
  outage_status status = outage_simulation_new(program, options, &made);
  CHECK(status == OUTAGE_OK);
  if (status != OUTAGE_OK && options) fprintf(stderr, "%s\n", outage_options_error(options));
  return made;
}

static int is(outage_simulation *s, const char *expression, const char *json) {
  char *found = NULL;
  outage_status status = outage_value(s, expression, &found);
  int same = status == OUTAGE_OK && strcmp(found, json) == 0;
  if (!same) fprintf(stderr, "%s: %s\n", expression, found ? found : outage_simulation_error(s));
  outage_free(found);
  return same;
}

static int64_t processor_time(void *context) {
  (void)context;
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void count(void *context, const char *json) {
  CHECK(json[0] == '{');
  ++*(int *)context;
}

static void leases(const char *path) {
  outage_program *p = script(path);
  outage_options *o = outage_options_new();
  CHECK(outage_options_set(o, "workers", "2") == OUTAGE_OK);
  CHECK(outage_options_set(o, "variant", "shed") == OUTAGE_OK);
  outage_simulation *s = simulation(p, o);
  int events = 0, samples = 0;
  outage_on_event(s, count, &events);
  CHECK(outage_on_sample(s, "droplet.active", count, &samples) == OUTAGE_OK);
  CHECK(outage_run(s, "02:05") == OUTAGE_OK);
  CHECK(outage_now(s) == 300000000000LL && samples == 300);
  CHECK(is(s, "droplet.active == leases", "{\"kind\":\"truth\",\"value\":true}"));
  CHECK(outage_run(s, "capacity < 10%") == OUTAGE_FOUND);
  int64_t before = outage_now(s);
  outage_snapshot *kept;
  CHECK(outage_snapshot_new(s, &kept) == OUTAGE_OK);
  outage_simulation *fork;
  CHECK(outage_fork(kept, NULL, &fork) == OUTAGE_OK);
  CHECK(outage_act(fork, "restart dynamodb") == OUTAGE_OK);
  CHECK(outage_run(fork, "02:30") == OUTAGE_OK && outage_run(s, "02:30") == OUTAGE_OK);
  CHECK(is(fork, "droplet.active == leases", "{\"kind\":\"truth\",\"value\":true}"));
  CHECK(is(s, "droplet.active", "{\"kind\":\"count\",\"value\":0}"));
  outage_simulation_free(fork);
  CHECK(outage_run(s, NULL) == OUTAGE_OVER);
  CHECK(outage_run(s, NULL) == OUTAGE_OVER);
  char *report;
  CHECK(outage_report(s, "json", &report) == OUTAGE_OK);
  CHECK(strstr(report, "\"verdict\":\"holds\"") && events > 3 && samples == 9000);
  outage_free(report);
  /* Back, and the same way once more, with nobody listening. */
  int heard = events;
  outage_end_listening(s);
  CHECK(outage_restore(s, kept) == OUTAGE_OK && outage_now(s) == before && outage_run(s, "02:30") == OUTAGE_OK);
  CHECK(is(s, "droplet.active", "{\"kind\":\"count\",\"value\":0}"));
  CHECK(events == heard && samples == 9000);
  CHECK(outage_report(s, "csv", &report) == OUTAGE_OK && strncmp(report, "series,unit,at_ns,value\n", 24) == 0);
  outage_free(report);
  outage_snapshot_free(kept);
  outage_simulation_free(s);
  outage_options_free(o);
  outage_program_free(p);
}

/* The same race, with one of all that says nothing new. */
static void reduced(const outage_program *p) {
  outage_options *o = outage_options_new();
  char *found;
  CHECK(outage_options_set(o, "symmetry", "2") == OUTAGE_REFUSED);
  CHECK(outage_options_set(o, "symmetry", "1") == OUTAGE_OK);
  CHECK(outage_options_set(o, "partial_order", "1") == OUTAGE_OK);
  CHECK(outage_options_set(o, "property", "the endpoint answers with nothing") == OUTAGE_OK);
  CHECK(outage_explore(p, o, "json", NULL, NULL, &found) == OUTAGE_OK && strstr(found, "\"verdict\":\"violated\""));
  CHECK(found && strstr(found, "\"symmetricArrays\":[\"enactor[2]\"]") && strstr(found, "\"partialOrder\":true"));
  outage_free(found);
  outage_options_free(o);
}

static void race(const char *path) {
  outage_program *p = script(path);
  outage_options *o = outage_options_new();
  int told = 0;
  char *found;
  CHECK(outage_explore(p, o, "json", count, &told, &found) == OUTAGE_OK);
  CHECK(strstr(found, "the endpoint answers with nothing") && strstr(found, "\"verdict\":\"violated\""));
  outage_free(found);
  reduced(p);
  outage_options_parameter(o, "fix", "fencing");
  CHECK(outage_explore(p, o, "text", NULL, NULL, &found) == OUTAGE_OK && !strstr(found, "violated"));
  outage_free(found);
  outage_options_parameter(o, "enactors", "3");
  CHECK(outage_options_set(o, "states", "2000") == OUTAGE_OK);
  CHECK(outage_explore(p, o, "text", NULL, NULL, &found) == OUTAGE_STOPPED);
  CHECK(found && strstr(outage_options_error(o), "\"limit\":\"states\",\"amount\":2000"));
  outage_free(found);
  CHECK(outage_explore(p, o, "prose", NULL, NULL, &found) == OUTAGE_REFUSED && !found);
  outage_options_free(o);
  outage_program_free(p);
}

static const char *busy =
    "clock 00:00 for 24h tick 1h\nvar x = 0\nqueue jobs\nprocess p { loop { x = x + 1; jobs.put(x); wait 1us } }\n";

static void exceeds(const char *name, const char *value, const char *limit) {
  outage_program *p = program(busy);
  outage_options *o = outage_options_new();
  outage_options_clock(o, processor_time, NULL);
  CHECK(outage_options_set(o, "bytes", "1000000000") == OUTAGE_OK);
  CHECK(outage_options_set(o, name, value) == OUTAGE_OK);
  outage_simulation *s = simulation(p, o);
  CHECK(outage_run(s, NULL) == OUTAGE_STOPPED);
  if (!strstr(outage_simulation_error(s), limit)) {
    failures++;
    fprintf(stderr, "%s: %s\n", name, outage_simulation_error(s));
  }
  char *report;
  CHECK(outage_report(s, "json", &report) == OUTAGE_OK && strstr(report, "\"verdict\":"));
  outage_free(report);
  outage_simulation_free(s);
  outage_options_free(o);
  outage_program_free(p);
}

static void budgets(void) {
  exceeds("events", "100000", "\"limit\":\"events\",\"amount\":100000");
  exceeds("bytes", "16000000", "\"limit\":\"bytes\",\"amount\":16000000");
  exceeds("wall_time", "20000000", "\"limit\":\"wall time\",\"amount\":20000000");
  exceeds("ticks", "0", "\"limit\":\"ticks\",\"amount\":0");

  outage_options *o = outage_options_new();
  CHECK(outage_options_set(o, "source_bytes", "10") == OUTAGE_OK);
  outage_program *p = outage_program_new(busy, strlen(busy), NULL, o);
  char *json;
  CHECK(outage_program_check(p, &json) == OUTAGE_REFUSED && strstr(json, "E0001"));
  outage_free(json);
  outage_program_free(p);
  outage_options_free(o);

  o = outage_options_new();
  CHECK(outage_options_set(o, "nesting", "3") == OUTAGE_OK);
  p = outage_program_new("var x = ((((1))))", 17, NULL, o);
  CHECK(outage_program_check(p, NULL) == OUTAGE_REFUSED);
  outage_program_free(p);
  CHECK(outage_options_set(o, "wall_time", "1") == OUTAGE_OK);
  p = program(busy);
  outage_simulation *s;
  CHECK(outage_simulation_new(p, o, &s) == OUTAGE_REFUSED && !s);
  CHECK(strstr(outage_options_error(o), "needs a clock"));
  CHECK(outage_options_set(o, "colour", "blue") == OUTAGE_REFUSED);
  CHECK(outage_options_set(o, "workers", "0") == OUTAGE_REFUSED);
  outage_program_free(p);
  outage_options_free(o);
}

static outage_cancellation *cancellation;
static void on_alarm(int signal) {
  (void)signal;
  outage_cancel(cancellation);
}
static void *canceller(void *context) {
  (void)context;
  struct timespec pause = {0, 20000000};
  nanosleep(&pause, NULL);
  outage_cancel(cancellation);
  return NULL;
}

static void cancelling(void) {
  /* Nothing that it does uses anything up. */
  outage_program *p =
      program("clock 00:00 for 24h tick 24h\nvar x = 0\nprocess p { loop { x = x + 1; repeat 1000 { }; wait 1us } }\n");
  outage_options *o = outage_options_new();
  cancellation = outage_cancellation_new();
  outage_options_cancellation(o, cancellation);
  outage_simulation *s = simulation(p, o);
  pthread_t thread;
  pthread_create(&thread, NULL, canceller, NULL);
  CHECK(outage_run(s, NULL) == OUTAGE_STOPPED && strstr(outage_simulation_error(s), "\"limit\":\"cancelled\""));
  pthread_join(thread, NULL);
  CHECK(outage_step(s, 1) == OUTAGE_STOPPED);
  outage_cancellation_reset(cancellation);
  CHECK(is(s, "x", "{\"kind\":\"count\",\"value\":1}"));
  /* Whoever started this may hold signals back, and children inherit that. */
  sigset_t alarm_alone;
  sigemptyset(&alarm_alone);
  sigaddset(&alarm_alone, SIGALRM);
  pthread_sigmask(SIG_UNBLOCK, &alarm_alone, NULL);
  signal(SIGALRM, on_alarm);
  struct itimerval timer = {{0, 0}, {0, 20000}};
  setitimer(ITIMER_REAL, &timer, NULL);
  CHECK(outage_run(s, NULL) == OUTAGE_STOPPED && strstr(outage_simulation_error(s), "\"limit\":\"cancelled\""));
  outage_simulation_free(s);
  outage_options_free(o);
  outage_cancellation_free(cancellation);
  outage_program_free(p);
}

static const char *import(void *context, const char *path, const char *from) {
  (void)from;
  return strcmp(path, "lib.outage") == 0 ? context : NULL;
}

static void odds_and_ends(void) {
  CHECK(strncmp(outage_version(), "0.1.", 4) == 0);
  outage_options *o = outage_options_new();
  outage_options_loader(o, import, "param pace = 1s\nvar x = 3\n");
  const char *text = "import \"lib.outage\"\nprocess p { loop { wait pace; x = x + 1 } }\n";
  outage_program *p = outage_program_new(text, strlen(text), "main.outage", o);
  outage_simulation *s = simulation(p, o);
  CHECK(outage_step(s, 2) == OUTAGE_OK);
  CHECK(is(s, "x", "{\"kind\":\"count\",\"value\":5}"));
  CHECK(is(s, "[1, 2]", "{\"kind\":\"list\",\"value\":[1,2]}"));
  CHECK(is(s, "3m", "{\"kind\":\"duration\",\"value\":180000000000}"));
  CHECK(outage_set(s, "pace", "2s") == OUTAGE_OK && outage_set(s, "pace", "2") == OUTAGE_REFUSED);
  CHECK(outage_act(s, "x = 10") == OUTAGE_OK && outage_act(s, "y = 10") == OUTAGE_REFUSED);
  CHECK(strstr(outage_simulation_error(s), "E0301"));
  char *what;
  CHECK(outage_step_event(s, &what) == OUTAGE_OK && strstr(what, "p goes on"));
  outage_free(what);
  CHECK(outage_limit(s, "ticks", "3") == OUTAGE_OK && outage_run(s, NULL) == OUTAGE_STOPPED);
  CHECK(outage_limit(s, "colour", "3") == OUTAGE_REFUSED);
  CHECK(outage_act(s, "x = x div (x - x)") == OUTAGE_REFUSED);
  outage_simulation_free(s);
  outage_program_free(p);
  p = program("var x = 2\nprocess p { loop { wait 1s; x = x - 1; let y = 1 div x } }");
  s = simulation(p, NULL);
  CHECK(outage_run(s, NULL) == OUTAGE_FAILED && strstr(outage_simulation_error(s), "E0701"));
  outage_simulation_free(s);
  outage_program_free(p);
  outage_options_free(o);
  /* No handle at all. */
  CHECK(outage_run(NULL, NULL) == OUTAGE_REFUSED && outage_now(NULL) == 0);
  outage_simulation_free(NULL);
  outage_program_free(NULL);
  outage_free(NULL);
}

/* delay(count, number): duration, with a factor from the context. */
static outage_status delay(void *context, const outage_word *arguments, outage_word *result, const char **reason) {
  if (arguments[0].integer == 4) {
    *reason = "four is too much";
    return OUTAGE_REFUSED;
  }
  if (arguments[0].integer == 5) return OUTAGE_FAILED;
  result->integer = arguments[0].integer * (int64_t)(arguments[1].real * *(double *)context);
  return OUTAGE_OK;
}

/* Every kind comes out as it went in. */
static outage_status same(void *context, const outage_word *arguments, outage_word *result, const char **reason) {
  (void)context, (void)reason;
  *result = arguments[0];
  return OUTAGE_OK;
}

static outage_status nothing(void *context, const outage_word *arguments, outage_word *result, const char **reason) {
  (void)context, (void)arguments, (void)reason;
  result->real = 0.0 / 0.0;
  return OUTAGE_OK;
}

static void functions(void) {
  double factor = 1e9;
  outage_options *o = outage_options_new();
  outage_options_set(o, "workers", "4");
  CHECK(outage_options_function(o, "delay(count): duration", same, NULL) == OUTAGE_OK);
  CHECK(outage_options_function(o, "delay(count, number): duration", delay, &factor) == OUTAGE_OK);
  const char *wrong[] = {"", "delay", "delay()", "delay(count)", "delay(): text", "delay(count,): count", "2(): count",
                         "delay(count): count more"};
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
    CHECK(outage_options_function(o, wrong[k], same, NULL) == OUTAGE_REFUSED);
  CHECK(outage_options_function(o, "delay(count): colour", same, NULL) == OUTAGE_REFUSED);
  CHECK(strstr(outage_options_error(o), "there is no kind colour"));
  CHECK(outage_options_function(o, "delay(): count", NULL, NULL) == OUTAGE_REFUSED);
  CHECK(outage_options_function(NULL, "delay(): count", same, NULL) == OUTAGE_REFUSED);
  CHECK(outage_options_function(o, NULL, same, NULL) == OUTAGE_REFUSED);
  const char *text = "extern fn delay(attempt: count, by: number): duration\nvar n = 0\n"
                     "process p[3] { loop { wait delay(1, 2.5); n = n + 1 } }\n";
  outage_program *p = outage_program_new(text, strlen(text), "main.outage", o);
  CHECK(outage_program_check(p, NULL) == OUTAGE_OK);
  outage_simulation *s = simulation(p, o);
  CHECK(outage_step(s, 5) == OUTAGE_OK && is(s, "n", "{\"kind\":\"count\",\"value\":6}"));
  CHECK(is(s, "delay(3, 0.5)", "{\"kind\":\"duration\",\"value\":1500000000}"));
  CHECK(outage_act(s, "process q { wait 1s; wait delay(4, 1.0) }") == OUTAGE_OK);
  CHECK(outage_step(s, 3) == OUTAGE_FAILED);
  CHECK(strstr(outage_simulation_error(s), "E0711"));
  CHECK(strstr(outage_simulation_error(s), "'delay' failed: four is too much"));
  CHECK(outage_value(s, "delay(5, 1.0)", NULL) == OUTAGE_REFUSED);
  outage_simulation_free(s);
  outage_program_free(p);

  /* A search calls it, too. */
  text = "extern fn delay(attempt: count, by: number): duration\nvar n = 0\n"
         "process p[2] { let x = n; n = x + delay(2, 1.0) div 1s }\nnever \"an addition is lost\" { n == 2 }\n";
  p = outage_program_new(text, strlen(text), "main.outage", o);
  char *found = NULL;
  CHECK(outage_explore(p, o, "text", NULL, NULL, &found) == OUTAGE_OK);
  CHECK(found && strstr(found, "violated"));
  outage_free(found);
  outage_program_free(p);

  const char *kinds[] = {"truth", "count", "number", "duration", "rate", "time"};
  const char *values[] = {"true", "-7", "1.5", "90ms", "50/s", "now"};
  const char *seen[] = {"true", "-7", "1.5", "90000000", "50", "2000000000"};
  for (int k = 0; k < 6; k++) {
    char line[200], value[80], answer[80];
    snprintf(line, sizeof line, "same(%s): %s", kinds[k], kinds[k]);
    CHECK(outage_options_function(o, line, same, NULL) == OUTAGE_OK);
    int n = snprintf(line, sizeof line, "extern fn same(x: %s): %s", kinds[k], kinds[k]);
    p = outage_program_new(line, (size_t)n, "main.outage", o);
    s = simulation(p, o);
    CHECK(outage_step(s, 2) == OUTAGE_OK);
    snprintf(value, sizeof value, "same(%s)", values[k]);
    snprintf(answer, sizeof answer, "{\"kind\":\"%s\",\"value\":%s}", kinds[k], seen[k]);
    CHECK(is(s, value, answer));
    outage_simulation_free(s);
    outage_program_free(p);
  }

  /* Not a number is no value. */
  text = "extern fn nothing(): number\nvar x = 0.0\nprocess p { wait 1s; x = nothing() }\n";
  CHECK(outage_options_function(o, "nothing(): number", nothing, NULL) == OUTAGE_OK);
  p = outage_program_new(text, strlen(text), "main.outage", o);
  s = simulation(p, o);
  CHECK(outage_run(s, NULL) == OUTAGE_FAILED && strstr(outage_simulation_error(s), "E07"));
  outage_simulation_free(s);
  outage_program_free(p);

  /* Given by nobody, and with other kinds. */
  text = "extern fn other(x: count): count\nvar y = 0\n";
  p = outage_program_new(text, strlen(text), "main.outage", o);
  s = NULL;
  CHECK(outage_simulation_new(p, o, &s) == OUTAGE_REFUSED && !s && strstr(outage_options_error(o), "E0507"));
  outage_program_free(p);
  CHECK(outage_options_function(o, "other(number): count", same, NULL) == OUTAGE_OK);
  p = outage_program_new(text, strlen(text), "main.outage", o);
  CHECK(outage_simulation_new(p, o, &s) == OUTAGE_REFUSED && !s && strstr(outage_options_error(o), "E0508"));
  outage_program_free(p);
  outage_options_free(o);
}

int main(int count_of_arguments, char **arguments) {
  if (count_of_arguments != 3) return 2;
  leases(arguments[1]);
  race(arguments[2]);
  budgets();
  cancelling();
  odds_and_ends();
  functions();
  if (failures == 0) puts("all is well");
  return failures != 0;
}
