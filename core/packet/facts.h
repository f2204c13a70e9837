/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be known of one layer of a packet before any rule is evaluated: one bit a fact.
 *
 * The lower half says what kind of header this is and what of it can be seen; with it every rule knows whether it applies.
 * The upper half are triggers: what is unusual. A packet without triggers fails no rule, and none is evaluated.
 */
#ifndef IPIP_CORE_FACTS_H
#define IPIP_CORE_FACTS_H

#include <stdint.h>

#include "ipip/stack.h"

#define FACT(bit) (UINT64_C(1) << (bit))

/* Context. */
#define FACT_OUTERMOST FACT(0)
#define FACT_ENCAPSULATED FACT(1)    /* has a tunnel header outside */
#define FACT_TUNNEL FACT(2)          /* announces an IPv4 datagram inside */
#define FACT_WELL_FORMED FACT(3)     /* IPIP601 to IPIP606 pass */
#define FACT_OPTIONS FACT(4)         /* also a trigger: whoever reads options walks them */
#define FACT_FRAGMENT FACT(5)        /* also a trigger */
#define FACT_WHOLE FACT(6)           /* reassembled: the relation to the layer inside, without the header itself */
#define FACT_FRAGMENT_HEADER FACT(7) /* the header itself, where FACT_WHOLE has the relation */
#define FACT_TRANSPORT FACT(8)       /* innermost TCP or UDP with a checksum */
#define FACT_SUPERPACKET FACT(9)     /* larger than any link: not segmented yet, or merged; also a trigger */
#define FACT_NON_ATOMIC FACT(10)     /* a tunnel header whose Identification must be unique (RFC 6864 section 4) */
#define FACT_FEW FACT(11)            /* the tunnel has shown too little for a habit */
#define FACT_INNER_ECT FACT(12)      /* the inner transport uses ECN */
#define FACT_ECT_FEW FACT(13)        /* but not on enough packets yet */
#define FACT_IDS_FEW FACT(14)        /* too few Identifications in a row */
#define FACT_PATH_MTU FACT(15)       /* DF is set, and an ICMP error told the MTU of the path */
/* Blindness. */
#define FACT_INNER_BAD FACT(16)      /* no valid IPv4 header inside: relations don't exist */
#define FACT_INNER_CUT FACT(17)      /* the header inside is not captured; also a trigger */
#define FACT_INNER_UNSEEN FACT(18)   /* the header inside is in another fragment, or beyond the nesting limit */
#define FACT_VERSION_UNSEEN FACT(19) /* not even the first octet inside is captured */
#define FACT_HEADER_CUT FACT(20)     /* options not captured whole */
#define FACT_PAYLOAD_CUT FACT(21)    /* the innermost payload is not captured whole, or only in part reassembled */
#define FACT_OVER_UNKNOWN FACT(22)   /* larger than the path's MTU, but that may have a reason */
#define FACT_DIRECTION_FEW FACT(23)  /* the tunnel has shown too little for the other direction to be missed */

/*
 * Of the innermost datagram in a tunnel, by its transport. These share bits with what only a tunnel header has: a rule on one of them
 * excludes FACT_TUNNEL.
 */
#define FACT_HANDSHAKE FACT(11)      /* the second SYN of a TCP connection, or one that should be */
#define FACT_HANDSHAKE_OPEN FACT(22) /* the other one is not known */

/* Triggers about one header. */
#define FACT_VERSION_WRONG FACT(24)
#define FACT_IHL_SHORT FACT(25)
#define FACT_TOTAL_SHORT FACT(26)
#define FACT_TOTAL_LONG FACT(27)
#define FACT_CHECKSUM_WRONG FACT(28)
#define FACT_RESERVED_FLAG FACT(29)
#define FACT_TTL_ZERO FACT(30)
#define FACT_DF_FRAGMENT FACT(31)
#define FACT_MISALIGNED FACT(32)
#define FACT_OVERFLOW FACT(33)
#define FACT_TINY FACT(34)
#define FACT_ID_ZERO FACT(35) /* Identification 0 with DF clear on a tunnel header */
#define FACT_SRC_SPECIAL FACT(36)
#define FACT_DST_SPECIAL FACT(37)
#define FACT_SELF FACT(38)      /* source equals destination of a tunnel header */
#define FACT_RECURSIVE FACT(39) /* a tunnel header with the addresses of one further out */
#define FACT_DEEP FACT(40)      /* more than 3 IP headers; on the innermost layer */
#define FACT_TRANSPORT_WRONG FACT(41)
#define FACT_TRANSPORT_PARTIAL FACT(42) /* the checksum field holds the sum of the pseudo-header only */
#define FACT_ORPHAN FACT(43)            /* a later fragment, and the first one is not known */
/* Triggers about a header and the one inside. */
#define FACT_NO_ROOM FACT(44)
#define FACT_DEMUX FACT(45)
#define FACT_DSCP_DIFFERS FACT(46)
#define FACT_ECN_DIFFERS FACT(47)
#define FACT_ECN_BOTH_CE FACT(48)
#define FACT_DF_LOST FACT(49)
#define FACT_DF_NEITHER FACT(50)
#define FACT_INNER_LONG FACT(51)  /* inner Total Length beyond the outer payload */
#define FACT_INNER_SHORT FACT(52) /* octets behind the inner datagram */
#define FACT_INNER_TTL_ZERO FACT(53)
#define FACT_SRC_IS_ENTRY FACT(54)
#define FACT_SRC_IS_EXIT FACT(55) /* of this tunnel or of one further out */
#define FACT_SAME_PAIR FACT(56)
#define FACT_INNER_SRC_SPECIAL FACT(57)
#define FACT_INNER_DST_SPECIAL FACT(58)
#define FACT_SCOPE_MIX FACT(59)
#define FACT_SHIM FACT(60)
#define FACT_INNER_FRAGMENT FACT(61)
#define FACT_INNER_DF FACT(62) /* of a datagram reassembled on the outer layer */

#define FACT_HELD FACT(63) /* a fragment that waits for others */

/* The facts on which the verdict of an untriggered rule depends. */
#define FACT_CONTEXT                                                                                            \
    ((FACT(24) - 1) | FACT_NO_ROOM | FACT_VERSION_WRONG | FACT_IHL_SHORT | FACT_TOTAL_SHORT | FACT_TOTAL_LONG | \
     FACT_SHIM | FACT_HELD)

#define FACT_TRIGGERS (~UINT64_C(0) << 24 | FACT_OPTIONS | FACT_FRAGMENT | FACT_SUPERPACKET | FACT_INNER_CUT)

/* Whether FACT_WELL_FORMED is one of layer `k`. */
bool facts_is_well_formed(const struct ipip_stack *stack, unsigned k);

/* The facts of the header of layer `k` alone. */
uint64_t facts_of_header(const struct ipip_stack *stack, unsigned k);

/* The facts of the relation between layer `k` and what it carries; 0 where it is no tunnel header. */
uint64_t facts_of_relation(const struct ipip_stack *stack, unsigned k);

/* The facts of the innermost layer's payload, and of the stack as a whole. */
uint64_t facts_of_innermost(const struct ipip_stack *stack);

#endif
