/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/ah_sizes.h"

#include "flow/state.h"

uint16_t ah_sizes_take(struct flow *flow, uint64_t direction, uint16_t bytes)
{
    bool is_new;
    struct ah_sizes *row = lru_row(&flow->ah_sizes, lru_get(&flow->ah_sizes, direction, &is_new));

    if (is_new)
        row->first = bytes;
    if (row->is_told || row->first == bytes)
        return 0;
    row->is_told = true;
    return row->first;
}
