/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `ipip VERB --help` prints. */
#ifndef IPIP_ANALYZER_HELP_H
#define IPIP_ANALYZER_HELP_H

#include "cli_options.h"

enum { HELP_WIDTH = 80 }; /* columns: those of a terminal that was never made wider */

/* `entries` are the verb's options; the last one is empty. */
void help_print(const struct usage *usage, const GOptionEntry *entries);

/* "  left   text", the text in a column of its own behind `width` columns for what is on the left; a longer one has a line of its own. */
void help_print_row(const char *left, unsigned width, const char *text);

/* What --tunnel takes, in lines. */
extern const char help_tunnel_words[];

#endif
