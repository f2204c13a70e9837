/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a shell may complete a command line to: `ipip --complete WORD...`, the last word being the one that is typed. The scripts in
 * completion/ ask for it, so that they know nothing of options.
 *
 * A candidate a line, a tab and its description behind it; ":files" for the names of files, ":files PREFIX" behind that prefix.
 */
#ifndef IPIP_ANALYZER_COMPLETION_H
#define IPIP_ANALYZER_COMPLETION_H

#include "cli_options.h"

/* Prints `word`, if it begins with `typed`, with what is to stand before it. */
void completion_offer(const char *before, const char *typed, const char *word, const char *description);

/* The words behind the verb. */
void completion_print(const struct usage *usage, const GOptionEntry *entries, char **words);

#endif
