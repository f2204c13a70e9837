/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text for mdoc(7) on standard output: nothing in it is taken for a macro or an escape. */
#ifndef IPIP_ANALYZER_MDOC_H
#define IPIP_ANALYZER_MDOC_H

#include <glib.h>

/* `text` in lines that are not too long, a new one for each sentence, as mandoc(1) asks. */
void mdoc_text(const char *text);

/* `text` with escapes, as an argument of a macro or a literal line; to be freed. */
char *mdoc_escaped(const char *text);

/* What every page begins with; `about` is one line. */
void mdoc_begin(const char *title, int section, const char *name, const char *about);

#endif
