/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every option there is: its name, and its line in --help. */
#ifndef IPIP_ANALYZER_OPTION_TABLE_H
#define IPIP_ANALYZER_OPTION_TABLE_H

#include "cli_options.h"

/* The options as they stand on the command line: octets of any kind, before they are understood. */
struct option_texts {
    char *filter, *inner, *jobs, *profile, *inner_side, *config, *fail_on, *format, *color, *depth, *ecn_decap, *tunnel,
        *max_findings, *mtu, *min_severity, *group_by, *window, *merge, *side, *hosts, *macs, *buffer, *count,
        *duration, *esp_null;
    char **vantages, **sites, **endpoints, **select, **ignore, **kinds, **udp_tunnels;
    gboolean is_without_config;
    gboolean is_help;
};

void option_texts_clear(struct option_texts *texts);

/* The options of these groups, the last one empty; to be freed. What is given goes into `options` and `texts`. */
GOptionEntry *option_table(unsigned groups, struct options *options, struct option_texts *texts);

#endif
