/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the packets of one tunnel direction show of its kind: of the headers between the outer IP header and what is inside, of an outer
 * IPv6 header, and of what is inside. IPv4 in IPv4 has nothing of it; what all kinds have is in tunnel_stats.h. Allocates nothing.
 */
#ifndef IPIP_KIND_STATS_H
#define IPIP_KIND_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/address.h"
#include "ipip/kind.h"
#include "ipip/stack.h"
#include "ipip/sub_kind.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    IPIP_NUMBERS = 4,      /* different numbers that are counted */
    IPIP_NUMBER_FLOWS = 8, /* inner flows that are remembered, for the number of the last packet of each */
};

/* How often a number occurred, as struct ipip_values (tunnel_stats.h) has it of octets. */
struct ipip_numbers {
    uint32_t count[IPIP_NUMBERS]; /* 0 where the slot is free */
    uint32_t value[IPIP_NUMBERS];
    bool is_inexact;
};

/* Whether a number stays the same within an inner flow. */
struct ipip_flow_numbers {
    uint32_t flows; /* as far as they are remembered: one that comes back counts again */
    uint32_t kept;  /* packets with the number of the packet before in their flow, and others that had one before */
    uint32_t moved;
    uint32_t number[IPIP_NUMBER_FLOWS];
    uint16_t tag[IPIP_NUMBER_FLOWS]; /* 0: free */
    uint8_t next;                    /* the place taken last */
};

/* Sequence numbers of GRE (RFC 2890 section 2.2) or ESP (RFC 4303 section 2.2). */
struct ipip_sequence {
    uint32_t packets; /* that have one */
    uint32_t first;
    uint32_t last;    /* the furthest */
    uint32_t gaps;    /* places where numbers are missing, and how many numbers */
    uint32_t missing; /* less those that came late */
    uint32_t late;    /* packets behind the furthest one */
    uint32_t restarts;
};

/* The upper halves of IPv6 addresses: that of the first packet, and the bits in which others differ from it. */
struct ipip_high_bits {
    uint64_t first;
    uint64_t varies;
};

/* Counts over the packets of a direction; all zero before the first one, but for `discriminator`. */
struct ipip_kind_stats {
    uint64_t discriminator;        /* of tunnel_direction.h */
    uint32_t packets;              /* tunnel headers, whatever is inside; one that came in fragments is one */
    uint32_t opaque;               /* of them, without an IP header inside that can be read */
    uint8_t opaque_tos;            /* the outer DSCP of the last of those, in the upper 6 bits */
    uint32_t over_ipv6;            /* of those with IP inside, how many hold IPv6 */
    uint32_t as_kinds;             /* of IPIP_KIND_BIT(): what it is behind UDP, else its kind */
    struct ipip_numbers overheads; /* octets from the outer header to what is inside */

    /* GRE, also behind UDP. */
    uint32_t gre;
    uint32_t keyed;
    uint32_t summed; /* with a checksum */
    struct ipip_numbers keys;
    struct ipip_numbers types;     /* of the payload */
    struct ipip_sequence sequence; /* also of ESP */
    struct ipip_numbers sessions;  /* of ERSPAN; 0 is none, as of type I */
    struct ipip_numbers indexes;   /* of ERSPAN type II; of type III the hardware */
    uint32_t erspan_types[4];      /* packets by type, I to III */
    uint32_t egress;               /* packets of type III by direction */

    /* UDP. */
    uint32_t udp;
    uint32_t udp_summed;       /* with a checksum */
    uint32_t remcsum;          /* GUE with remote checksum offload */
    struct ipip_numbers ports; /* of the source */
    struct ipip_flow_numbers port_flows;
    uint16_t port_min, port_max;

    /* Outer IPv6. */
    uint32_t limited;           /* with an encapsulation limit (RFC 2473 section 4.1.1) */
    uint32_t extended;          /* with extension headers beside that */
    uint32_t nested;            /* whose limit is one less than that of the packet inside */
    struct ipip_numbers limits; /* of the others */
    struct ipip_numbers labels; /* flow labels */
    struct ipip_flow_numbers label_flows;
    uint32_t labels_inner; /* packets whose label is that of the IPv6 packet inside, which is not 0 */
    struct ipip_numbers inner_labels;

    /* ESP. */
    struct ipip_numbers spis;

    /* 6in4. */
    uint32_t sub_kinds[IPIP_SUB_KINDS];
    uint32_t embedded; /* packets whose inner destination has the outer one embedded, as their sub-kind has it */
    struct ipip_high_bits inner_src;
    struct ipip_high_bits inner_dst;
    /* Of 6rd, as ipip_inventory_find_6rd() finds it; 0 bits: none, and whether all packets have the exit in their inner destination. */
    struct ipip_prefix domain;
    bool is_exit_embedded;
};

/*
 * Adds the packet with the tunnel header `outer` of the direction, read with these kinds. `inner` is the IP header that it carries; NULL:
 * there is none, or it can't be read. The octets of `outer` must be there, and with `has_octets` those of `inner`.
 */
void ipip_kind_stats_add(struct ipip_kind_stats *stats, const struct ipip_kinds *kinds, const struct ipip_layer *outer,
                         const struct ipip_layer *inner, bool has_octets);

/* What a tunnel over UDP would be without it; `gre_type` is that of the GRE header, NULL where there is none, `inner` as above. */
enum ipip_kind ipip_kind_behind_udp(const struct ipip_layer *outer, const struct ipip_layer *inner,
                                    const uint16_t *gre_type);

/* The most frequent number; `*count` is how often it occurred, and `*second` how often the next one did. */
uint32_t ipip_numbers_best(const struct ipip_numbers *numbers, uint32_t *count, uint32_t *second);

/* The first that 9 of 10 packets agree on. */
enum ipip_sub_kind ipip_kind_stats_sub_kind(const struct ipip_kind_stats *stats);

#ifdef __cplusplus
}
#endif

#endif
