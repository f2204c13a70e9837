/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers and short pieces being put into an outbox's room, in the byte order of the file. */
#ifndef IPIP_ANALYZER_DRAFT_H
#define IPIP_ANALYZER_DRAFT_H

#include <string.h>

#include "outbox.h"

struct draft {
    uint8_t *at;
    gboolean is_swapped; /* against this machine's order */
};

/* In the room that outbox_room() has made; the outbox goes on at `at` when it is over. */
static inline struct draft draft_of(const struct outbox *box, gboolean is_big_endian)
{
    return (struct draft){box->next, is_big_endian != (G_BYTE_ORDER == G_BIG_ENDIAN)};
}

static inline void put16(struct draft *d, uint16_t value)
{
    uint16_t stored = d->is_swapped ? GUINT16_SWAP_LE_BE(value) : value;

    memcpy(d->at, &stored, sizeof stored);
    d->at += sizeof stored;
}

static inline void put32(struct draft *d, uint32_t value)
{
    uint32_t stored = d->is_swapped ? GUINT32_SWAP_LE_BE(value) : value;

    memcpy(d->at, &stored, sizeof stored);
    d->at += sizeof stored;
}

/* A few octets, for which a call of memcpy() takes longer: 8 at a time, the last 8 perhaps overlapping those before. */
static inline void put_octets(struct draft *d, const uint8_t *data, uint32_t bytes)
{
    enum { STEP = 8 };
    uint8_t *end = d->at + bytes;

    if (bytes >= STEP) {
        for (; end - d->at > STEP; d->at += STEP, data += STEP)
            memcpy(d->at, data, STEP);
        memcpy(end - STEP, data - STEP + (end - d->at), STEP);
        d->at = end;
    }
    while (d->at < end)
        *d->at++ = *data++;
}

static inline void put_zeroes(struct draft *d, uint32_t bytes)
{
    while (bytes-- > 0)
        *d->at++ = 0;
}

#endif
