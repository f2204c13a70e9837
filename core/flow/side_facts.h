/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be known of ICMP messages, and of packets on the inner side of a tunnel, before any rule is evaluated. */
#ifndef IPIP_CORE_FLOW_SIDE_FACTS_H
#define IPIP_CORE_FLOW_SIDE_FACTS_H

/* Context of an ICMP message (struct facts, packet/facts.h). */
enum icmp_fact {
    ICMP_FACT_TUNNEL = 1 << 0, /* quotes a tunnel packet: T in rules.md */
    ICMP_FACT_RELAY = 1 << 1,  /* quotes a datagram that is tunnelled, and comes from the encapsulator: R */
    ICMP_FACT_TOO_BIG = 1 << 2,
    ICMP_FACT_TIME_EXCEEDED = 1 << 3, /* in transit */
    ICMP_FACT_HOST_UNREACHABLE = 1 << 4,
    ICMP_FACT_FORBIDDEN = 1 << 5, /* of a kind that must not be relayed */
    ICMP_FACT_PARAMETER = 1 << 6,
    ICMP_FACT_EXCEEDED_BEFORE = 1 << 7, /* a relay of whatever kind, after time exceeded */
    ICMP_FACT_IPV6 = 1 << 8,            /* it is ICMPv6 */
    ICMP_FACT_LIMIT = 1 << 9,           /* about an encapsulation limit of 0, or a relay of such a one */
    ICMP_FACT_MTU_IPV6 = 1 << 10,       /* too big, to a sender of IPv6, of a tunnel with a rule of its own for that */
    /* Blindness. */
    ICMP_FACT_HISTORY_SHORT = 1 << 16,
    ICMP_FACT_CAUSE_UNSEEN = 1 << 17, /* of a relay */
    ICMP_FACT_MTU_UNKNOWN = 1 << 18,
    ICMP_FACT_WAITING = 1 << 19, /* for the encapsulator to send an error */
    ICMP_FACT_QUOTE_CUT = 1 << 20,
    ICMP_FACT_DOUBTED = 1 << 21, /* it can't be true: nothing follows from it */
};

/* Context of a packet on the inner side. */
enum inner_side_fact {
    INNER_SIDE_FACT_LEFT = 1 << 0,        /* has come out of the tunnel and gone on */
    INNER_SIDE_FACT_UNREACHABLE = 1 << 1, /* to an exit that an ICMP error reported unreachable */
    INNER_SIDE_FACT_OVERSIZED = 1 << 2,   /* larger than the path takes, with DF */
    INNER_SIDE_FACT_WATCHED = 1 << 3,     /* goes in, with DF */
    INNER_SIDE_FACT_DIVISIBLE = 1 << 4,   /* goes in, without DF; the MTU of the path is known */
    /* Blindness. */
    INNER_SIDE_FACT_NO_SITE = 1 << 16,
    INNER_SIDE_FACT_REPORT_WAITING = 1 << 17,
    INNER_SIDE_FACT_RELAY_WAITING = 1 << 18,
    INNER_SIDE_FACT_LOSS_WAITING = 1 << 19,
    INNER_SIDE_FACT_DIVISION_WAITING = 1 << 20, /* it must be fragmented */
};

/* Of datagrams that were seen on both sides of a tunnel's end, or should have been. */
enum sides_fact {
    SIDES_FACT_IN = 1 << 0,    /* on its way into the tunnel */
    SIDES_FACT_OUT = 1 << 1,   /* on its way out of it */
    SIDES_FACT_AGAIN = 1 << 2, /* in the tunnel, in two places */
    SIDES_FACT_DF = 1 << 3,    /* had DF before it went in */
    SIDES_FACT_TTL_ZERO = 1 << 4,
    SIDES_FACT_EXPIRES = 1 << 5,  /* has TTL 1, and did not go in */
    SIDES_FACT_REFUSED = 1 << 6,  /* too big by an ICMP error to the sender */
    SIDES_FACT_MIXED = 1 << 7,    /* the inner flow has had another step of the TTL */
    SIDES_FACT_IPV6 = 1 << 8,     /* the datagram is IPv6 */
    SIDES_FACT_NOT_IN = 1 << 9,   /* a pairing did not find it in the tunnel */
    SIDES_FACT_NOT_OUT = 1 << 10, /* or behind it */
    /* Blindness. */
    SIDES_FACT_AMBIGUOUS = 1 << 16,     /* several packets may be the one */
    SIDES_FACT_HEADER_UNSEEN = 1 << 17, /* the other header is not remembered */
    SIDES_FACT_ROUTERS = 1 << 18,       /* there may be routers between the place of capture and the tunnel's end */
    SIDES_FACT_OUTER_UNSEEN = 1 << 20,  /* several tunnel headers, or none that is remembered, were taken away */
    SIDES_FACT_MAY_BE_THERE = 1 << 21,  /* the other capture may not have it */
    SIDES_FACT_FEW = 1 << 19,           /* too few matches, or the capture ends too soon, to miss anything */
};

/* Of UDP on ports that stand for no tunnel. */
enum udp_fact {
    /* Blindness. */
    UDP_FACT_FEW = 1 << 16,  /* packets that look like a tunnel: too few yet */
    UDP_FACT_OPEN = 1 << 17, /* what is behind UDP is not captured */
};

#endif
