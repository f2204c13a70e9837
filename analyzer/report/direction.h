/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tunnel direction of `ipip tunnels`, with all that its packets show. */
#ifndef IPIP_ANALYZER_REPORT_DIRECTION_H
#define IPIP_ANALYZER_REPORT_DIRECTION_H

#include "../tunnel_carriers.h"
#include "ipip/inference.h"
#include "ipip/inventory.h"
#include "ipip/path.h"
#include "ipip/size_story.h"
#include "ipip/source_groups.h"
#include "ipip/vantage.h"

struct direction {
    const struct ipip_source_group *group; /* of which it is the sum; NULL: none */
    const struct ipip_direction_stats *seen;
    const struct ipip_direction_stats *back; /* NULL: none */
    const struct tunnel_carriers *carriers;  /* likewise; of a sum of directions none */
    struct ipip_path path;
    struct ipip_inferences inferences;
    struct ipip_direction_vantage vantage;
    struct ipip_entry_ttl entry;
    struct ipip_size_story sizes;
    char profiles[IPIP_PROFILES_TEXT];
    char command_text[IPIP_COMMAND_TEXT], note_text[IPIP_COMMAND_NOTE_TEXT];
    const char *command, *note; /* NULL: none */
};

/* As a line of JSON. */
void direction_print_json(const struct direction *direction);

#endif
