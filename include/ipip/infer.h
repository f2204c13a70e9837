/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inferences on the configuration of a tunnel, from what its packets have shown.
 *
 * For every header field encapsulators have a few candidate behaviours. An inference holds those that explain the
 * packets. Where several explain them equally, traffic can't distinguish them, and the inference holds them all.
 * Allocates nothing.
 */
#ifndef IPIP_INFER_H
#define IPIP_INFER_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/policy.h"
#include "ipip/tunnel_stats.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The candidates for the outer TTL and for the outer DSCP. */
enum ipip_candidate { IPIP_CANDIDATE_FIXED, IPIP_CANDIDATE_INHERITED, IPIP_CANDIDATE_COUNT };

struct ipip_inference {
    /*
     * Bits 1 << candidate: those that explain the packets equally well, and better than others. One bit: observed.
     * Several: not observable. None: no candidate explains 19 in 20, so they vary, or are a constant of their own.
     */
    unsigned candidates;
    uint32_t agree;   /* packets that these candidates explain */
    uint32_t packets; /* of so many */
    uint32_t margin;  /* how many more packets they explain than the next best candidate */
    /* Of a fixed TTL, as it is where it was captured; of a fixed DSCP; the hops of an inherited TTL: the least and the most. */
    uint8_t value;
    uint8_t value_max;
    uint16_t constant; /* of Identifications that no candidate explains: the one that all have, or 0 */
    bool is_tentative; /* it is more than a guess, but no rule would report it yet */
};

struct ipip_inferences {
    struct ipip_inference ttl;  /* by enum ipip_candidate */
    struct ipip_inference dscp; /* by enum ipip_candidate */
    struct ipip_inference ecn;  /* by enum ipip_ecn_encap */
    struct ipip_inference df;   /* by enum ipip_df_policy */
    struct ipip_inference id;   /* by enum ipip_id_policy */
    /*
     * Bits 1 << index of ipip_profile_at(): implementations with whose habits all inferences agree. None with few
     * packets.
     */
    unsigned profiles;
    bool is_few;            /* packets: less than IPIP_HABIT_PACKETS */
    unsigned encapsulators; /* that share the source, as their Identifications show; 0: no more than one is known of */
};

/* What the statistics show. */
struct ipip_inferences ipip_infer(const struct ipip_tunnel_stats *stats);

struct ipip_inventory;
struct ipip_direction_stats;

/* What a direction shows, of whatever kind it is. Only of IPv4 in IPv4 implementations are known, but for Linux. */
struct ipip_inferences ipip_infer_direction(const struct ipip_inventory *inventory,
                                            const struct ipip_direction_stats *seen);

/* Exactly this candidate. */
static inline bool ipip_inference_is(const struct ipip_inference *inference, int candidate)
{
    return inference->candidates == 1U << candidate;
}

/* More than one candidate explains the packets. */
static inline bool ipip_inference_is_open(const struct ipip_inference *inference)
{
    return (inference->candidates & (inference->candidates - 1)) != 0;
}

#ifdef __cplusplus
}
#endif

#endif
