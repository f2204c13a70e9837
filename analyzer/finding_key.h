/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What makes findings the same finding, over captures and versions: the rule, the tunnel direction, the layer, and the values that the
 * rule names. No words, no frames, times or counts.
 */
#ifndef IPIP_ANALYZER_FINDING_KEY_H
#define IPIP_ANALYZER_FINDING_KEY_H

#include <glib.h>

#include "ipip/judge.h"

struct finding_key {
    size_t rule_index;
    struct ipip_tunnel_direction direction;
    unsigned layer;
    unsigned count; /* of the values */
    struct ipip_value values[IPIP_VALUES_MAX];
};

/* To be called during the call of the judge's sink only; the key stays valid. */
struct finding_key finding_key_of(const struct ipip_finding *finding);

guint finding_key_hash(const struct finding_key *key);

/* Orders keys by rule, tunnel, layer and values: less than, equal to or greater than 0. */
int finding_key_compare(const struct finding_key *a, const struct finding_key *b);

#endif
