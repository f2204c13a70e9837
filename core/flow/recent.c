/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "recent.h"

#include <stdlib.h>
#include <string.h>

#include "../hash.h"
#include "age.h"

enum {
    /* Octets behind the inner header that count: transport header with its checksum over the rest, and some more. */
    PAYLOAD_COUNTED = 44,
    PAYLOAD_COUNTED_OF_CUT = 8,
    /* Entries of a chain that are looked at: more have the same key, or somebody has found a way to make collisions. */
    CHAIN_MAX = 32,
};

void recents_init(struct recents *r, uint32_t count, uint64_t seed)
{
    *r = (struct recents){.mask = count - 1, .seed = seed};
}

void recents_free(struct recents *r)
{
    free(r->entries);
    for (int i = 0; i < RECENT_INDICES; i++)
        free(r->heads[i]);
}

static bool allocate(struct recents *r)
{
    uint32_t count = r->mask + 1;
    bool is_whole;

    if (r->entries != NULL)
        return true;
    r->entries = calloc(count, sizeof *r->entries);
    is_whole = r->entries != NULL;
    for (int i = 0; i < RECENT_INDICES; i++) {
        r->heads[i] = calloc(count, sizeof *r->heads[i]);
        is_whole &= r->heads[i] != NULL;
    }
    if (!is_whole) {
        recents_free(r);
        recents_init(r, count, r->seed);
    }
    return is_whole;
}

/* Where a network card finishes it, it is another one behind the card. */
static void blank_checksum(uint8_t *octets, uint32_t count, const struct ipip_ipv4 *ip)
{
    uint32_t field = ip->protocol == IPIP_PROTOCOL_TCP ? 16 : 6;

    if ((ip->protocol != IPIP_PROTOCOL_TCP && ip->protocol != IPIP_PROTOCOL_UDP) || ip->fragment_offset != 0 ||
        count < field + 2)
        return;
    octets[field] = octets[field + 1] = 0;
}

uint64_t recent_content(const struct recents *r, const struct ipip_layer *datagram)
{
    const struct ipip_ipv4 *ip = &datagram->ip;
    struct ipip_bytes payload = ipip_layer_payload(datagram);
    /* What the snapshot length leaves is more of a packet by itself than of the same one in a tunnel. */
    uint32_t most = payload.captured < payload.wire ? PAYLOAD_COUNTED_OF_CUT : PAYLOAD_COUNTED;
    uint32_t counted = payload.captured < most ? payload.captured : most;
    uint64_t words[3 + (PAYLOAD_COUNTED + 7) / 8] = {
        (uint64_t)ip->src << 32 | ip->dst,
        (uint64_t)ip->id << 48 | (uint64_t)ip->total_bytes << 32 | (uint64_t)ip->fragment_offset << 16 |
            (uint64_t)(ip->df << 1 | ip->mf) << 8 | ip->protocol,
        counted,
    };
    uint64_t hash;

    memcpy(words + 3, payload.data, counted);
    blank_checksum((uint8_t *)(words + 3), counted, ip);
    hash = hash_of(r->seed, words, 3 + (counted + 7) / 8);
    return hash != 0 ? hash : 1;
}

uint64_t recent_id(const struct recents *r, const struct ipip_ipv4 *ip)
{
    return hash_words(r->seed, (uint64_t)ip->src << 32 | ip->dst, (uint64_t)ip->id << 8 | ip->protocol);
}

static uint64_t key_of(const struct recent *entry, enum recent_index index)
{
    return index == RECENT_BY_ID ? entry->id_key : index == RECENT_BY_INNER_ID ? entry->inner_id_key : entry->content;
}

/* Whether the entry of this number is still there. Numbers start at 1. */
static bool is_there(const struct recents *r, uint32_t number)
{
    return number != 0 && r->added - number <= r->mask;
}

static const struct recent *first_with(const struct recents *r, enum recent_index index, uint64_t key, uint32_t number)
{
    for (int steps = 0; is_there(r, number) && steps < CHAIN_MAX; steps++) {
        const struct recent *entry = &r->entries[number & r->mask];

        if (key_of(entry, index) == key)
            return entry;
        number = entry->older[index];
    }
    return NULL;
}

const struct recent *recents_find(const struct recents *r, enum recent_index index, uint64_t key)
{
    return r->entries == NULL || key == 0 ? NULL : first_with(r, index, key, r->heads[index][key & r->mask]);
}

const struct recent *recents_before(const struct recents *r, enum recent_index index, const struct recent *entry)
{
    return first_with(r, index, key_of(entry, index), entry->older[index]);
}

/*
 * Entries with the same Identification would make chains of any length: but for what is still needed, the fragment before the
 * whole, the new one takes the place of the last in its chain.
 */
static uint32_t chain_behind(const struct recents *r, enum recent_index index, uint64_t key, bool is_fragment)
{
    uint32_t head = r->heads[index][key & r->mask];

    if (index != RECENT_BY_CONTENT && !is_fragment && is_there(r, head)) {
        const struct recent *entry = &r->entries[head & r->mask];

        if (key_of(entry, index) == key)
            return entry->older[index];
    }
    return head;
}

bool recents_add(struct recents *r, const struct recent *entry)
{
    struct recent *slot;

    if (!allocate(r))
        return false;
    r->added += r->added == UINT32_MAX ? 2 : 1; /* 0 is no number */
    slot = &r->entries[r->added & r->mask];
    if (slot->frame != 0 && !slot->is_atomic && !age_exceeds(entry->time, slot->time, AGE_MDL))
        r->forgotten_early++;
    *slot = *entry;
    for (int i = 0; i < RECENT_INDICES; i++) {
        uint64_t key = key_of(slot, (enum recent_index)i);

        if (key == 0)
            continue;
        slot->older[i] = chain_behind(r, (enum recent_index)i, key, entry->is_fragment);
        r->heads[i][key & r->mask] = r->added;
    }
    return true;
}

uint32_t recents_since(const struct recents *r, const struct recent *entry)
{
    return (r->added - (uint32_t)(entry - r->entries)) & r->mask;
}

bool recents_oldest(const struct recents *r, int64_t *time)
{
    const struct recent *slot;

    if (r->entries == NULL)
        return false;
    slot = &r->entries[(r->added + 1) & r->mask];
    if (slot->frame == 0)
        return false;
    *time = slot->time;
    return true;
}
