/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/spread.h"

#include "flow/state.h"
#include "ipip/age.h"

static struct spread_flow *flow_of(struct spread *s, uint64_t inner)
{
    struct spread_flow *taken;

    for (unsigned i = 0; i < SPREAD_FLOWS; i++) {
        if (s->flows[i].flow == inner)
            return &s->flows[i];
    }
    taken = &s->flows[s->flow_count++ % SPREAD_FLOWS];
    *taken = (struct spread_flow){.flow = inner};
    return taken;
}

/* The value's place; a new one takes that of the oldest. */
static unsigned place_of(const struct spread_flow *f, uint32_t value)
{
    unsigned oldest = 0;

    for (unsigned i = 0; i < f->count; i++) {
        if (f->values[i] == value)
            return i;
        if (f->times[i] < f->times[oldest])
            oldest = i;
    }
    return f->count < SPREAD_VALUES ? f->count : oldest;
}

static bool is_unstable(const struct spread_flow *f, int64_t now, uint64_t window)
{
    for (unsigned i = 0; i < SPREAD_VALUES; i++) {
        if (i >= f->count || ipip_age_distance(now, f->times[i]) > window)
            return false;
    }
    return true;
}

struct spread_step spread_take(struct flow *flow, uint64_t direction, uint64_t inner, uint32_t value, int64_t now,
                               uint64_t window)
{
    bool is_new;
    struct spread *s = lru_row(&flow->spreads, lru_get(&flow->spreads, direction, &is_new));
    struct spread_flow *f = flow_of(s, inner != 0 ? inner : 1);
    unsigned place = place_of(f, value);
    struct spread_step step = {.value = value};

    if (is_new)
        s->value = value;
    s->varies |= value != s->value;
    s->packets++;
    if (place == f->count)
        f->count++;
    f->values[place] = value;
    f->times[place] = now;
    step.is_few = !s->varies && (s->packets < SPREAD_PACKETS || s->flow_count < SPREAD_FLOWS);
    step.is_one = !s->varies && !step.is_few && !s->is_one;
    step.is_unstable = !s->is_unstable && is_unstable(f, now, window);
    s->is_one |= step.is_one;
    s->is_unstable |= step.is_unstable;
    return step;
}
