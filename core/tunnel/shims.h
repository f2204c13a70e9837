/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an encapsulator puts between the outer IP header and the packet: UDP, GUE, GRE, ERSPAN. */
#ifndef IPIP_CORE_SHIMS_H
#define IPIP_CORE_SHIMS_H

#include "ipip/encap.h"

struct shims {
    const struct ipip_tunnel *tunnel;
    const struct ipip_encap_values *values;
    const struct ipip_kind_about *kind;
    enum ipip_payload type; /* of the packet */
    uint8_t tclass;         /* of the IP header in it */
    bool is_cut;            /* the packet was longer */
    struct ipip_addr exit;
    /* They are put from the inside out: what is there begins at `at`, in front of the octets of the packet that were rewritten. */
    uint8_t *at;
    const uint8_t *end;
    struct ipip_bytes rest; /* of the packet, behind `end` */
};

/* How many octets they take; IPv4 in IPv4 and most others have none. */
uint32_t shims_bytes_of(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind);

static inline uint32_t shims_bytes(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind)
{
    return tunnel->encap == IPIP_UDP_ENCAP_NONE && kind->shims[0] == IPIP_SHIM_NONE ? 0 : shims_bytes_of(tunnel, kind);
}

/* What an IP header in front of them announces. */
static inline uint8_t shims_protocol(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind)
{
    return tunnel->encap != IPIP_UDP_ENCAP_NONE ? IPIP_PROTOCOL_UDP : kind->protocol;
}

/* A checksum covers the packet, so that all of it must be captured. */
bool shims_have_checksum(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind);

/* Mirrored frames that are too long are cut: ERSPAN has a bit for it. */
bool shims_may_cut(const struct ipip_kind_about *kind);

/* Puts them all. */
void shims_put(struct shims *shims);

/* One kind of them: its octets, and what puts them before `shims->at`. */
uint32_t gre_bytes(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind);
uint32_t erspan_bytes(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind);
void gre_put(struct shims *shims);
void erspan_put(struct shims *shims);
void gue_put(struct shims *shims);
void udp_put(struct shims *shims);

#endif
