/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/copied_labels.h"

#include "flow/state.h"

static void take_value(struct copied_labels *c, uint32_t value)
{
    for (unsigned i = 0; i < c->count; i++) {
        if (c->values[i] == value)
            return;
    }
    if (c->count < COPIED_LABELS_VALUES)
        c->values[c->count++] = value;
}

struct copied_labels_step copied_labels_take(struct flow *flow, uint64_t direction, uint32_t outside, uint32_t inside)
{
    bool is_new;
    struct copied_labels *c = lru_row(&flow->labels, lru_get(&flow->labels, direction, &is_new));
    struct copied_labels_step step = {false, false};

    c->differs |= outside != inside;
    if (c->differs)
        return step;
    take_value(c, inside);
    c->packets += c->packets < COPIED_LABELS_PACKETS;
    step.is_few = c->packets < COPIED_LABELS_PACKETS || c->count < COPIED_LABELS_VALUES;
    step.is_copied = !step.is_few && !c->is_told;
    c->is_told |= step.is_copied;
    return step;
}
