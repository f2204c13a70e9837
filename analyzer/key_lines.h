/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of a key file, one after the other. GKeyFile understands each (comments, blanks, escapes), but alone: it keeps no positions
 * and merges what is there twice.
 */
#ifndef IPIP_ANALYZER_KEY_LINES_H
#define IPIP_ANALYZER_KEY_LINES_H

#include <glib.h>

struct key_lines {
    const char *next; /* what is left: any octets */
    const char *end;
    unsigned number; /* of the line that was read last, from 1 */
};

/* One line; its strings are UTF-8 without control characters. */
struct key_line {
    char *name;  /* of a section, or of a key */
    char *value; /* of the key, without blanks around it; NULL for a section */
};

/* The next line that is no comment, to be cleared. FALSE at the end, and with `*error`, where a line is none of a key file. */
gboolean key_lines_next(struct key_lines *lines, struct key_line *line, GError **error);
void key_line_clear(struct key_line *line);

#endif
