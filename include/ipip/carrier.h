/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carriers: what brings a packet from where it was mirrored or bridged to where it was captured. The packet inside is looked at as
 * if its own frame had been captured; the carrier is named, and no tunnel header that the rules judge.
 *
 * GRE (RFC 2784 and 2890, version 0, without the routing of RFC 1701), ERSPAN types I, II and III in GRE
 * (draft-foschiano-erspan), VXLAN (RFC 7348, UDP ports 4789 and 8472), VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe, UDP port 4790) and
 * Geneve (RFC 8926, UDP port 6081), over IPv4 or IPv6. Inside is an Ethernet frame with any stack of VLAN tags, PPPoE session
 * headers and MPLS labels, or the IP packet itself. A carrier that comes in fragments is not reassembled, nor looked into.
 * Allocates nothing.
 */
#ifndef IPIP_CARRIER_H
#define IPIP_CARRIER_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/address.h"
#include "ipip/bytes.h"
#include "ipip/kind.h"
#include "ipip/link.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ipip_carrier_kind {
    IPIP_CARRIER_GRE,
    IPIP_CARRIER_ERSPAN,
    IPIP_CARRIER_VXLAN,
    IPIP_CARRIER_VXLAN_GPE,
    IPIP_CARRIER_GENEVE,
    IPIP_CARRIER_KINDS
};

struct ipip_carrier {
    enum ipip_carrier_kind kind;
    bool has_id;               /* GRE without key and ERSPAN type I have none */
    uint32_t id;               /* key of GRE, session of ERSPAN (10 bits), network of the others (24 bits) */
    struct ipip_addr src, dst; /* of its IP header */
};

enum {
    IPIP_CARRIERS_MAX = 3, /* in each other; a further one is a packet like others */
};

/* Carriers in each other, outermost first. */
struct ipip_carriers {
    unsigned count;
    struct ipip_carrier all[IPIP_CARRIERS_MAX];
};

static inline bool ipip_carriers_equal(const struct ipip_carriers *a, const struct ipip_carriers *b)
{
    bool is_equal = a->count == b->count;

    for (unsigned i = 0; is_equal && i < a->count; i++) {
        const struct ipip_carrier *one = &a->all[i], *other = &b->all[i];

        is_equal = one->kind == other->kind && one->has_id == other->has_id && one->id == other->id &&
                   ipip_address_equal(one->src, other->src) && ipip_address_equal(one->dst, other->dst);
    }
    return is_equal;
}

/* What a carrier brings. */
struct ipip_carried {
    struct ipip_carriers carriers;
    /*
     * From the IP header on, at least the fixed header captured. `ip.wire` is what the carrier has room for, or what that header
     * promises where that is more: a mirror may cut packets, and not all mark it.
     */
    struct ipip_bytes ip;
    /* The frame that the innermost carrier holds. Without one, `is_frame` false, that carrier holds the IP packet. */
    struct ipip_link link;
    bool is_frame;
};

/*
 * Looks for an IPv4 packet, or, with kinds over IPv6, an IPv6 one, in the carrier that `packet`, from its IP header on, may be. What is a
 * tunnel of these kinds is no carrier. Of a frame any packet is taken, as it may be on its way into a tunnel, or out of one. A carrier
 * without a frame is a tunnel in its own right: of that only tunnel packets are taken, and ICMP errors about them. False, and `*carried`
 * undefined, where there is none.
 */
bool ipip_carried_find(struct ipip_carried *carried, const struct ipip_kinds *kinds, struct ipip_bytes packet);

/* "erspan", "vxlan-gpe", ... for programs, and "ERSPAN", "VXLAN-GPE", ... for people. */
const char *ipip_carrier_kind_name(enum ipip_carrier_kind kind);
const char *ipip_carrier_kind_title(enum ipip_carrier_kind kind);

/* What `id` is of a carrier of this kind: "key", "session", "vni". */
const char *ipip_carrier_id_name(enum ipip_carrier_kind kind);

/* Room for the words on three carriers in each other and their terminating zero. */
enum { IPIP_CARRIERS_TEXT = IPIP_CARRIERS_MAX * (2 * IPIP_ADDRESS_TEXT + 40) };

/* Writes "ERSPAN 10.9.9.1 > 10.9.9.2 session 5", innermost first, each " in " the next, into `text` and returns it. */
const char *ipip_carriers_text(char text[IPIP_CARRIERS_TEXT], const struct ipip_carriers *carriers);

#ifdef __cplusplus
}
#endif

#endif
