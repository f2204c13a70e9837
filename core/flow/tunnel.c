/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/tunnel.h"

enum {
    ID_RATE_MAX = 546,   /* 65,536 Identifications in 120 s (RFC 6864 section 5.2) */
    ID_RATE_SECONDS = 3, /* so many in a row */
};

void tunnel_observe_id(struct tunnel *t, uint16_t id, bool is_fragment, int64_t time)
{
    uint32_t second = (uint32_t)(time / 1000000000);

    if (t->id_run == 0 || id != t->id_last) {
        t->id_run = 0;
        t->id_run_has_fragment = false;
    }
    t->id_last = id;
    t->id_count++;
    t->id_run++;
    t->id_run_has_fragment |= is_fragment;
    t->has_id_run |= t->id_run >= TUNNEL_ID_RUN;

    if (second != t->rate_second) {
        bool is_next = second == t->rate_second + 1 && t->rate_count > ID_RATE_MAX;

        t->rate_streak = is_next ? (uint8_t)(t->rate_streak + (t->rate_streak < UINT8_MAX)) : 0;
        t->rate_second = second;
        t->rate_count = 0;
    }
    t->rate_count = (uint16_t)(t->rate_count + (t->rate_count < UINT16_MAX));
    t->has_id_rate |= tunnel_exceeds_id_rate(t);
}

bool tunnel_exceeds_id_rate(const struct tunnel *t)
{
    return t->rate_streak + 1 >= ID_RATE_SECONDS && t->rate_count > ID_RATE_MAX;
}
