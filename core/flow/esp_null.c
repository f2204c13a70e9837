/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/esp_null.h"

#include "flow/state.h"

struct esp_null_step esp_null_take(struct flow *flow, uint64_t association, unsigned shapes, bool is_copy)
{
    bool is_new;
    struct esp_null *row = lru_row(&flow->esp_nulls, lru_get(&flow->esp_nulls, association, &is_new));
    unsigned common = row->shapes & shapes;

    if (common == 0)
        *row = (struct esp_null){(uint8_t)shapes, shapes != 0};
    else if (!is_copy && row->count < ESP_NULL_PACKETS)
        *row = (struct esp_null){(uint8_t)common, (uint8_t)(row->count + 1)};
    if (row->shapes == 0)
        return (struct esp_null_step){.is_clear = false};
    return (struct esp_null_step){.is_clear = row->count >= ESP_NULL_PACKETS,
                                  .is_few = row->count < ESP_NULL_PACKETS,
                                  .shape = (uint8_t)__builtin_ctz(row->shapes)};
}
