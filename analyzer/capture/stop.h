/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The early end of a capture: on the first SIGINT, SIGTERM or SIGHUP reading ends as if the input ended there, and what
 * follows (summary, baseline, output file) is done all the same. A second signal ends the process at once.
 */
#ifndef IPIP_ANALYZER_STOP_H
#define IPIP_ANALYZER_STOP_H

#include <glib.h>
#include <sys/types.h>

/* From now on signals are such. A signal that was ignored when the process began, as under nohup, stays ignored. */
void stop_on_signals(void);

/* Reading is to end, for another reason than a signal: what is made of it can't be written. */
void stop_request(void);

gboolean stop_is_requested(void);

/* Whether a signal ended an input before its own end. */
gboolean stop_was_by_signal(void);

/*
 * Whether an input may end in the middle of something, because it was to end, or because its writer was interrupted, too. After the end of an
 * input that had to be waited for, the signal has a tenth of a second to come.
 */
gboolean stop_excuses_early_end(void);

/* What was to end has ended; inputs that are opened from now on are read to their ends. */
void stop_is_done(void);

/*
 * open(2) of what is there, not inherited by other programs. A pipe is not waited for to be opened at its other end for reading; for
 * writing it is, as long as reading is not to end.
 */
int stop_open(const char *path, int flags);

/* Waits until `fd` can be read, or until a time of g_get_monotonic_time(); with `ends_on_request` also until reading is to end. */
void stop_wait(int fd, gint64 until, gboolean ends_on_request);

/*
 * read(2), begun again where a signal came between. 0 at the end, and where reading is to end. After a signal a pipe has half a
 * second to give what its writer, interrupted at the same time, still holds.
 */
ssize_t stop_read(int fd, void *out, size_t capacity);

#endif
