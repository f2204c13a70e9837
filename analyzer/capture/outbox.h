/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Octets that wait to be written: memory that grows. There is no error: without memory the process ends (out_of_memory.h). */
#ifndef IPIP_ANALYZER_OUTBOX_H
#define IPIP_ANALYZER_OUTBOX_H

#include <glib.h>
#include <stdint.h>
#include <string.h>

/* At first all zeros. */
struct outbox {
    uint8_t *next; /* there is room in [next, end) */
    uint8_t *end;
    uint8_t *octets; /* from here to `next` they wait; of g_malloc() */
};

/* As outbox_room(), where there is not enough. */
void outbox_grow(struct outbox *box, size_t bytes);

/* Makes room for so many octets. */
static inline void outbox_room(struct outbox *box, size_t bytes)
{
    if ((size_t)(box->end - box->next) < bytes)
        outbox_grow(box, bytes);
}

static inline void outbox_put(struct outbox *box, const void *data, size_t bytes)
{
    outbox_room(box, bytes);
    memcpy(box->next, data, bytes);
    box->next += bytes;
}

static inline size_t outbox_bytes(const struct outbox *box)
{
    return (size_t)(box->next - box->octets);
}

static inline void outbox_empty(struct outbox *box)
{
    box->next = box->octets;
}

#endif
