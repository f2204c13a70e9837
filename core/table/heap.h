/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows of a table in order of a number that each has, the least first: a heap. Any row can be taken out, and there is no order among
 * equals.
 */
#ifndef IPIP_CORE_HEAP_H
#define IPIP_CORE_HEAP_H

#include <stdint.h>

enum { HEAP_MAX = 1024 }; /* rows, numbered from 1 */

struct heap {
    uint32_t count;
    struct queued_row {
        int64_t order;
        uint32_t row;
    } rows[HEAP_MAX + 1];          /* from 1: those of i are at 2 * i and 2 * i + 1 */
    uint16_t places[HEAP_MAX + 1]; /* by row; 0: it is not in the queue */
};

/* An empty queue is all zeros. The row must not be in it yet. */
void heap_add(struct heap *queue, uint32_t row, int64_t order);

/* Where the row is not in it, nothing happens. */
void heap_remove(struct heap *queue, uint32_t row);

#endif
