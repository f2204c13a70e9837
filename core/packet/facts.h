/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The facts about a subject before any rule is evaluated, one bit each: of a header of a packet, here; of an ICMP
 * message and of a packet on the inner side of a tunnel, in flow/side_facts.h.
 */
#ifndef IPIP_CORE_FACTS_H
#define IPIP_CORE_FACTS_H

#include <stdint.h>

#include "ipip/stack.h"

enum { FACTS_LINK_MTU_MAX = 9216 }; /* no common link carries more in one frame */

/* Sets of kinds of addresses, as address_set() has them: those that are special in a tunnel header, and those usual inside. */
#define FACTS_KIND(kind) (1U << IPIP_ADDRESS_##kind)
#define FACTS_USUAL_INSIDE (FACTS_KIND(GLOBAL) | FACTS_KIND(PRIVATE) | FACTS_KIND(SHARED))
#define FACTS_SPECIAL_OUTSIDE ((1U << IPIP_ADDRESS_KINDS) - 1 - FACTS_USUAL_INSIDE)

struct facts {
    uint64_t context; /* what it is, and how much of it is captured: decides whether a rule applies */
    /* What is unusual. Without, and with nothing that the flow has noticed, no rule fails, and none is evaluated. */
    uint64_t triggers;
};

static inline struct facts facts_of_both(struct facts a, struct facts b)
{
    return (struct facts){a.context | b.context, a.triggers | b.triggers};
}

#define FACT(bit) (UINT64_C(1) << (bit))

/* Context of a header. First what is a trigger, too: at the same bit. */
#define FACT_VERSION_WRONG FACT(0) /* IPIP601 fails; the next are those of IPIP602, 603 and 606: at most one of them */
#define FACT_IHL_SHORT FACT(1)
#define FACT_TOTAL_SHORT FACT(2)
#define FACT_TOTAL_LONG FACT(3)
#define FACT_OPTIONS FACT(4) /* the header has some */
#define FACT_FRAGMENT FACT(5)
#define FACT_INNER_CUT FACT(6)   /* the header inside is not captured */
#define FACT_NO_ROOM FACT(7)     /* the payload is too short for the header that it announces */
#define FACT_SHIM FACT(8)        /* an authentication header in front of what is inside */
#define FACT_SUPERPACKET FACT(9) /* larger than any link: not segmented yet, or merged */
/* Then what is none. */
#define FACT_OUTERMOST FACT(10)
#define FACT_ENCAPSULATED FACT(11)    /* has a tunnel header outside */
#define FACT_TUNNEL FACT(12)          /* announces an IPv4 datagram inside */
#define FACT_WELL_FORMED FACT(13)     /* IPIP601 to IPIP606 pass */
#define FACT_WHOLE FACT(14)           /* reassembled: the relation to the layer inside, without the header itself */
#define FACT_FRAGMENT_HEADER FACT(15) /* the header itself, where FACT_WHOLE has the relation */
#define FACT_TRANSPORT FACT(16)       /* innermost TCP or UDP with a checksum */
#define FACT_NON_ATOMIC FACT(17)      /* a tunnel header whose Identification must be unique (RFC 6864 section 4) */
#define FACT_FEW FACT(18)             /* the tunnel has shown too little for a habit */
#define FACT_INNER_ECT FACT(19)       /* the inner transport uses ECN */
#define FACT_ECT_FEW FACT(20)         /* but not on enough packets yet */
#define FACT_IDS_FEW FACT(21)         /* too few Identifications in a row */
#define FACT_PATH_MTU FACT(22)        /* DF is set, and an ICMP error reported the path MTU */
#define FACT_HELD FACT(23)            /* a fragment that waits for others */
#define FACT_HANDSHAKE FACT(24) /* the second SYN of a TCP connection, or one that should be; on the innermost layer */
/* Blindness. */
#define FACT_INNER_BAD FACT(25)      /* no valid IPv4 header inside: relations don't exist */
#define FACT_INNER_UNSEEN FACT(26)   /* the header inside is in another fragment, or beyond the nesting limit */
#define FACT_VERSION_UNSEEN FACT(27) /* not even the first octet inside is captured */
#define FACT_HEADER_CUT FACT(28)     /* options not captured whole */
#define FACT_PAYLOAD_CUT \
    FACT(                \
        29) /* the innermost payload is not captured whole, or only in part reassembled, or its pseudo-header is not known */
#define FACT_OVER_UNKNOWN FACT(30)   /* larger than the path's MTU, but that may have a reason */
#define FACT_DIRECTION_FEW FACT(31)  /* the tunnel has shown too little for the other direction to be missed */
#define FACT_HANDSHAKE_OPEN FACT(32) /* the other SYN is not known */

/* More on the innermost layer in a tunnel. */
#define FACT_REQUEST FACT(33)      /* an echo request or a SYN: of hosts that answer, or there were many */
#define FACT_REQUEST_OPEN FACT(34) /* and no answer came yet */
#define FACT_SEGMENT FACT(35)      /* TCP data with DF, of which an acknowledgement is due */
#define FACT_SEGMENT_OPEN FACT(36) /* and whether it comes is not known */

/* Of the tunnel: the kind of a tunnel header, or of the one that carries an innermost header (enum ipip_kind, 5 bits). */
enum { FACT_KIND = 37, FACT_KIND_BITS = 5 };

_Static_assert((int)IPIP_KINDS <= 1 << (int)FACT_KIND_BITS, "kinds have room");

#define FACTS_OF_KIND(kind) ((uint64_t)(kind) << FACT_KIND)

static inline unsigned facts_kind(uint64_t context)
{
    return (unsigned)(context >> FACT_KIND) & ((1U << FACT_KIND_BITS) - 1);
}

#define FACT_IPV6 FACT(42)         /* the header is IPv6 */
#define FACT_INNER_IPV6 FACT(43)   /* the one inside is */
#define FACT_GRE_CHECKSUM FACT(44) /* a GRE header between them has one */
#define FACT_GRE_SEQUENCE FACT(45)
#define FACT_SHIM_CUT FACT(46) /* not all headers between them are captured */
#define FACT_GRE FACT(47)      /* a GRE header is between them, be it captured or not */
#define FACT_FOREIGN \
    FACT(48) /* an innermost header in an Ethernet frame, or folded into the outer one: not the tunnel's */

/* Of 6in4, by the addresses of the header inside: known as soon as that is seen. */
#define FACT_NOT_6TO4 FACT(50)
#define FACT_NOT_ISATAP FACT(51)    /* a packet of 6to4 is none of ISATAP */
#define FACT_NOT_AUTOMATIC FACT(52) /* neither */

#define FACT_INNER_OPTIONS FACT(53) /* both headers are IPv6, and the one inside has extension headers */

/* Of 6in4, where the bits of GRE have no meaning: the direction has shown that it is one of 6to4; its path MTU is not known. */
#define FACT_OF_6TO4 FACT(44)
#define FACT_PATH_OPEN FACT(45)

/* With GRE, where the bits of 6in4 have no meaning: its sequence number is the first that is known. */
#define FACT_SEQUENCE_OPEN FACT(50)
#define FACT_KEEPALIVE_OPEN FACT(52) /* a keepalive, whose answer could not be seen */
#define FACT_KEYS_FEW FACT(51)       /* too few packets to compare the keys of both directions */

/* Likewise with ESP: whether it is in clear is not known. */
#define FACT_ESP_OPEN FACT(50)

/* Of a tunnel header, where the bits of an innermost layer have no meaning: it has a sequence number of IPsec, the first that is known. */
#define FACT_ASSOCIATION FACT_REQUEST
#define FACT_ASSOCIATION_OPEN FACT_REQUEST_OPEN
/* Likewise: TCP or UDP is inside, whose flow the outer header may tell routers; its ports are not captured; too few to tell. */
#define FACT_FLOW_INSIDE FACT_SEGMENT
#define FACT_FLOW_UNSEEN FACT_HANDSHAKE_OPEN
#define FACT_LABELS_FEW FACT_SEGMENT_OPEN
#define FACT_PORTS_FEW FACT_HANDSHAKE
#define FACT_BINDING_OPEN \
    FACT_SEGMENT_OPEN /* of GRE and minimal encapsulation, where IPv4 has no labels: no registration */
/* Of a tunnel header of IPv4 with IPv4 inside: to a home agent of Mobile IP, whose registrations may not be known. */
#define FACT_TO_HOME_AGENT FACT_HANDSHAKE
#define FACT_REGISTRATION_OPEN FACT_INNER_OPTIONS
#define FACT_COPIES_FEW FACT_HANDSHAKE /* of 6in6 and GRE, where the bit of UDP has no meaning: labels that agree */

enum { FACT_CONTEXT_BITS = 54 };

/* Of a tunnel header, but for 6in4: numbers by which a receiver may drop what comes too late. */
#define FACTS_OF_SEQUENCE (FACT_SHIM | FACT_GRE_SEQUENCE | FACT_ASSOCIATION)

/* Triggers of a header. First what is context, too. */
#define TRIGGER_VERSION_WRONG FACT_VERSION_WRONG
#define TRIGGER_IHL_SHORT FACT_IHL_SHORT
#define TRIGGER_TOTAL_SHORT FACT_TOTAL_SHORT
#define TRIGGER_TOTAL_LONG FACT_TOTAL_LONG
#define TRIGGER_OPTIONS FACT_OPTIONS
#define TRIGGER_FRAGMENT FACT_FRAGMENT
#define TRIGGER_INNER_CUT FACT_INNER_CUT
#define TRIGGER_NO_ROOM FACT_NO_ROOM
#define TRIGGER_SHIM FACT_SHIM
#define TRIGGER_SUPERPACKET FACT_SUPERPACKET
#define TRIGGERS_OF_CONTEXT (FACT(10) - 1)
/* About one header. */
#define TRIGGER_CHECKSUM_WRONG FACT(10)
#define TRIGGER_RESERVED_FLAG FACT(11)
#define TRIGGER_TTL_ZERO FACT(12)
#define TRIGGER_DF_FRAGMENT FACT(13)
#define TRIGGER_MISALIGNED FACT(14)
#define TRIGGER_OVERFLOW FACT(15)
#define TRIGGER_TINY FACT(16)
#define TRIGGER_ID_ZERO FACT(17) /* Identification 0 with DF clear on a tunnel header */
#define TRIGGER_SRC_SPECIAL FACT(18)
#define TRIGGER_DST_SPECIAL FACT(19)
#define TRIGGER_SELF FACT(20)      /* source equals destination of a tunnel header */
#define TRIGGER_RECURSIVE FACT(21) /* a tunnel header with the addresses of one further out */
#define TRIGGER_DEEP FACT(22)      /* more than 3 IP headers; on the innermost layer */
#define TRIGGER_TRANSPORT_WRONG FACT(23)
#define TRIGGER_TRANSPORT_PARTIAL FACT(24) /* the checksum field holds the sum of the pseudo-header only */
#define TRIGGER_ORPHAN FACT(25)            /* a later fragment, and the first one is not known */
/* About a header and the one inside. */
#define TRIGGER_DEMUX FACT(26)
#define TRIGGER_DSCP_DIFFERS FACT(27)
#define TRIGGER_ECN_DIFFERS FACT(28)
#define TRIGGER_ECN_BOTH_CE FACT(29)
#define TRIGGER_DF_LOST FACT(30)
#define TRIGGER_DF_NEITHER FACT(31)
#define TRIGGER_INNER_LONG FACT(32)  /* inner Total Length beyond the outer payload */
#define TRIGGER_INNER_SHORT FACT(33) /* octets behind the inner datagram */
#define TRIGGER_INNER_TTL_ZERO FACT(34)
#define TRIGGER_SRC_IS_ENTRY FACT(35)
#define TRIGGER_SRC_IS_EXIT FACT(36) /* of this tunnel or of one further out */
#define TRIGGER_SAME_PAIR FACT(37)
#define TRIGGER_INNER_SRC_SPECIAL FACT(38)
#define TRIGGER_INNER_DST_SPECIAL FACT(39)
#define TRIGGER_SCOPE_MIX FACT(40)
#define TRIGGER_INNER_FRAGMENT FACT(41)
#define TRIGGER_INNER_DF FACT(42) /* of a datagram reassembled on the outer layer */
#define TRIGGER_DST_IS_ENTRY FACT(43)
/* About the headers between those two, of any kind but IPv4 in IPv4. */
#define TRIGGER_SHIM_ODD FACT(44) /* one of them is not as it usually is */
#define TRIGGER_SHIM_SUM FACT(45) /* the checksum of one is wrong, not captured whole, or, of UDP, missing */
#define TRIGGER_LOW_PORT FACT(46) /* GRE in UDP from a source port that is no dynamic one */
/* Of IPv6 addresses, and of extension headers. */
#define TRIGGER_MAPPED FACT(47) /* an IPv4-mapped or -compatible address in an IPv6 header */
#define TRIGGER_INNER_SRC_MAPPED FACT(48)
#define TRIGGER_AUTOMATIC FACT(49)     /* 6to4 or ISATAP addresses in 6in4 */
#define TRIGGER_RELAY FACT(50)         /* to or from the anycast address of 6to4 relays */
#define TRIGGER_INNER_OPTIONS FACT(51) /* as in the context */
/* What a tunnel carries is not read: in ESP; because it is no IP packet, or compressed. */
#define TRIGGER_ESP FACT(52)
#define TRIGGER_ENDED FACT(53)
#define TRIGGER_MINIMAL_FRAGMENT FACT(54) /* a header of minimal encapsulation, which is one of a fragment */
#define TRIGGER_LARGE_6IN4 FACT(60) /* more than every decapsulator of 6in4 must put together (RFC 4213 section 3.6) */

/* Whether FACT_WELL_FORMED is one of layer `k`. */
bool facts_is_well_formed(const struct ipip_stack *stack, unsigned k);

/* Of an IPv6 layer; what an IPv4 header with a wrong version looks like is none (IPIP601). */
static inline bool facts_is_ipv6(const struct ipip_layer *layer)
{
    return layer->ip.version == 6 && layer->kind != IPIP_KIND_IPIP;
}

/* The fewest octets that the first fragment of a tunnel packet should carry: those by which filters decide. */
uint32_t facts_first_fragment_min(const struct ipip_layer *layer);

/* As FACT_WELL_FORMED, or what is wrong; and the triggers of a well-formed header: of IPv6 (facts_ipv6.c). */
uint64_t facts_ipv6_validity(const struct ipip_stack *stack, unsigned k);
uint64_t facts_ipv6_triggers(const struct ipip_layer *layer);

/*
 * The only extension header is that of an encapsulation limit of 4, the usual one, as encapsulators write it (RFC 2473 section 5.1): every
 * rule on extension headers would pass.
 */
bool facts_ipv6_has_limit_only(const struct ipip_layer *layer);

/* Of 6in4: what kind of IPv6 addresses are inside; `inner` is NULL where no header was read (facts_automatic.c). */
struct facts facts_of_6in4(const struct ipip_ip *outer, const struct ipip_ip *inner);

/* Of a tunnel header of any kind but IPv4 in IPv4: what lies between it and what is inside (facts_shims.c). */
struct facts facts_of_shims(const struct ipip_kinds *kinds, const struct ipip_layer *layer);

/* The same, and what follows from what is inside; `inner` is NULL where no header was read there. */
struct facts facts_between(const struct ipip_kinds *kinds, const struct ipip_layer *outer,
                           const struct ipip_layer *inner);

/* The facts of the header of layer `k` alone. */
struct facts facts_of_header(const struct ipip_stack *stack, unsigned k);

/* The facts of the relation between layer `k` and what it carries; 0 where it is no tunnel header. The stack was read with these kinds. */
struct facts facts_of_relation(const struct ipip_stack *stack, const struct ipip_kinds *kinds, unsigned k);

/* Both for a layer that carries another one, `outer[1]`. */
struct facts facts_of_tunnel(const struct ipip_stack *stack, const struct ipip_kinds *kinds,
                             const struct ipip_layer *outer);

/* Both for the innermost layer. */
struct facts facts_of_innermost(const struct ipip_stack *stack, const struct ipip_kinds *kinds);

/* The triggers of the octets TOS of a header and of the one inside. */
static inline uint64_t facts_of_tos(uint8_t outer, uint8_t inner)
{
    uint8_t difference = outer ^ inner;
    uint64_t triggers = 0;

    if ((difference | (outer & 3)) == 0)
        return 0;
    if (difference >> 2 != 0)
        triggers |= TRIGGER_DSCP_DIFFERS;
    if ((difference & 3) != 0)
        triggers |= TRIGGER_ECN_DIFFERS;
    else if ((outer & 3) == IPIP_CE)
        triggers |= TRIGGER_ECN_BOTH_CE;
    return triggers;
}

#endif
