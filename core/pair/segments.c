/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pair/segments.h"

#include "ipip/age.h"
#include "wire/octets.h"

enum { KEPT = 64, SEQUENCE_AT = 4, OFFSET_AT = 12, READ = 13 };

struct segment {
    uint64_t number; /* of the item; 0: none */
    uint32_t sequence, bytes;
};

struct segment_flow {
    struct segment kept[IPIP_PAIR_SIDES][KEPT];
    uint8_t next[IPIP_PAIR_SIDES];
};

bool segments_init(struct segments *segments, uint64_t seed)
{
    hash_init(&segments->keys, seed);
    return lru_init(&segments->flows, sizeof(struct segment_flow), SEGMENT_FLOWS_MAX, seed);
}

void segments_free(struct segments *segments)
{
    lru_free(&segments->flows);
}

/* Octets that both have. */
static uint32_t overlap(const struct segment *a, const struct segment *b)
{
    int64_t ahead = (int32_t)(b->sequence - a->sequence); /* modulo 2^32 */
    int64_t begin = ahead > 0 ? ahead : 0;
    int64_t end = ahead + b->bytes < a->bytes ? ahead + b->bytes : a->bytes;

    return end > begin ? (uint32_t)(end - begin) : 0;
}

static bool is_same(const struct segment *a, const struct segment *b)
{
    return a->sequence == b->sequence && a->bytes == b->bytes;
}

void segments_take(struct segments *segments, struct pair_window windows[IPIP_PAIR_SIDES], enum ipip_pair_side side,
                   struct pair_item *item, const struct ipip_layer *datagram, uint64_t window_time)
{
    struct ipip_bytes payload = ipip_layer_payload(datagram);
    enum ipip_pair_side other_side = side == IPIP_PAIR_FIRST ? IPIP_PAIR_SECOND : IPIP_PAIR_FIRST;
    struct segment segment = {.number = item->number};
    struct segment_flow *flow;
    uint32_t header, row;
    bool is_new;

    if (item->protocol != IPIP_PROTOCOL_TCP || item->is_fragment || payload.captured < READ)
        return;
    header = (uint32_t)(payload.data[OFFSET_AT] >> 4) * 4;
    if (payload.wire <= header)
        return;
    segment.sequence = wire_get32(payload.data + SEQUENCE_AT);
    segment.bytes = item->data_bytes = payload.wire - header;
    row = lru_get(&segments->flows, hash_pair(&segments->keys, item->datagram.flow, wire_get32(payload.data)), &is_new);
    flow = lru_row(&segments->flows, row);
    for (int i = 0; i < KEPT; i++) {
        const struct segment *kept = &flow->kept[other_side][i];
        struct pair_item *other = kept->number != 0 ? pair_window_at(&windows[other_side], kept->number) : NULL;
        uint32_t common = other != NULL && !is_same(kept, &segment) ? overlap(kept, &segment) : 0;

        if (common == 0 || other->partner != 0 || ipip_age_distance(other->time, item->time) > window_time)
            continue;
        item->in_segments += common;
        other->in_segments += common;
    }
    flow->kept[side][flow->next[side]++ % KEPT] = segment;
}
