/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "last_seen.h"

#include <string.h>

#include "compat.h"

struct last_seen_entry {
    struct last_seen_key key;
    struct link_end end; /* its frame is 0 in a free slot */
};

void last_seen_open(struct last_seen *table, unsigned bits, uint64_t seed)
{
    *table = (struct last_seen){.bits = bits, .seed = seed | 1};
}

void last_seen_close(struct last_seen *table)
{
    g_free(table->entries);
    table->entries = NULL;
}

static struct last_seen_entry *slot(const struct last_seen *table, const struct last_seen_key *key)
{
    uint64_t sum = table->seed;

    for (unsigned i = 0; i < LAST_SEEN_WORDS; i++) {
        sum = (sum ^ key->words[i]) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 29;
    }
    return &table->entries[sum >> (64 - table->bits)];
}

const struct link_end *last_seen_find(const struct last_seen *table, const struct last_seen_key *key)
{
    const struct last_seen_entry *entry;

    if (table->entries == NULL)
        return NULL;
    entry = slot(table, key);
    return entry->end.frame != 0 && memcmp(&entry->key, key, sizeof *key) == 0 ? &entry->end : NULL;
}

void last_seen_put(struct last_seen *table, const struct last_seen_key *key, const struct link_end *end)
{
    if (table->entries == NULL)
        table->entries = g_new0(struct last_seen_entry, (gsize)1 << table->bits);
    *slot(table, key) = (struct last_seen_entry){*key, *end};
}
