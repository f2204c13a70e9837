/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Header prediction: most packets of a tunnel have the headers of an earlier one, but for lengths, Identifications and
 * checksums. What was found out about that one is remembered here, and holds for them as well.
 *
 * Only what is plain is remembered: two headers without options, no fragment, nothing between them, both checksums right, and
 * lengths that fit each other and what is captured. All other packets are read in full, which costs them a comparison.
 */
#ifndef IPIP_CORE_SHAPE_H
#define IPIP_CORE_SHAPE_H

#include "ipip/packet.h"
#include "table/hash.h"

enum {
    SHAPE_OCTETS = 2 * IPIP_IPV4_HEADER_MIN,
    SHAPE_WORDS = SHAPE_OCTETS / 8,
    SHAPES = 2048, /* tunnels times what goes on in each; a few hundred KiB */
};

struct shape {
    uint64_t words[SHAPE_WORDS]; /* the octets that don't vary, 0 for the others */
    enum ipip_end end;
    uint8_t next;
    bool is_known;
    struct ipip_layer layers[2];
    uint64_t facts[2];
    uint64_t addresses[2];
};

struct shapes {
    struct shape all[SHAPES];
};

/* The shape that the packet has, or would have if it is plain. NULL where its lengths, Identification or checksums are odd. */
struct shape *shape_of(struct shapes *shapes, struct ipip_bytes packet, uint64_t words[static SHAPE_WORDS]);

/* Whether it is that of an earlier packet, with these words. */
static inline bool shape_is(const struct shape *shape, const uint64_t words[static SHAPE_WORDS])
{
    uint64_t difference = 0;

    for (int i = 0; i < SHAPE_WORDS; i++)
        difference |= shape->words[i] ^ words[i];
    return difference == 0 && shape->is_known;
}

/* Fills in the reading of a packet with this shape. */
void shape_apply(const struct shape *shape, struct ipip_reading *reading);

/* Remembers the shape of a packet that was read in full, but for its payload, if it is plain. */
void shape_learn(struct shape *shape, const struct ipip_reading *reading, const uint64_t words[static SHAPE_WORDS]);

#endif
