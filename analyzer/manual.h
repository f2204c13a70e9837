/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Manual pages in mdoc(7), made of what --help prints, when the command is built: `ipip --manual`, `ipip --manual-rules` and
 * `ipip VERB --manual`.
 */
#ifndef IPIP_ANALYZER_MANUAL_H
#define IPIP_ANALYZER_MANUAL_H

#include "cli_options.h"

struct manual_verb {
    const char *name;
    const char *summary;
};

/* ipip(1); the last verb has no name. */
void manual_print(const struct manual_verb *verbs);

/* ipip-VERB(1); the last entry is empty. */
void manual_print_verb(const struct usage *usage, const GOptionEntry *entries);

/* ipip-rules(7), the catalogue. */
void manual_print_rules(void);

#endif
