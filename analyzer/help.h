/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `ipip VERB --help` prints. */
#ifndef IPIP_ANALYZER_HELP_H
#define IPIP_ANALYZER_HELP_H

#include "cli_options.h"

/* `entries` are the verb's options; the last one is empty. */
void help_print(const struct usage *usage, const GOptionEntry *entries);

/* What --tunnel takes, in lines. */
extern const char help_tunnel_words[];

#endif
