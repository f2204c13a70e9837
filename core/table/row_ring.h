/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of a table that came in last: one more takes the place of the oldest. */
#ifndef IPIP_CORE_ROW_RING_H
#define IPIP_CORE_ROW_RING_H

#include <stdint.h>

enum { ROW_RING = 64 };

/* An empty ring is all zeros. */
struct row_ring {
    unsigned next;
    uint32_t rows[ROW_RING]; /* 0: none */
};

/* Returns the row whose place it takes, or 0. */
static inline uint32_t row_ring_add(struct row_ring *ring, uint32_t row)
{
    uint32_t oldest = ring->rows[ring->next];

    ring->rows[ring->next] = row;
    ring->next = (ring->next + 1) % ROW_RING;
    return oldest;
}

/* Where the row is not in it, nothing happens. */
static inline void row_ring_remove(struct row_ring *ring, uint32_t row)
{
    for (unsigned k = 0; k < ROW_RING; k++) {
        if (ring->rows[k] == row)
            ring->rows[k] = 0;
    }
}

#endif
