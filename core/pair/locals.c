/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pair/locals.h"

#include "packet/fingerprint.h"

enum { ON_NETWORK = 1, IN_TUNNEL = 2 };

static const struct ipip_addr anywhere;

static uint64_t key_of(const struct locals *locals, struct ipip_addr address)
{
    return fingerprint_of_addresses(&locals->rows.keys, address, anywhere);
}

bool locals_init(struct locals *locals, uint64_t seed)
{
    return lru_init(&locals->rows, sizeof(uint8_t), LOCALS_MAX, seed);
}

void locals_free(struct locals *locals)
{
    lru_free(&locals->rows);
}

void locals_take(struct locals *locals, struct ipip_addr address, bool is_on_network)
{
    bool is_new;
    uint8_t *seen = lru_row(&locals->rows, lru_get(&locals->rows, key_of(locals, address), &is_new));

    *seen |= is_on_network ? ON_NETWORK : IN_TUNNEL;
}

bool locals_have(const struct locals *locals, struct ipip_addr address)
{
    uint32_t row = lru_peek(&locals->rows, key_of(locals, address));

    return row != 0 && *(const uint8_t *)lru_row(&locals->rows, row) == IN_TUNNEL;
}
