#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>
#include <readline/readline.h>
#include <readline/history.h>
#include "creadline.h"

static creadline_complete complete_words;

static char **attempt(const char *text, int start, int end) {
  (void)start;
  rl_attempted_completion_over = 1; // else file names
  if (!complete_words) return NULL;
  char *before = strndup(rl_line_buffer, (size_t)end);
  if (!before) return NULL;
  char **found = complete_words(text, before);
  free(before);
  if (!found) return NULL;
  // readline wants the longest common beginning first.
  size_t count = 0;
  while (found[count]) count++;
  if (count == 0) { free(found); return NULL; }
  char **matches = malloc((count + 2) * sizeof *matches);
  if (!matches) return NULL;
  size_t common = strlen(found[0]);
  for (size_t k = 1; k < count; k++) {
    size_t same = 0;
    while (same < common && found[k][same] == found[0][same]) same++;
    common = same;
  }
  matches[0] = strndup(found[0], common);
  if (count == 1) {
    free(found[0]);
    matches[1] = NULL;
  } else {
    for (size_t k = 0; k < count; k++) matches[k + 1] = found[k];
    matches[count + 1] = NULL;
  }
  free(found);
  return matches;
}

// A file's name is one word, with its slashes; elsewhere signs end a word.
static char *word_breaks(void) {
  static const char *const files[] = { ":load ", ":save ", ":log ", NULL };
  static char spaces[] = " \t\n";
  for (size_t k = 0; files[k]; k++)
    if (strncmp(rl_line_buffer, files[k], strlen(files[k])) == 0) return spaces;
  return NULL;
}

void creadline_begin(const char *name, creadline_complete complete) {
  setlocale(LC_CTYPE, "");
  rl_readline_name = strdup(name);
  complete_words = complete;
  rl_attempted_completion_function = attempt;
  rl_completer_word_break_characters = strdup(" \t\n,;(){}=<>+-*/\"");
  rl_completion_word_break_hook = word_breaks;
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_change_environment = 0;
  // Entries of many lines keep them: stamps tell entries apart in the file.
  history_comment_char = '#';
  history_write_timestamps = 1;
  using_history();
}

void creadline_prompt(const char *prompt, creadline_line handler) { rl_callback_handler_install(prompt, handler); }
void creadline_take(void) { rl_callback_read_char(); }
void creadline_end(void) { rl_callback_handler_remove(); }

int creadline_drop(void) {
  int empty = rl_end == 0;
  rl_free_line_state();
  rl_callback_sigcleanup();
  rl_callback_handler_remove();
  return empty;
}

void creadline_free(char *line) { free(line); }
void creadline_resize(void) { rl_resize_terminal(); }

int creadline_remember(const char *line) {
  HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
  if (last && strcmp(last->line, line) == 0) return 0;
  add_history(line);
  return 1;
}

int creadline_read_history(const char *path, int most) {
  stifle_history(most);
  return read_history(path);
}

// Where the entry that was added last lies in the file.
static off_t last_from = -1, last_to = -1;

static off_t size_of(const char *path) {
  struct stat s;
  return stat(path, &s) == 0 ? s.st_size : -1;
}

int creadline_append_history(const char *path, int most) {
  FILE *file = fopen(path, "a");
  if (!file) return 1;
  fclose(file);
  chmod(path, 0600);
  off_t from = size_of(path);
  int failed = append_history(1, path);
  if (failed) return failed;
  off_t length = size_of(path) - from;
  history_truncate_file(path, most);
  last_to = size_of(path);
  last_from = last_to - length;
  return 0;
}

int creadline_extend_history(const char *entry, const char *path, int most) {
  if (history_length == 0) return 1;
  HIST_ENTRY *old = replace_history_entry(history_length - 1, entry, NULL);
  if (old) free_history_entry(old);
  if (!path) return 0;
  // Another session may have added to the file since: then the shorter entry stays, too.
  if (last_from >= 0 && size_of(path) == last_to && truncate(path, last_from) != 0) return 1;
  return creadline_append_history(path, most);
}

int creadline_knows_terminal(void) {
  const char *term = getenv("TERM");
  return term && *term && strcmp(term, "dumb") != 0;
}
