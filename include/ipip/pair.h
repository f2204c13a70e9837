/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two captures of one tunnel, packet by packet: at the tunnel device (or on the LAN) and on the wire, or on the wire at the entry and at
 * the exit. The same datagram is found on both sides by what encapsulation must not change (RFC 2003 section 3): inner addresses,
 * protocol, Identification, lengths, fragment offset and payload; not TTL, TOS octet, DF, checksums and options, nor a UDP or TCP
 * checksum, which a network card may finish later.
 *
 * First a survey reads both captures, and tells which side is which and how far their clocks are apart. Then a pairing takes the
 * packets of both, merged by corrected time. It remembers those of a window: memory is bounded, and all allocated when it is made, but
 * for what it counts of tunnels. Neither prints. One thread at a time uses one of them.
 */
#ifndef IPIP_PAIR_H
#define IPIP_PAIR_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/drop.h"
#include "ipip/packet.h"
#include "ipip/tunnel_direction.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The first one is the inner side, or, of two captures on the wire, the one named first. */
enum ipip_pair_side { IPIP_PAIR_FIRST, IPIP_PAIR_SECOND, IPIP_PAIR_SIDES };

/* What the two sides are. */
enum ipip_pair_relation {
    IPIP_PAIR_UNRELATED,   /* no datagram of the only file was seen on both sides */
    IPIP_PAIR_NO_TUNNEL,   /* datagrams were, but in no tunnel */
    IPIP_PAIR_INNER_OUTER, /* the second side has tunnel headers more */
    IPIP_PAIR_OUTER_OUTER, /* tunnel packets on both */
};

/* How the offset between the clocks was found. */
enum ipip_pair_clock_basis {
    IPIP_PAIR_ONE_CLOCK, /* nothing contradicts one clock: offset 0 */
    IPIP_PAIR_BOTH_WAYS, /* packets of both directions, as NTP does: as right as both ways take the same time */
    IPIP_PAIR_ONE_WAY,   /* packets of one direction: the fastest one counts as having taken no time */
};

/* The clock of the second side against that of the first one. */
struct ipip_pair_clock {
    enum ipip_pair_clock_basis basis;
    int64_t offset;    /* nanoseconds that it is ahead, at `reference` */
    double drift;      /* that it gains, in seconds a second */
    int64_t reference; /* a time of the second side */
};

/* A time of the second side by the clock of the first one. */
int64_t ipip_pair_clock_correct(const struct ipip_pair_clock *clock, int64_t time);

/* Which packets are of a side. */
struct ipip_pair_selection {
    unsigned file;
    bool is_any_place; /* else those captured in `place` */
    uint64_t place;
    bool is_any_kind; /* else only tunnel packets, or, without `is_tunnel`, only others */
    bool is_tunnel;
};

struct ipip_pair_layout {
    enum ipip_pair_relation relation;
    struct ipip_pair_selection sides[IPIP_PAIR_SIDES];
    unsigned depth_max;   /* IP headers that a datagram of the inner side has; one with more is of no interest */
    uint32_t payload_max; /* octets of payload that are compared: what snapshot lengths leave of it on both sides */
    struct ipip_pair_clock clock;
    uint64_t samples; /* datagrams that this rests upon; 0: none is on both sides, and tunnel packets suggest it */
};

struct ipip_pair_survey;

/*
 * Of packets read with these kinds, in 1 or 2 files. NULL where there is no memory: about 4 MiB. Of a large capture it keeps a sample of
 * datagrams that depends on `seed`, the same ones on both sides.
 * Of more than 64 interfaces the later ones are left out.
 */
struct ipip_pair_survey *ipip_pair_survey_new(const struct ipip_kinds *kinds, unsigned files, uint64_t seed);
void ipip_pair_survey_free(struct ipip_pair_survey *survey); /* NULL: nothing happens */

/* A packet of file 0 or 1; those of one file in their order. */
void ipip_pair_survey_take(struct ipip_pair_survey *survey, unsigned file, const struct ipip_packet *packet);

struct ipip_pair_layout ipip_pair_survey_end(struct ipip_pair_survey *survey);

/* Why a datagram was seen on one side only, as far as the captures show it; the first that applies. */
enum ipip_pair_reason {
    IPIP_PAIR_DUPLICATE, /* one more of the same; the others were matched */
    IPIP_PAIR_SEGMENTED, /* its TCP data was found on the other side in other segments: offload to a network card, as GRO and TSO */
    IPIP_PAIR_MISSED,     /* it came from the other side: that capture does not have it, or the encapsulator made it */
    IPIP_PAIR_TOO_BIG,    /* an ICMP error reported it to its sender */
    IPIP_PAIR_EXPIRED,    /* its TTL expired, and an ICMP error reported it to its sender */
    IPIP_PAIR_REFUSED,    /* its sender got another ICMP error */
    IPIP_PAIR_OPAQUE,     /* what the tunnel packets carry can't be read: encrypted, compressed */
    IPIP_PAIR_BEYOND_MTU, /* larger than the path takes, by an ICMP error to the encapsulator: `mtu` */
    IPIP_PAIR_MALFORMED,  /* an IP stack drops it: `drop` tells why */
    IPIP_PAIR_ECN,        /* Not-ECT, in a tunnel packet with CE: the exit must drop it (RFC 6040 section 4.2) */
    IPIP_PAIR_TTL,        /* TTL 1 or 0 before the tunnel; 0 behind it (RFC 2003 section 3.1) */
    IPIP_PAIR_UNKNOWN_PEER, /* no packet between these tunnel ends was found on the other side */
    IPIP_PAIR_LOCAL,        /* to the tunnel's end itself, or to its link: it does not go on */
    IPIP_PAIR_REFUSED_BY_EXIT, /* the exit answered the tunnel packet with an ICMP error to the encapsulator: `other_frame` */
    IPIP_PAIR_IN_PART,         /* some of its fragments, or of its TCP data, were found on the other side, not all */
    IPIP_PAIR_ALTERED,         /* the other side has one with its header and another payload: `other_frame` */
    IPIP_PAIR_BEFORE,          /* captured before the first packet of the other side */
    IPIP_PAIR_AFTER,           /* after the last one: lost, or the other capture had ended */
    IPIP_PAIR_LOST,
    IPIP_PAIR_REASONS
};

/* A word such as "too-big"; never NULL. */
const char *ipip_pair_reason_name(enum ipip_pair_reason reason);

/* Which way a datagram went: from the first side to the second one, or back. */
enum ipip_pair_way { IPIP_PAIR_THERE, IPIP_PAIR_BACK, IPIP_PAIR_WAYS };

enum { IPIP_PAIR_LATENCY_BUCKETS = 1024 };

/* How long datagrams took, in nanoseconds; their distribution in buckets that are at most 1/16 wide. */
struct ipip_pair_latency {
    uint64_t count;
    uint64_t least, most;
    uint64_t buckets[IPIP_PAIR_LATENCY_BUCKETS];
};

/* That `share` of them, 0 to 1, did not take longer than; exact to 1/16, and within `least` and `most`. 0 of none. */
uint64_t ipip_pair_latency_quantile(const struct ipip_pair_latency *latency, double share);

/* What became of a tunnel direction. */
struct ipip_pair_direction {
    struct ipip_tunnel_direction direction;
    enum ipip_pair_way way; /* that most of them went */
    uint64_t matched[IPIP_PAIR_WAYS];
    /* Of the matched, those of which nothing shows the way, as both sides have them at the same time; among `matched` at the end only. */
    uint64_t at_once;
    struct ipip_pair_latency latency[IPIP_PAIR_WAYS];
    uint64_t only[IPIP_PAIR_SIDES][IPIP_PAIR_REASONS];
    uint64_t ambiguous; /* of the matched: there were identical ones */
    uint64_t reordered; /* of the matched: came after one that had gone later (RFC 4737) */
    uint64_t divided;   /* of the matched: whole on one side, in fragments on the other */
    uint64_t dscp_changed, ecn_changed, df_changed;
    int ttl_step_least, ttl_step_most; /* inner TTL before less after; with `matched` */
    uint32_t bytes_most[2];            /* largest matched, in octets: the inner datagram, the tunnel packet */
    uint32_t overhead;                 /* octets that the latest matched has more in the tunnel */
    uint32_t mtu_reported[2];          /* least that ICMP reported: to inner senders, to the encapsulator; 0: none */
};

/* A datagram on both sides, or on one. */
struct ipip_pair_event {
    bool is_match;
    enum ipip_pair_side side;                      /* of one that is on one side */
    uint64_t frame[IPIP_PAIR_SIDES];               /* of a side where it was not seen: 0 */
    int64_t time[IPIP_PAIR_SIDES];                 /* corrected, as given */
    const struct ipip_tunnel_direction *direction; /* NULL: not known */
    struct ipip_addr src, dst;
    bool has_id;    /* IPv6 has an Identification in fragments alone */
    uint32_t id;    /* 0 without one */
    uint32_t bytes; /* of the datagram */
    uint8_t protocol;
    /* Of a match. */
    bool is_ambiguous;
    bool is_reordered;
    unsigned fragments; /* on the other side, of one that is whole on `side`; 0: as it is */
    enum ipip_pair_way way;
    /* Of one that is on one side. */
    enum ipip_pair_reason reason;
    enum ipip_drop_why drop;      /* with IPIP_PAIR_MALFORMED */
    uint64_t other_frame;         /* of the ICMP error, or of what comes next to it; 0: none */
    uint8_t icmp_type, icmp_code; /* of that error; 0 and 0: it is none */
    uint32_t mtu; /* as reported to its sender, or for IPIP_PAIR_BEYOND_MTU to the encapsulator; 0: none */
};

/* Called for each datagram, at the latest when it leaves the window. `event` is valid during the call, which must not call back. */
typedef void ipip_pair_sink(void *context, const struct ipip_pair_event *event);

struct ipip_pair_totals {
    uint64_t matched, ambiguous, reordered, divided;
    uint64_t only[IPIP_PAIR_SIDES][IPIP_PAIR_REASONS];
    uint64_t other_traffic; /* of the inner side: to where nothing of the tunnel goes; no event */
    uint64_t unreadable;    /* tunnel packets in which no datagram can be read: encrypted, no IP ...; no event */
    uint64_t incomplete;    /* tunnel packets of which fragments are missing; no event */
    uint64_t cut_short;     /* datagrams that left the window before its time, since it was full */
};

struct ipip_pair;

enum { IPIP_PAIR_WINDOW_PACKETS = 1 << 16 }; /* of a side that are remembered, at most */

/*
 * Whatever was captured at the tunnel device belongs into the tunnel; of a LAN that is not so: only what goes where others have gone.
 * `is_device`: the first side is a tunnel device. `window` is how long a datagram may take, in nanoseconds. NULL where there is no memory:
 * about 32 MiB. No result depends on `seed`.
 */
struct ipip_pair *ipip_pair_new(const struct ipip_kinds *kinds, const struct ipip_pair_layout *layout, bool is_device,
                                uint64_t window, ipip_pair_sink *sink, void *context, uint64_t seed);
void ipip_pair_free(struct ipip_pair *pair); /* NULL: nothing happens */

/* The next packet of either file, in the order of their times, those of the second side corrected. */
void ipip_pair_take(struct ipip_pair *pair, unsigned file, const struct ipip_packet *packet);

/* Both captures have ended. To be called once. */
void ipip_pair_end(struct ipip_pair *pair);

const struct ipip_pair_totals *ipip_pair_totals(const struct ipip_pair *pair);

/*
 * The tunnel directions, in the order in which they were seen; the one at index 0 counts what belongs to none, or to more than there is
 * room for. NULL behind the last one. Valid until the next packet.
 */
const struct ipip_pair_direction *ipip_pair_direction_at(const struct ipip_pair *pair, unsigned index);

#ifdef __cplusplus
}
#endif

#endif
