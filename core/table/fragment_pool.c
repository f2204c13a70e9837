/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table/fragment_pool.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCKS_MIN = 256 }; /* a datagram of any size fits */

bool fragment_pool_init(struct fragment_pool *p, size_t bytes)
{
    size_t blocks =
        bytes / sizeof(struct fragment_block) < BLOCKS_MIN ? BLOCKS_MIN : bytes / sizeof(struct fragment_block);

    if (blocks > UINT32_MAX - 1)
        blocks = UINT32_MAX - 1;
    *p = (struct fragment_pool){.capacity = (uint32_t)blocks};
    p->blocks = calloc(blocks + 1, sizeof *p->blocks);
    return p->blocks != NULL;
}

void fragment_pool_free(struct fragment_pool *p)
{
    free(p->blocks);
}

static uint32_t take(struct fragment_pool *p)
{
    uint32_t block = p->free;

    if (block != 0)
        p->free = p->blocks[block].next_block;
    else if (p->used < p->capacity)
        block = ++p->used;
    if (block != 0)
        p->blocks[block].next_block = 0;
    return block;
}

uint32_t fragment_pool_store(struct fragment_pool *p, const uint8_t *data, uint32_t bytes)
{
    uint32_t first = 0;
    uint32_t *link = &first;

    while (bytes > 0) {
        uint32_t here = bytes < FRAGMENT_BLOCK_OCTETS ? bytes : FRAGMENT_BLOCK_OCTETS;
        uint32_t block = take(p);

        *link = block;
        if (block == 0) {
            if (first != 0)
                fragment_pool_drop(p, first);
            return 0;
        }
        memcpy(p->blocks[block].octets, data, here);
        link = &p->blocks[block].next_block;
        data += here;
        bytes -= here;
    }
    return first;
}

void fragment_pool_drop(struct fragment_pool *p, uint32_t piece)
{
    uint32_t last = piece;

    while (p->blocks[last].next_block != 0)
        last = p->blocks[last].next_block;
    p->blocks[last].next_block = p->free;
    p->free = piece;
}

/* The block that holds the octet `*skip` of a chain, which becomes its place in there. */
static uint32_t seek(const struct fragment_pool *p, uint32_t piece, uint32_t *skip)
{
    for (; *skip >= FRAGMENT_BLOCK_OCTETS; *skip -= FRAGMENT_BLOCK_OCTETS)
        piece = p->blocks[piece].next_block;
    return piece;
}

void fragment_pool_fetch(const struct fragment_pool *p, uint32_t piece, uint32_t skip, uint8_t *out, uint32_t bytes)
{
    uint32_t block = seek(p, piece, &skip);

    for (; bytes > 0; block = p->blocks[block].next_block, skip = 0) {
        uint32_t here = FRAGMENT_BLOCK_OCTETS - skip < bytes ? FRAGMENT_BLOCK_OCTETS - skip : bytes;

        memcpy(out, p->blocks[block].octets + skip, here);
        out += here;
        bytes -= here;
    }
}

bool fragment_pool_equal(const struct fragment_pool *p, uint32_t piece, uint32_t skip, const uint8_t *data,
                         uint32_t bytes)
{
    uint32_t block = seek(p, piece, &skip);

    for (; bytes > 0; block = p->blocks[block].next_block, skip = 0) {
        uint32_t here = FRAGMENT_BLOCK_OCTETS - skip < bytes ? FRAGMENT_BLOCK_OCTETS - skip : bytes;

        if (memcmp(p->blocks[block].octets + skip, data, here) != 0)
            return false;
        data += here;
        bytes -= here;
    }
    return true;
}
