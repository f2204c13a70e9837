/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/gre_keys.h"

#include "flow/state.h"
#include "packet/fingerprint.h"

enum { TOLD_REFUSED = 4 }; /* bits of `told`, from which on they are of what was refused */

static uint64_t hash_of_direction(const struct flow *flow, const struct ipip_tunnel_direction *direction)
{
    struct ipip_tunnel_direction keyless = *direction;

    keyless.discriminator = 0;
    return fingerprint_of_direction(&flow->gre_keys.keys, &keyless);
}

static bool has_key(const struct gre_keys_side *side, uint64_t key)
{
    for (unsigned i = 0; i < side->count; i++) {
        if (side->keys[i] == key)
            return true;
    }
    return false;
}

static void take_key(struct gre_keys_side *side, uint64_t key)
{
    if (side->packets < GRE_KEYS_PACKETS)
        side->packets++;
    if (has_key(side, key))
        return;
    if (side->count < GRE_KEYS)
        side->keys[side->count++] = key;
    else
        side->has_more = true;
}

/* Packets with a key, and packets without. */
static bool has_both(const struct gre_keys_side *side)
{
    return side->count > 1 && has_key(side, 0);
}

static bool has_common(const struct gre_keys_side *a, const struct gre_keys_side *b)
{
    for (unsigned i = 0; i < a->count; i++) {
        if (has_key(b, a->keys[i]))
            return true;
    }
    return a->has_more || b->has_more;
}

static enum gre_keys_difference difference_of(const struct gre_keys_side *side, const struct gre_keys_side *back)
{
    if (has_both(side))
        return GRE_KEYS_SOME;
    return has_common(side, back) ? GRE_KEYS_SAME : GRE_KEYS_OTHER;
}

/* Told once, and once more where it has become clear that a packet was refused. */
static bool is_told(struct gre_keys_side *side, struct gre_keys_side *back, const struct gre_keys_step *step)
{
    unsigned bit = 1U << (step->difference + (step->is_refused ? (unsigned)TOLD_REFUSED : 0));
    bool is_told = (side->told & bit) != 0;

    side->told |= (uint8_t)bit;
    if (step->difference == GRE_KEYS_OTHER)
        back->told |= (uint8_t)bit;
    return is_told;
}

struct gre_keys_step gre_keys_take(struct flow *flow, const struct ipip_tunnel_direction *direction, uint64_t key)
{
    uint64_t hash = hash_of_direction(flow, direction);
    bool is_new;
    struct gre_keys *pair = lru_row(&flow->gre_keys, lru_get(&flow->gre_keys, hash & ~UINT64_C(1), &is_new));
    struct gre_keys_side *side = &pair->sides[hash & 1];
    struct gre_keys_side *back = &pair->sides[~hash & 1];
    struct gre_keys_step step = {.key = key, .other = back->keys[0], .is_refused = pair->is_refused};

    take_key(side, key);
    step.difference = difference_of(side, back);
    if (step.difference == GRE_KEYS_OTHER && (side->packets < GRE_KEYS_PACKETS || back->packets < GRE_KEYS_PACKETS)) {
        step.difference = GRE_KEYS_SAME;
        step.is_few = true;
    }
    step.is_news = step.difference != GRE_KEYS_SAME && !is_told(side, back, &step);
    return step;
}

void gre_keys_refuse(struct flow *flow, const struct ipip_tunnel_direction *direction)
{
    uint32_t row = lru_peek(&flow->gre_keys, hash_of_direction(flow, direction) & ~UINT64_C(1));

    if (row != 0)
        ((struct gre_keys *)lru_row(&flow->gre_keys, row))->is_refused = true;
}
