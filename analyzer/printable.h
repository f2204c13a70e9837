/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names, paths, arguments and whatever else others chose, made fit for a line of text: nothing in it commands a terminal, ends the
 * line, hides, or turns the direction of what follows.
 */
#ifndef IPIP_ANALYZER_PRINTABLE_H
#define IPIP_ANALYZER_PRINTABLE_H

#include <glib.h>

/*
 * `text`, which may be any octets, with escapes for what can't be shown: \n, \t, \r; \x1b for another control character and \xff for an
 * octet that is not UTF-8; \u202e or \U000e0001 for characters that format, separate lines or are none; and \\ for a backslash, so that
 * two texts never look the same. The rest stays as it is, in any locale. To be freed.
 */
char *printable(const char *text);

/* Whether `text`, which is UTF-8, has no control characters but tabs. */
gboolean is_printable(const char *text);

#endif
