/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tunnel direction of `ipip tunnels`, with all that its packets show. */
#ifndef IPIP_ANALYZER_REPORT_DIRECTION_H
#define IPIP_ANALYZER_REPORT_DIRECTION_H

#include <glib.h>

#include "../tunnel_carriers.h"
#include "ipip/inference.h"
#include "ipip/inventory.h"
#include "ipip/path.h"
#include "ipip/size_story.h"
#include "ipip/source_groups.h"
#include "ipip/statement.h"
#include "ipip/tunnel_text.h"
#include "ipip/vantage.h"

struct tunnel_list;

struct direction {
    const struct ipip_source_group *group; /* of which it is the sum; NULL: none */
    const struct ipip_direction_stats *seen;
    const struct ipip_kind_stats *more;      /* NULL: of IPv4 in IPv4 */
    const struct ipip_direction_stats *back; /* NULL: none */
    uint32_t packets, packets_back;
    const struct tunnel_carriers *carriers; /* NULL: none; of a sum of directions none */
    struct ipip_path path;
    struct ipip_inferences inferences;
    struct ipip_direction_vantage vantage;
    struct ipip_entry_ttl entry;
    struct ipip_size_story sizes;
    char profiles[IPIP_PROFILES_TEXT];
    char command_text[IPIP_TUNNEL_TEXT], note_text[IPIP_COMMAND_NOTE_TEXT];
    const char *command, *note; /* NULL: none */
};

struct direction *direction_new(const struct tunnel_list *list, const struct ipip_policy *policy,
                                const struct ipip_source_group *group, const struct ipip_direction_stats *seen);
void direction_free(struct direction *direction);

/* There is something to infer it from. */
gboolean direction_shows(const struct direction *direction, enum ipip_inferred_field field);

/* "none: " and which field no option of ip(8) makes so. */
const char *direction_why_no_command(const struct direction *direction);

/* As a line of JSON. */
void direction_print_json(const struct direction *direction);

#endif
