/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is remembered of a tunnel direction. */
#ifndef IPIP_CORE_FLOW_TUNNEL_H
#define IPIP_CORE_FLOW_TUNNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/habit_stats.h"
#include "ipip/stack.h"
#include "ipip/tunnel_direction.h"
#include "packet/facts.h"

/* Rules that are a habit of the tunnel (rules/once.h): those about one kind. */
enum { TUNNEL_HABITS = 10 };

enum {
    /* Packets from which on a habit is a habit. */
    TUNNEL_HABIT_PACKETS = IPIP_HABIT_PACKETS,
    TUNNEL_ONE_WAY_PACKETS = 100,
    TUNNEL_ID_RUN = 10,
    TUNNEL_HOPS_MAX = IPIP_TTL_HOPS_MAX,
};

/* What a checksum field of 0 means in the direction. */
enum tunnel_sums { TUNNEL_SUMS_OPEN, TUNNEL_SUMS_OFFLOAD, TUNNEL_SUMS_WRONG };

struct tunnel {
    /* What each packet needs, in as few cache lines as can be; then what few do. */
    struct ipip_habit_stats stats;
    int64_t last_time; /* the latest */
    uint32_t met;      /* headers, whatever is inside */
    uint16_t tunnel_policy;
    uint16_t answered;               /* the largest inner datagram with an answer, of those that were followed */
    uint16_t habits : TUNNEL_HABITS; /* that have been reported */
    bool is_watched : 1; /* something larger than that waits for an answer: smaller ones are followed, too */
    bool id_run_has_fragment : 1;
    bool has_id_run : 1;    /* of TUNNEL_ID_RUN datagrams, once at least */
    bool has_id_rate : 1;   /* as tunnel_exceeds_id_rate(), once at least */
    bool has_segments : 1;  /* packets that are several ones on the wire */
    bool is_from_relay : 1; /* of 6to4: what its packets have shown of its ends (automatic.h) */
    bool is_to_relay : 1;
    uint8_t sums : 2;            /* of enum tunnel_sums */
    bool is_answered : 1;        /* the other direction has been seen */
    bool has_own_traffic : 1;    /* between its own ends */
    bool is_own_answered : 1;    /* in both directions */
    bool is_learnt : 1;          /* seen while the policy learns the legitimate endpoints */
    bool is_wire : 1;            /* captured on a link, where nothing merges packets */
    bool is_vantage_refuted : 1; /* the policy's vantage for all directions does not hold for this one */
    uint8_t rate_streak;         /* seconds in a row before it that had too many */
    uint16_t id_last;
    uint16_t rate_count; /* non-atomic datagrams in the second */
    uint32_t rate_second;
    uint32_t id_count;              /* non-atomic datagrams */
    uint32_t id_run;                /* non-atomic datagrams in a row with the Identification `id_last` */
    uint32_t unfilled;              /* headers at the outside whose checksum field is 0, and should not be */
    uint32_t counts[TUNNEL_HABITS]; /* on how many packets each habit was the case, since it was reported */
    int64_t first_time;
    struct ipip_addr src, dst;
    uint64_t kind : FACT_KIND_BITS; /* of enum ipip_kind */
    uint64_t is_6to4 : 1;           /* likewise */
    uint64_t is_from_router : 1;    /* of ISATAP */
    uint64_t is_to_router : 1;
    uint64_t discriminator : 56;
};

static inline struct ipip_tunnel_direction tunnel_direction(const struct tunnel *tunnel)
{
    return (struct ipip_tunnel_direction){tunnel->src, tunnel->dst, (enum ipip_kind)tunnel->kind,
                                          tunnel->discriminator};
}

/* One non-atomic datagram more, at this time. */
void tunnel_observe_id(struct tunnel *tunnel, uint16_t id, bool is_fragment, int64_t time);

/* More non-atomic datagrams a second, for 3 seconds, than Identifications last for (IPIP623). */
bool tunnel_exceeds_id_rate(const struct tunnel *tunnel);

/* An Identification of its own matters: what is not atomic (RFC 6864 section 4). */
static inline bool is_atomic(const struct ipip_ip *ip)
{
    return (ip->flags & (IPIP_IP_DF | IPIP_IP_FRAGMENT)) == IPIP_IP_DF;
}

#endif
