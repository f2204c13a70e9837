/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where something was seen last, by a key. Bounded: of two keys with one slot the later one stays. */
#ifndef IPIP_PLUGIN_LAST_SEEN_H
#define IPIP_PLUGIN_LAST_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "links.h"

enum { LAST_SEEN_WORDS = 7 };

struct last_seen_key {
    uint64_t words[LAST_SEEN_WORDS];
};

struct last_seen {
    struct last_seen_entry *entries; /* NULL before the first */
    unsigned bits;                   /* 1 << bits slots */
    uint64_t seed;
};

void last_seen_open(struct last_seen *table, unsigned bits, uint64_t seed);
void last_seen_close(struct last_seen *table);

/* NULL where it was never seen, or is forgotten. Valid until the next call. */
const struct link_end *last_seen_find(const struct last_seen *table, const struct last_seen_key *key);

void last_seen_put(struct last_seen *table, const struct last_seen_key *key, const struct link_end *end);

#endif
