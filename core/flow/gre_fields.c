/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/gre_fields.h"

#include "flow/state.h"
#include "ipip/gre.h"

uint16_t gre_fields_take(struct flow *flow, uint64_t direction, uint16_t flags)
{
    const uint16_t fields = IPIP_GRE_CHECKSUM | IPIP_GRE_SEQUENCE;
    bool is_new;
    struct gre_fields *row = lru_row(&flow->gre_fields, lru_get(&flow->gre_fields, direction, &is_new));
    uint16_t varied;

    if (is_new)
        row->first = flags & fields;
    varied = (uint16_t)((row->first ^ flags) & fields & ~row->told);
    row->told |= varied;
    return varied;
}
