/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colours and header octets on a terminal. */
#ifndef IPIP_ANALYZER_PAINT_H
#define IPIP_ANALYZER_PAINT_H

#include <stdio.h>

#include "../cli_options.h"
#include "ipip/judge.h"

/* Whether `out` is to be coloured: --color, NO_COLOR, and whether it is standard output, and a terminal. */
gboolean paint_is_wanted(const struct options *options, FILE *out);

/* The escape sequence that begins the colour of a severity, and the one that ends it; "" without colour. */
const char *paint_severity(gboolean is_coloured, enum ipip_severity severity);
const char *paint_end(gboolean is_coloured);

/* Prints the octets of a header in hexadecimal, with the marked ones in brackets. */
void paint_octets(FILE *out, gboolean is_coloured, const struct ipip_excerpt *excerpt);

#endif
