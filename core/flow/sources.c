/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/sources.h"

#include "flow/state.h"
#include "ipip/age.h"

bool sources_take(struct flow *flow, uint64_t inner, struct ipip_addr src, uint64_t content, int64_t now,
                  struct ipip_addr *other)
{
    const uint64_t window = SOURCES_SECONDS * IPIP_AGE_SECOND;
    bool is_new;
    struct sources *s = lru_row(&flow->sources, lru_get(&flow->sources, inner, &is_new));
    bool is_return;

    if (is_new || ipip_address_equal(s->latest, src)) {
        s->latest = src;
        s->time = now;
        s->content = content;
        return false;
    }
    if (s->content == content) /* the same packet, captured in front of and behind a translation of addresses */
        return false;
    is_return = s->has_before && ipip_address_equal(s->before, src) && ipip_age_distance(now, s->time) <= window &&
                ipip_age_distance(now, s->time_before) <= window && !s->is_told;
    *other = s->latest;
    s->before = s->latest;
    s->time_before = s->time;
    s->has_before = true;
    s->latest = src;
    s->time = now;
    s->content = content;
    s->is_told |= is_return;
    return is_return;
}
