// GNU readline behind functions with plain types. Its global variables are mutable and unsafe to name from Swift; this is
// the only file of the project that knows them.

#ifndef CREADLINE_H
#define CREADLINE_H

/// Called with each finished line (NULL at the end of input); the line belongs to the callee, freed with `creadline_free`.
typedef void (*creadline_line)(char *line);
/// Gives the completions of `text`, `line` being all before the cursor: an array ending in NULL, every entry and the array
/// itself from malloc; or NULL.
typedef char **(*creadline_complete)(const char *text, const char *line);

void creadline_begin(const char *name, creadline_complete complete);
/// Shows the prompt; lines come through `handler` while `creadline_take` is called.
void creadline_prompt(const char *prompt, creadline_line handler);
/// Reads what is waiting on standard input.
void creadline_take(void);
/// Ends the prompt and gives the terminal back as it was.
void creadline_end(void);
/// Drops the half-typed line; 1 when it was empty.
int creadline_drop(void);
void creadline_free(char *line);
/// Takes note of a new size of the window.
void creadline_resize(void);

/// Remembers a line for the arrow keys and for Ctrl-R. 0: it is the last one already.
int creadline_remember(const char *line);
/// Reads a file of history; at most `most` lines are kept. 0: well.
int creadline_read_history(const char *path, int most);
/// Adds the last line to the file, at once, so that a crash loses nothing. 0: well.
int creadline_append_history(const char *path, int most);
/// The last entry is longer by now: it takes its own place in memory and in the file. 0: well.
int creadline_extend_history(const char *entry, const char *path, int most);
/// 1 when the terminal database knows the terminal.
int creadline_knows_terminal(void);

#endif
