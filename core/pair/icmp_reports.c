/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pair/icmp_reports.h"

/* With DF many datagrams have one Identification: the length tells them apart. */
static uint64_t key_of(uint64_t group, uint32_t bytes, bool is_by_exit)
{
    return group ^ (bytes * UINT64_C(2) + is_by_exit) * UINT64_C(0x9e3779b97f4a7c15);
}

void icmp_reports_add(struct lru *rows, uint64_t group, const struct icmp_report *report)
{
    bool is_new;
    uint32_t row = lru_get(rows, key_of(group, report->bytes, report->is_by_exit), &is_new);

    if (is_new)
        *(struct icmp_report *)lru_row(rows, row) = *report;
}

const struct icmp_report *icmp_reports_find(const struct lru *rows, uint64_t group, uint32_t bytes, bool is_by_exit)
{
    uint32_t row = lru_peek(rows, key_of(group, bytes, is_by_exit));

    return row != 0 ? lru_row(rows, row) : NULL;
}
