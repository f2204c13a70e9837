/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened when, in at most TIMELINE_BINS bins of equal width. Where they don't reach, their width doubles and each takes in its
 * neighbour: memory never grows, nothing is left out, and between half and all of the bins are in use.
 */
#ifndef IPIP_ANALYZER_REPORT_PAGE_TIMELINE_H
#define IPIP_ANALYZER_REPORT_PAGE_TIMELINE_H

#include <glib.h>
#include <stdint.h>

enum { TIMELINE_BINS = 128 };

struct timeline {
    size_t bytes;                            /* of what a bin holds; all zero: nothing happened */
    void (*merge)(void *to, const void *in); /* adds one bin to another */
    gboolean is_used;
    unsigned shift;       /* a bin is 1 << shift nanoseconds wide */
    uint64_t first, last; /* the bins in use, by number: ordered time >> shift */
    guint8 *bins;
};

struct timeline timeline_new(size_t bytes, void (*merge)(void *to, const void *in));
void timeline_clear(struct timeline *timeline);

/* What the bin of this time holds, to be added to. Valid until the next call. */
void *timeline_at(struct timeline *timeline, int64_t time);

/* What the bin `number`, from `first` to `last`, holds; and where it begins, in nanoseconds from `origin`. */
const void *timeline_bin(const struct timeline *timeline, uint64_t number);
double timeline_begin(const struct timeline *timeline, uint64_t number, int64_t origin);

/* How wide a bin is, in nanoseconds. */
double timeline_width(const struct timeline *timeline);

#endif
