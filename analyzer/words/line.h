/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a text that is pasted from a shell, each a command of ip(8) or words without a command. */
#ifndef IPIP_ANALYZER_WORDS_LINE_H
#define IPIP_ANALYZER_WORDS_LINE_H

#include <glib.h>

/* A word with its value, NULL where it has none. */
struct phrase {
    const char *name;
    const char *value;
};

struct line {
    unsigned command; /* enum command; COMMAND_ADD for words without a command */
    gboolean is_command;
    gboolean is_version_6;  /* `ip -6` */
    const char *device;     /* the name that stands behind `add`; NULL: none */
    struct phrase *phrases; /* a NULL name at the end */
};

struct lines {
    struct line *all; /* of `count` */
    unsigned count;
    char **texts; /* what the names and values point into */
};

/*
 * Takes `text` apart. Lines end with a semicolon or a newline; a newline behind a backslash is a space. FALSE and `*error` where a line
 * is a command that makes no tunnel, or has a word that its command doesn't have. To be cleared in either case.
 */
gboolean lines_read(struct lines *lines, const char *text, GError **error);
void lines_clear(struct lines *lines);

#endif
