/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One tunnel header of any kind but IPv4 in IPv4, made again from what it carries. */
#ifndef IPIP_ANALYZER_REENCAP_KIND_H
#define IPIP_ANALYZER_REENCAP_KIND_H

#include <glib.h>

#include "field_difference.h"
#include "ipip/encap.h"
#include "reencap.h"
#include "tunnel_sight.h"

struct reencap_kind {
    unsigned reason; /* 0: compared. Else why it could not be, of outcomes.h */
    gboolean is_ce_marked;
    gboolean is_payload_different;
    unsigned taken; /* of enum roundtrip_taken */
    struct ipip_tunnel tunnel;
    uint8_t expected[IPIP_ENCAP_HEAD_MAX];
    struct field_differences differences;
};

/*
 * Decapsulates the layer `k` of `stack`, which was read with these kinds, encapsulates the result under `tunnel` with what `sight` took from
 * the packet, and compares all octets. `result` and the octets of the packet must stay where they are as long as the differences are used.
 */
void reencap_kind(struct reencap_kind *result, const struct ipip_kinds *kinds, const struct ipip_stack *stack,
                  unsigned k, const struct tunnel_sight *sight, const struct reencap_tunnel *tunnel);

#endif
