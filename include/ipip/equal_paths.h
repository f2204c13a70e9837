/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several constants where one is expected: TTLs of packets that took paths of different length, and Identifications of
 * several encapsulators that share an address. Allocates nothing.
 */
#ifndef IPIP_EQUAL_PATHS_H
#define IPIP_EQUAL_PATHS_H

#include "ipip/stack.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    IPIP_PATH_FLOWS = 8,  /* inner flows that are remembered, for the last packet of each */
    IPIP_ID_COUNTERS = 4, /* that may advance side by side */
};

/* Outer TTLs and hops (inner TTL less outer TTL) by inner flow; all zero before the first packet. */
struct ipip_path_flows {
    uint32_t
        ttl_kept; /* packets with the outer TTL of the packet before in their flow; and others that had one before */
    uint32_t ttl_moved;
    uint32_t hops_kept;
    uint32_t hops_moved;
    uint16_t tag[IPIP_PATH_FLOWS]; /* 0: free */
    uint8_t ttl[IPIP_PATH_FLOWS];
    uint8_t hops[IPIP_PATH_FLOWS];
    uint8_t next; /* the place taken last */
};

/* Counters of Identifications, each of which goes on in small steps. */
struct ipip_id_counters {
    uint32_t clock;   /* packets */
    uint32_t matched; /* that went on with one of the counters */
    uint32_t used[IPIP_ID_COUNTERS];
    uint32_t count[IPIP_ID_COUNTERS]; /* 0: free */
    uint32_t turns[IPIP_ID_COUNTERS]; /* how often it went on after another one had */
    uint16_t last[IPIP_ID_COUNTERS];
    uint8_t current;
};

/* Flows are distinguished by ports, too, if the octets of `inner` are there. */
void ipip_path_flows_add(struct ipip_path_flows *flows, const struct ipip_layer *outer, const struct ipip_layer *inner,
                         bool has_octets);

/* Within their flows, TTLs (or hops) don't change. */
bool ipip_path_flows_keep(uint32_t kept, uint32_t moved);

void ipip_id_counters_add(struct ipip_id_counters *counters, uint16_t id);

/* How many of them advanced side by side: 0 without evidence for more than one. */
unsigned ipip_id_counters_active(const struct ipip_id_counters *counters);

#ifdef __cplusplus
}
#endif

#endif
