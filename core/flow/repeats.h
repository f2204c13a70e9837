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

/* The flags of its entry in the history, of enum history_flag. `outer` is the tunnel header, outer[1] the one inside. */
static inline unsigned repeats_flags(const struct ipip_layer *outer)
{
    const struct ipip_layer *inner = outer + 1;
    unsigned flags = HISTORY_THERE | HISTORY_CONTENT;

    if (outer->is_reassembled || ipip_ip_is_fragment(&outer->ip))
        flags |= HISTORY_FRAGMENT;
    else if (ipip_ip_df(&outer->ip))
        flags |= HISTORY_ATOMIC;
    /* First fragments compare with each other only: the whole and its fragments have different contents. */
    if (!is_atomic(&inner->ip) && inner->kind == IPIP_KIND_NONE && inner->ip.fragment_offset == 0)
        flags |= HISTORY_INNER_ID;
    return flags;
}

/* There is nothing to compare it with, unless its content was seen before: both Identifications need not be unique. */
static inline bool repeats_is_atomic(const struct ipip_layer *outer, const struct ipip_layer *inner)
{
    return is_atomic(&outer->ip) && !outer->is_reassembled && is_atomic(&inner->ip);
}

/* No Identification tells datagrams with the same content apart: what looks like a copy may be what the sender sends again. */
static inline bool repeats_is_anonymous(const struct ipip_layer *outer)
{
    return outer->kind != IPIP_KIND_IPIP && outer->ip.id == 0 && outer[1].ip.id == 0;
}

/* Fills in the entry of a datagram, but for what history_add() has. `addresses`: the hash of those of `outer`. */
static inline void repeats_fill(struct history_entry *entry, uint64_t addresses, const struct ipip_ip *outer,
                                const struct ipip_ip *inner, unsigned flags)
{
    entry->addresses = addresses;
    entry->id = (uint16_t)outer->id;
    entry->total_bytes = (uint16_t)outer->total_bytes;
    entry->inner_id = (uint16_t)inner->id;
    entry->protocol = outer->protocol;
    entry->ttl = outer->ttl;
    entry->inner_ttl = inner->ttl;
    entry->flags = (uint8_t)flags;
}

/*
 * A sender's addresses, in a direction: behind another encapsulator the same private ones are another host's. Both are hashes; one is
 * turned, so that they never cancel out.
 */
static inline uint64_t repeats_sender(uint64_t direction, uint64_t inner)
{
    return (direction << 1 | direction >> 63) ^ inner;
}

/* The Identification inside. */
static inline struct history_inner repeats_inner(const struct parsed_packet *parsed, unsigned layer)
{
    const struct ipip_ip *inner = &parsed->stack.layers[layer + 1].ip;

    return (struct history_inner){.addresses =
                                      repeats_sender(parsed->of[layer].addresses, parsed->of[layer + 1].addresses),
                                  .id = (uint16_t)inner->id,
                                  .protocol = inner->protocol,
                                  .has_mf = ipip_ip_mf(inner)};
}

/*
 * For one of which there is a `twin`, the latest with the same content (else NULL), or one of whose Identifications must be unique:
 * that of the tunnel `t`'s header, or of the header inside.
 */
void repeats_find(struct repeats *repeats, struct flow *flow, const struct flow_context *context,
                  const struct parsed_packet *parsed, unsigned layer, struct tunnel *t,
                  const struct history_entry *twin, struct flow_view *e);

/*
 * A datagram whose Identification must be unique. `old`: the one before with that, if one is known; `is_same`: that is the same datagram,
 * seen again.
 */
void repeats_check_id(const struct history *r, const struct history_entry *fresh, const struct history_entry *old,
                      bool is_same, struct tunnel *t, struct rule_set *triggered, struct flow_view *e);

#endif
