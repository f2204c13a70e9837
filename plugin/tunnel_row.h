/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the table of tunnels shows of a direction. */
#ifndef IPIP_PLUGIN_TUNNEL_ROW_H
#define IPIP_PLUGIN_TUNNEL_ROW_H

#include "ipip/inference.h"
#include "ipip/inventory.h"
#include "ipip/path_length.h"
#include "ipip/size_story.h"
#include "ipip/tunnel_text.h"

enum { TUNNEL_KIND_TEXT = 32 };

/* Texts are of fixed length and the row's own: Wireshark reads them when it draws. */
struct tunnel_row {
    char src[IPIP_ADDRESS_TEXT], dst[IPIP_ADDRESS_TEXT];
    char kind[TUNNEL_KIND_TEXT]; /* "gre key 42" */
    char inferences[IPIP_INFERRED_FIELDS][IPIP_INFERENCE_TEXT + 24];
    char entry_ttl[IPIP_ENTRY_TTL_TEXT + 24], encapsulators[12], vantage[24];
    char mss[IPIP_SIZES_TEXT], unanswered[IPIP_SIZES_TEXT], advice[IPIP_SIZES_TEXT];
    char overhead[16], path[IPIP_PATH_TEXT + 24], path_mtu[8];
    char profile[IPIP_PROFILES_TEXT], command[IPIP_TUNNEL_TEXT];
};

/* As far as it is known now. */
void tunnel_row_write(struct tunnel_row *row, const struct ipip_inventory *inventory,
                      const struct ipip_direction_stats *seen);

#endif
