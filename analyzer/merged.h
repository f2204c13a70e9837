/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packets of several captures in the order of their times; those of one capture in the order of the file. */
#ifndef IPIP_ANALYZER_MERGED_H
#define IPIP_ANALYZER_MERGED_H

#include "frames.h"

struct merged;

/* What is to be known while captures are merged. */
struct merged_use {
    void *context;
    /* The octets of packets returned so far are about to go away; NULL: no matter */
    void (*flush)(void *context);
    /* The time of a packet of this capture by the clock that they are merged by. NULL: as it is. */
    int64_t (*time)(void *context, unsigned capture, int64_t time);
    /* How many packets to read of each capture at most. NULL: all. */
    const uint64_t *limits;
    /* Opens a capture; FALSE where there is nothing to read. NULL: all are open, and stay so. */
    gboolean (*open)(void *context, unsigned capture);
    /* With `open`: it has ended. */
    void (*close)(void *context, unsigned capture);
    /* With `open`: the times of their first packets, or INT64_MIN; each capture is open from then on until it ends. */
    const int64_t *begins;
};

/* Of captures that it reads to their ends, or to a signal. The arguments stay until merged_free(). */
struct merged *merged_new(const struct merged_use *use, struct frames *captures, unsigned count);
void merged_free(struct merged *merged);

/* The next packet, and which capture it is of; NULL where none is left, or nothing more is wanted. It may be changed. */
struct ipip_packet *merged_next(struct merged *merged, unsigned *capture);

#endif
