/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tunnels of a run: one record a direction, found by its addresses, numbered in order of appearance. */
#ifndef IPIP_CORE_TUNNELS_H
#define IPIP_CORE_TUNNELS_H

#include <stdbool.h>
#include <stdint.h>

/* What is reported once per tunnel and counted from then on. */
enum tunnel_note {
    TUNNEL_NOTE_NONE,
    TUNNEL_NOTE_DF_CLEAR,
    TUNNEL_NOTE_OUTER_FRAGMENTS,
    TUNNEL_NOTE_INNER_FRAGMENTS,
    TUNNEL_NOTE_SCOPE_MIX,
    TUNNEL_NOTE_ECN_COMPATIBILITY,
    TUNNEL_NOTE_CE_RESET,
    TUNNEL_NOTE_TX_OFFLOAD,
    TUNNEL_NOTES
};

struct tunnel {
    uint32_t src;
    uint32_t dst;
    uint64_t notes[TUNNEL_NOTES];
};

struct tunnels {
    struct tunnel *records; /* [0] stands for all that could not be told apart any more */
    uint32_t *slots;        /* open addressing; 0 is empty */
    uint32_t count;         /* records in use, [0] not counted */
    uint32_t slot_mask;
    uint32_t last; /* the record found last: mostly the next one too */
    uint64_t seed;
};

/* False where there is no memory. */
bool tunnels_init(struct tunnels *tunnels, uint64_t seed);
void tunnels_free(struct tunnels *tunnels);

/* The number of the record for this direction, a new one if need be; 0 where there are IPIP_TUNNELS_MAX or no memory. */
uint32_t tunnels_find(struct tunnels *tunnels, uint32_t src, uint32_t dst);

#endif
