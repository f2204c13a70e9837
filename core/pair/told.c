/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pair/told.h"

/* With DF many datagrams have one Identification: the length tells them apart. */
static uint64_t key_of(uint64_t group, uint32_t bytes)
{
    return group ^ bytes * UINT64_C(0x9e3779b97f4a7c15);
}

void told_take(struct lru *rows, uint64_t group, const struct told *told)
{
    bool is_new;
    uint32_t row = lru_get(rows, key_of(group, told->bytes), &is_new);

    if (is_new)
        *(struct told *)lru_row(rows, row) = *told;
}

const struct told *told_of(const struct lru *rows, uint64_t group, uint32_t bytes)
{
    uint32_t row = lru_peek(rows, key_of(group, bytes));

    return row != 0 ? lru_row(rows, row) : NULL;
}
