/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "timeline.h"

#include <string.h>

/* In the order of time, from 0. */
static uint64_t ordered(int64_t time)
{
    return (uint64_t)time ^ UINT64_C(1) << 63;
}

struct timeline timeline_new(size_t bytes, void (*merge)(void *to, const void *in))
{
    return (struct timeline){.bytes = bytes, .merge = merge, .bins = g_malloc0(bytes * TIMELINE_BINS)};
}

void timeline_clear(struct timeline *timeline)
{
    g_free(timeline->bins);
}

/* So many numbers in a row have places of their own. */
static guint8 *place(const struct timeline *t, guint8 *bins, uint64_t number)
{
    return bins + number % TIMELINE_BINS * t->bytes;
}

static void halve(struct timeline *t)
{
    guint8 *bins = g_malloc0(t->bytes * TIMELINE_BINS);

    for (uint64_t number = t->first; t->is_used; number++) {
        t->merge(place(t, bins, number >> 1), place(t, t->bins, number));
        if (number == t->last)
            break;
    }
    g_free(t->bins);
    t->bins = bins;
    t->first >>= 1;
    t->last >>= 1;
    t->shift++;
}

void *timeline_at(struct timeline *t, int64_t time)
{
    uint64_t at = ordered(time), number = at >> t->shift;

    if (!t->is_used)
        t->first = t->last = number;
    t->is_used = TRUE;
    while (MAX(t->last, number) - MIN(t->first, number) >= TIMELINE_BINS) {
        halve(t);
        number = at >> t->shift;
    }
    t->first = MIN(t->first, number);
    t->last = MAX(t->last, number);
    return place(t, t->bins, number);
}

const void *timeline_bin(const struct timeline *t, uint64_t number)
{
    return place(t, t->bins, number);
}

double timeline_begin(const struct timeline *t, uint64_t number, int64_t origin)
{
    uint64_t begin = number << t->shift, from = ordered(origin);

    return begin >= from ? (double)(begin - from) : -(double)(from - begin);
}

double timeline_width(const struct timeline *t)
{
    return (double)(UINT64_C(1) << t->shift);
}
