/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fold.h"

#include "../seed.h"
#include "ipip/rules.h"

struct folds {
    GHashTable *by_key; /* struct fold is its own key */
    GPtrArray *in_order;
    unsigned tunnels[IPIP_RULES_MAX];    /* of each rule that are counted by themselves */
    struct fold further[IPIP_RULES_MAX]; /* each rule on the others */
};

static guint hash(gconstpointer key)
{
    const struct fold *fold = key;

    return hash_tunnel(&fold->direction) ^ (guint)fold->rule_index * 3266489917U;
}

static gboolean equal(gconstpointer a, gconstpointer b)
{
    const struct fold *x = a;
    const struct fold *y = b;

    return ipip_tunnel_direction_equal(&x->direction, &y->direction) && x->rule_index == y->rule_index;
}

struct folds *folds_new(void)
{
    struct folds *folds = g_new0(struct folds, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(folds->further); i++)
        folds->further[i] = (struct fold){.rule_index = i, .is_of_many = TRUE};
    folds->by_key = g_hash_table_new(hash, equal);
    folds->in_order = g_ptr_array_new_with_free_func(g_free);
    return folds;
}

void folds_free(struct folds *folds)
{
    g_hash_table_unref(folds->by_key);
    g_ptr_array_unref(folds->in_order);
    g_free(folds);
}

/* The pair's own, a new one if there is room, or that of all further tunnels. */
static struct fold *find(struct folds *folds, const struct fold *key)
{
    struct fold *fold = g_hash_table_lookup(folds->by_key, key);

    if (fold != NULL)
        return fold;
    if (folds->in_order->len >= FOLD_PAIRS && folds->tunnels[key->rule_index] >= FOLD_TUNNELS)
        return &folds->further[key->rule_index];
    fold = g_memdup2(key, sizeof *key);
    g_hash_table_add(folds->by_key, fold);
    g_ptr_array_add(folds->in_order, fold);
    folds->tunnels[key->rule_index]++;
    return fold;
}

gboolean folds_show(struct folds *folds, size_t rule_index, const struct ipip_tunnel_direction *direction,
                    const char *file, uint64_t frame)
{
    struct fold *fold = find(folds, &(struct fold){.rule_index = rule_index, .direction = *direction});

    fold->last_file = file;
    fold->last_frame = frame;
    if (!fold->is_of_many && fold->shown < FOLD_SHOWN) {
        fold->shown++;
        return TRUE;
    }
    fold->hidden++;
    return FALSE;
}

void folds_each_hidden(const struct folds *folds, void (*each)(const struct fold *fold, void *context), void *context)
{
    for (guint i = 0; i < folds->in_order->len; i++) {
        const struct fold *fold = g_ptr_array_index(folds->in_order, i);

        if (fold->hidden > 0)
            each(fold, context);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(folds->further); i++) {
        if (folds->further[i].hidden > 0)
            each(&folds->further[i], context);
    }
}
