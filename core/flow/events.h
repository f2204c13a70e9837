/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the flow has noticed at a packet: the triggers of the rules that need more than one packet. And what there is to know of
 * ICMP messages and of packets beside a tunnel before such a rule is evaluated.
 */
#ifndef IPIP_CORE_FLOW_EVENTS_H
#define IPIP_CORE_FLOW_EVENTS_H

#include <stdint.h>

#define EVENT(name) (UINT64_C(1) << EVENT_##name)

enum event {
    /* On tunnel packets. First the habits of a tunnel, in the order of their notes (tunnel.h): each packet shows them again. */
    EVENT_TTL_INHERITED,
    EVENT_ECN_NEVER,
    EVENT_DSCPS,
    EVENT_ID_RATE,
    EVENT_ID_CONSTANT,
    EVENT_ID_COPIED,
    EVENT_ONE_WAY,
    EVENT_UNEXPECTED,
    EVENT_REENTERED,
    EVENT_RELAYED_AROUND,
    EVENT_SITE_SPOOFED,
    EVENT_PEER_UNKNOWN,
    EVENT_NOT_FOR_EXIT,
    EVENT_UNPROTECTED,
    EVENT_REPEATED,
    EVENT_TWICE,
    EVENT_ID_REUSED,
    EVENT_ID_RESENT,
    EVENT_INNER_ID_REUSED,
    EVENT_OVERLAP,
    EVENT_INCONSISTENT,
    EVENT_INEFFICIENT,
    EVENT_FRAGMENT_SIZE,
    EVENT_VANTAGE,
    EVENT_DISORDER,
    EVENT_MTU_IGNORED,
    /* On ICMP messages. */
    EVENT_EXPIRED,
    EVENT_QUOTE_SHORT,
    EVENT_QUOTE_MISMATCH,
    EVENT_CODE_MAPPED,
    EVENT_FORBIDDEN_RELAY,
    EVENT_QUENCH,
    EVENT_EXCEEDED_MAPPED,
    EVENT_PARAMETER_RELAYED,
    EVENT_NO_DECAPSULATOR,
    EVENT_MTU_VALUE,
    EVENT_MTU_INSANE,
    EVENT_ABOUT_ICMP,
    EVENT_FROM_EXIT,
    /* On packets beside a tunnel. */
    EVENT_NOT_REPORTED,
    EVENT_NOT_RELAYED,
    EVENT_BLACK_HOLE,
    EVENT_NOT_BEHIND,
    /* On any packet: a datagram has waited too long. */
    EVENT_INCOMPLETE,
};

/* A rule that goes by one of these fails wherever it is, and where it applies: `check` never says otherwise. */
#define EVENT_HABITS (EVENT(UNEXPECTED) - 1)

/* Of ICMP messages. */
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
    ICMP_FACT_WAITING = 1 << 19, /* for the encapsulator to say something */
    ICMP_FACT_QUOTE_CUT = 1 << 20,
    ICMP_FACT_DOUBTED = 1 << 21, /* it can't be true: nothing follows from it */
};

/* Of packets beside a tunnel. */
enum inner_side_fact {
    INNER_SIDE_FACT_LEFT = 1 << 0,        /* has come out of the tunnel and gone on */
    INNER_SIDE_FACT_UNREACHABLE = 1 << 1, /* goes to where an ICMP error said there is no way */
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
