/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages on standard error: nothing else writes there. */
#ifndef IPIP_ANALYZER_SAY_H
#define IPIP_ANALYZER_SAY_H

#include <glib.h>

/* Every message begins "ipip NAME: " from now on; before, "ipip: ". */
void say_as(const char *name);

/* Prints a message in one line, as printable() makes it: names and arguments go in as they are. */
void say(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* A line that goes on, or is part of a summary: the same without the beginning. */
void say_on(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* A line that gives way to the next one; for a terminal. */
void say_for_now(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Takes such a line back: before anything else is written to the terminal, and at the end. */
void say_no_more(void);

/* The same before a line of standard output, if that is a terminal, too: else the line of progress may stay. */
void say_before_print(void);

#endif
