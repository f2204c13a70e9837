/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IPIP_CORE_BATCH_H
#define IPIP_CORE_BATCH_H

#include "ipip/batch.h"
#include "packet/parsed_packet.h"

struct batched {
    struct parsed_packet *parsed;
};

struct ipip_batch {
    size_t count;
    size_t room;
    bool hashes_beside;        /* packets beside tunnels are mostly looked for */
    struct parsed_room *next;  /* where the next packet goes: close behind the last one */
    struct parsed_room *rooms; /* so many that any packets fit */
    struct batched packets[];
};

static inline bool batch_is_full(const struct ipip_batch *batch)
{
    return batch->count == batch->room;
}

static inline void batch_clear(struct ipip_batch *batch)
{
    batch->count = 0;
    batch->next = batch->rooms;
}

#endif
