/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram in a tunnel, against those before it: copies, loops, and Identifications that are used again. */
#ifndef IPIP_CORE_FLOW_REPEATS_H
#define IPIP_CORE_FLOW_REPEATS_H

#include "flow/state.h"

struct repeats {
    struct rule_set triggered;
    bool is_copy;      /* the same packet, seen twice: nothing else follows from it */
    uint8_t ttl_drops; /* of its entry in the history */
};

/* What is remembered of the datagram at `layer`, and of the one inside. */
static inline struct history_datagram repeats_datagram(const struct parsed_packet *parsed, unsigned layer)
{
    const struct ipip_layer *outer = &parsed->stack.layers[layer];
    const struct ipip_layer *inner = outer + 1;
    unsigned flags = HISTORY_THERE | HISTORY_CONTENT;

    if (outer->is_reassembled || ipip_ip_is_fragment(&outer->ip))
        flags |= HISTORY_FRAGMENT;
    else if (ipip_ip_df(&outer->ip))
        flags |= HISTORY_ATOMIC;
    /* First fragments compare with each other only: the whole and its fragments have different contents. */
    if (!is_atomic(&inner->ip) && inner->kind == IPIP_KIND_NONE && inner->ip.fragment_offset == 0)
        flags |= HISTORY_INNER_ID;
    return (struct history_datagram){.frame = parsed->packet.frame,
                                     .content = parsed->of[layer + 1].content,
                                     .inner = {.addresses = parsed->of[layer + 1].addresses,
                                               .id = (uint16_t)inner->ip.id,
                                               .protocol = inner->ip.protocol,
                                               .has_mf = ipip_ip_mf(&inner->ip)},
                                     .entry = {.addresses = parsed->of[layer].addresses,
                                               .time = parsed->packet.time,
                                               .content_low = (uint32_t)parsed->of[layer + 1].content,
                                               .id = (uint16_t)outer->ip.id,
                                               .total_bytes = (uint16_t)outer->ip.total_bytes,
                                               .inner_id = (uint16_t)inner->ip.id,
                                               .protocol = outer->ip.protocol,
                                               .ttl = outer->ip.ttl,
                                               .inner_ttl = inner->ip.ttl,
                                               .flags = (uint8_t)flags}};
}

/*
 * For one of which there is a `twin`, the latest with the same content (else NULL), or one of whose Identifications must be unique:
 * that of the tunnel `t`'s header, or of the header inside.
 */
struct repeats repeats_find(struct flow *flow, const struct flow_context *context, const struct parsed_packet *parsed,
                            unsigned layer, struct tunnel *t, const struct history_entry *twin, struct flow_view *e);

#endif
