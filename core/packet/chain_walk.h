/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a chain (ipip/chain.h) is read: what the parts of the walk have in common, and the parts. */
#ifndef IPIP_CORE_CHAIN_WALK_H
#define IPIP_CORE_CHAIN_WALK_H

#include "ipip/chain.h"
#include "ipip/status.h"

enum { CHAIN_ANY_VERSION = IPIP_PAYLOAD_IPV4 | IPIP_PAYLOAD_IPV6 };

/* A walk: the chain so far, and what is to be read. */
struct walk {
    struct ipip_chain *chain;
    const struct ipip_kinds *kinds;
    enum ipip_payload outer;
};

static inline void walk_end(const struct walk *w, enum ipip_end why)
{
    w->chain->end = why;
}

/* Why a header can't be read. */
static inline void walk_end_unread(const struct walk *w, enum ipip_status why)
{
    walk_end(w, why == IPIP_TRUNCATED ? IPIP_END_CUT : IPIP_END_BAD_SHIM);
}

/* Adds a header of `bytes` octets. False, and the chain has ended, where there are fewer, or too many in all. */
static inline bool walk_add(const struct walk *w, enum ipip_shim shim, uint32_t bytes)
{
    struct ipip_chain *chain = w->chain;

    if (bytes > chain->inside.wire || chain->bytes + bytes > UINT16_MAX || chain->count == IPIP_CHAIN_MAX) {
        walk_end(w, IPIP_END_BAD_SHIM);
        return false;
    }
    chain->links[chain->count++] =
        (struct ipip_chain_link){.shim = (uint8_t)shim, .offset = chain->bytes, .bytes = (uint16_t)bytes};
    chain->bytes = (uint16_t)(chain->bytes + bytes);
    chain->inside = ipip_bytes_after(chain->inside, bytes);
    return true;
}

/* An IP header follows, of this version, or of either. */
static inline void walk_announce(const struct walk *w, unsigned version)
{
    w->chain->announced = (uint8_t)version;
    walk_end(w, IPIP_END_COUNT);
}

static inline bool walk_reads(const struct ipip_kinds *kinds, enum ipip_kind kind)
{
    return (kinds->set & IPIP_KIND_BIT(kind)) != 0 && ipip_kind_about(kind)->is_read;
}

/* It is a tunnel of this kind. False, and the chain has ended, where that is not to be read. */
static inline bool walk_take_kind(const struct walk *w, enum ipip_kind kind)
{
    w->chain->kind = (uint8_t)kind;
    if (walk_reads(w->kinds, kind))
        return true;
    walk_end(w, IPIP_END_UNSUPPORTED);
    return false;
}

/* What follows, up to the IP header: a stack of MPLS labels; GRE, behind UDP of the kind that its port announced; UDP, where it is a tunnel's. */
void walk_labels(const struct walk *w);
void walk_gre(const struct walk *w);
void walk_udp(const struct walk *w);

/* False where ESP is opaque. */
bool walk_esp(const struct walk *w);

#endif
