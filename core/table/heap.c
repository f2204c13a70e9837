/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table/heap.h"

static void put(struct heap *q, uint32_t place, struct queued_row queued)
{
    q->rows[place] = queued;
    q->places[queued.row] = (uint16_t)place;
}

/* Puts a row at `place` or further up. */
static void sift_up(struct heap *q, uint32_t place, struct queued_row queued)
{
    for (; place > 1 && queued.order < q->rows[place / 2].order; place /= 2)
        put(q, place, q->rows[place / 2]);
    put(q, place, queued);
}

/* Or further down. */
static void sift_down(struct heap *q, uint32_t place, struct queued_row queued)
{
    for (uint32_t child; (child = 2 * place) <= q->count; place = child) {
        if (child < q->count && q->rows[child + 1].order < q->rows[child].order)
            child++;
        if (queued.order <= q->rows[child].order)
            break;
        put(q, place, q->rows[child]);
    }
    put(q, place, queued);
}

void heap_add(struct heap *q, uint32_t row, int64_t order)
{
    sift_up(q, ++q->count, (struct queued_row){order, row});
}

void heap_remove(struct heap *q, uint32_t row)
{
    uint32_t place = q->places[row];
    struct queued_row last;

    if (place == 0)
        return;
    q->places[row] = 0;
    last = q->rows[q->count--];
    if (last.row == row)
        return;
    if (place > 1 && last.order < q->rows[place / 2].order)
        sift_up(q, place, last);
    else
        sift_down(q, place, last);
}
