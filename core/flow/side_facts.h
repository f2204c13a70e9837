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

#endif
