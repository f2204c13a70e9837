/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "baseline.h"

#include <string.h>

struct baseline {
    GHashTable *findings; /* struct baseline_finding is its own key */
    GStringChunk *words;
    guint known;
    guint known_found;
    gboolean is_recording;
    gboolean is_overfull;
    gboolean is_cut_short;
};

static guint hash(gconstpointer key)
{
    return finding_key_hash(&((const struct baseline_finding *)key)->key);
}

static int compare(const struct baseline_finding *x, const struct baseline_finding *y)
{
    return finding_key_compare(&x->key, &y->key);
}

static gboolean equal(gconstpointer a, gconstpointer b)
{
    return compare(a, b) == 0;
}

static gint compare_pointers(gconstpointer a, gconstpointer b)
{
    return compare(*(const struct baseline_finding *const *)a, *(const struct baseline_finding *const *)b);
}

struct baseline *baseline_new(gboolean is_recording)
{
    struct baseline *b = g_new0(struct baseline, 1);

    b->findings = g_hash_table_new_full(hash, equal, g_free, NULL);
    b->words = g_string_chunk_new(4096);
    b->is_recording = is_recording;
    return b;
}

void baseline_free(struct baseline *b)
{
    g_hash_table_unref(b->findings);
    g_string_chunk_free(b->words);
    g_free(b);
}

/* NULL where there is no room. */
static struct baseline_finding *keep(struct baseline *b, const struct baseline_finding *finding)
{
    size_t bytes = offsetof(struct baseline_finding, key.values) + finding->key.count * sizeof finding->key.values[0];
    struct baseline_finding *kept;

    if (g_hash_table_size(b->findings) == BASELINE_FINDINGS_MAX)
        return NULL;
    kept = g_malloc(bytes);
    memcpy(kept, finding, bytes);
    for (unsigned i = 0; i < kept->key.count; i++) {
        if (kept->key.values[i].word != NULL)
            kept->key.values[i].word = g_string_chunk_insert(b->words, kept->key.values[i].word);
    }
    g_hash_table_add(b->findings, kept);
    return kept;
}

gboolean baseline_add(struct baseline *b, const struct baseline_finding *finding)
{
    struct baseline_finding *kept = g_hash_table_lookup(b->findings, finding);

    if (kept == NULL)
        kept = keep(b, finding);
    if (kept == NULL)
        return FALSE;
    b->known += !kept->is_known;
    kept->is_known = TRUE;
    kept->known_severity = MAX(kept->known_severity, finding->known_severity);
    return TRUE;
}

gboolean baseline_occurs(struct baseline *b, const struct ipip_policy *policy, const struct ipip_finding *finding)
{
    gboolean is_declared = policy->severity[finding->rule_index] != IPIP_SEVERITY_USUAL;
    struct baseline_finding key = {.key = finding_key_of(finding)};
    struct baseline_finding *found = g_hash_table_lookup(b->findings, &key);

    if (found == NULL && b->is_recording) {
        found = keep(b, &key);
        b->is_overfull |= found == NULL;
    }
    if (found == NULL)
        return FALSE;
    b->known_found += found->is_known && !found->has_occurred;
    found->has_occurred = TRUE;
    found->occurred_severity = MAX(found->occurred_severity, finding->severity);
    return found->is_known && (is_declared || finding->severity <= found->known_severity);
}

gboolean baseline_is_overfull(const struct baseline *b)
{
    return b->is_overfull;
}

guint baseline_entries(const struct baseline *b)
{
    return b->known;
}

guint baseline_entries_found(const struct baseline *b)
{
    return b->known_found;
}

void baseline_cut_short(struct baseline *b)
{
    b->is_cut_short = TRUE;
}

static GPtrArray *sorted(const struct baseline *b, const struct ipip_policy *policy,
                         gboolean (*is_wanted)(const struct baseline_finding *finding, gboolean is_untold))
{
    GPtrArray *wanted = g_ptr_array_new();
    GHashTableIter iterator;
    gpointer key;

    g_hash_table_iter_init(&iterator, b->findings);
    while (g_hash_table_iter_next(&iterator, &key, NULL)) {
        struct baseline_finding *finding = key;

        if (is_wanted(finding, b->is_cut_short || policy->is_off[finding->key.rule_index]))
            g_ptr_array_add(wanted, finding);
    }
    g_ptr_array_sort(wanted, compare_pointers);
    return wanted;
}

static gboolean is_gone(const struct baseline_finding *finding, gboolean is_untold)
{
    return !finding->has_occurred && !is_untold;
}

static gboolean is_renewed(const struct baseline_finding *finding, gboolean is_untold)
{
    return finding->has_occurred || is_untold;
}

GPtrArray *baseline_gone(const struct baseline *b, const struct ipip_policy *policy)
{
    return sorted(b, policy, is_gone);
}

GPtrArray *baseline_renewed(const struct baseline *b, const struct ipip_policy *policy)
{
    return sorted(b, policy, is_renewed);
}
