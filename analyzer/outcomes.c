/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outcomes.h"

struct outcomes {
    GHashTable *held; /* of guint64 to struct outcome */
};

void outcome_worsen(struct outcome *outcome, enum roundtrip_result result, enum ipip_status reason)
{
    if (result <= outcome->result)
        return;
    outcome->result = result;
    outcome->reason = reason;
}

struct outcomes *outcomes_new(void)
{
    struct outcomes *outcomes = g_new(struct outcomes, 1);

    outcomes->held = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    return outcomes;
}

void outcomes_free(struct outcomes *outcomes)
{
    g_hash_table_unref(outcomes->held);
    g_free(outcomes);
}

void outcomes_hold(struct outcomes *outcomes, uint64_t id, const struct outcome *outcome)
{
    g_hash_table_insert(outcomes->held, g_memdup2(&id, sizeof id), g_memdup2(outcome, sizeof *outcome));
}

void outcomes_join(struct outcomes *outcomes, uint64_t id, struct outcome *whole)
{
    const struct outcome *part = g_hash_table_lookup(outcomes->held, &id);

    if (part == NULL)
        return;
    whole->frames += part->frames;
    whole->is_ce_marked |= part->is_ce_marked;
    outcome_worsen(whole, part->result, part->reason);
    g_hash_table_remove(outcomes->held, &id);
}

void outcomes_each(const struct outcomes *outcomes, void (*each)(const struct outcome *outcome, void *context),
                   void *context)
{
    GHashTableIter iter;
    gpointer outcome;

    g_hash_table_iter_init(&iter, outcomes->held);
    while (g_hash_table_iter_next(&iter, NULL, &outcome))
        each(outcome, context);
}
