/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outcomes.h"

struct held {
    guint64 id; /* the key, too */
    struct outcome outcome;
};

struct outcomes {
    GHashTable *held;
};

void outcome_worsen(struct outcome *outcome, enum roundtrip_result result, unsigned reason)
{
    if (result <= outcome->result)
        return;
    outcome->result = result;
    outcome->reason = (uint8_t)reason;
}

struct outcomes *outcomes_new(void)
{
    struct outcomes *outcomes = g_new(struct outcomes, 1);

    outcomes->held = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    return outcomes;
}

void outcomes_free(struct outcomes *outcomes)
{
    g_hash_table_unref(outcomes->held);
    g_free(outcomes);
}

void outcomes_hold(struct outcomes *outcomes, uint64_t id, const struct outcome *outcome)
{
    struct held *held = g_new(struct held, 1);

    *held = (struct held){id, *outcome};
    g_hash_table_add(outcomes->held, held);
}

gboolean outcomes_take(struct outcomes *outcomes, uint64_t id, struct outcome *outcome)
{
    const struct held *held = g_hash_table_lookup(outcomes->held, &id);

    if (held == NULL)
        return FALSE;
    *outcome = held->outcome;
    g_hash_table_remove(outcomes->held, &id);
    return TRUE;
}

void outcomes_join(struct outcomes *outcomes, uint64_t id, struct outcome *whole)
{
    struct outcome part;

    if (!outcomes_take(outcomes, id, &part))
        return;
    whole->frames += part.frames;
    whole->is_ce_marked |= part.is_ce_marked;
    whole->taken |= part.taken;
    outcome_worsen(whole, part.result, part.reason);
}
