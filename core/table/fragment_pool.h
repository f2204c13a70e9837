/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Room for the octets of fragments: chains of blocks from one pool of fixed size. The first block of a chain also describes the
 * fragment that it holds. Blocks are numbered from 1; 0 is nothing.
 */
#ifndef IPIP_CORE_FRAGMENT_POOL_H
#define IPIP_CORE_FRAGMENT_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAGMENT_BLOCK_OCTETS = 472 };

struct fragment_block {
    uint32_t next_block;
    uint32_t next_fragment; /* of the same datagram, in order of offset; this and the rest in the first block only */
    uint64_t frame;
    int64_t time;
    uint32_t note;
    uint16_t offset;
    uint16_t bytes;
    uint8_t header_bytes;
    bool is_seen_again;                    /* since the datagram was complete */
    bool is_early;                         /* it came before it was known whether it is one of a tunnel */
    uint8_t octets[FRAGMENT_BLOCK_OCTETS]; /* the header, then the payload */
};

struct fragment_pool {
    struct fragment_block *blocks; /* [0] is unused */
    uint32_t capacity;
    uint32_t used; /* blocks that have ever been in use; those given back are in `free` */
    uint32_t free;
};

/* Room for so many octets, about. False where there is no memory. What has not been in use yet takes none. */
bool fragment_pool_init(struct fragment_pool *pool, size_t bytes);
void fragment_pool_free(struct fragment_pool *pool);

/* Copies `bytes` octets, at least one, into a new chain; 0 where there is no room. */
uint32_t fragment_pool_store(struct fragment_pool *pool, const uint8_t *data, uint32_t bytes);

/* Gives a chain back. Its octets stay as they are until the next fragment_pool_store(). */
void fragment_pool_drop(struct fragment_pool *pool, uint32_t piece);

/* Copies the octets of a chain from `skip` on, `bytes` of them, to `out`. */
void fragment_pool_fetch(const struct fragment_pool *pool, uint32_t piece, uint32_t skip, uint8_t *out, uint32_t bytes);

/* Whether they are these. */
bool fragment_pool_equal(const struct fragment_pool *pool, uint32_t piece, uint32_t skip, const uint8_t *data,
                         uint32_t bytes);

static inline struct fragment_block *fragment_block_at(const struct fragment_pool *pool, uint32_t piece)
{
    return &pool->blocks[piece];
}

#endif
