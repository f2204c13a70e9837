/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "known.h"

#include <inttypes.h>
#include <stdio.h>

#include "../finding_values.h"
#include "../printable.h"
#include "../wrap.h"
#include "direction_text.h"
#include "jsonl.h"

static void print_gone(FILE *out, const struct finding_key *key)
{
    const struct ipip_rule *rule = ipip_rule_at(key->rule_index);
    char tunnel[DIRECTION_TEXT];
    struct wrap line = {.out = out, .indent = 2, .hang = 4};
    char *values = finding_values_text(key->values, key->count);
    char *shown = printable(values);
    char *list = key->count > 0 ? g_strdup_printf("(%s)", shown) : g_strdup("");

    wrap_format(&line, "no longer occurs: %s %s on %s%s", rule->id, rule->slug, direction_text(tunnel, &key->direction),
                key->layer > 1 ? "," : "");
    if (key->layer > 1) /* that of a tunnel header, or of the header inside one */
        wrap_format(&line, "IP header %u", key->layer + 1);
    wrap_words(&line, list);
    wrap_end(&line);
    g_free(list);
    g_free(shown);
    g_free(values);
}

static const struct finding_key *key_at(const GPtrArray *findings, guint i)
{
    return &((const struct baseline_finding *)g_ptr_array_index(findings, i))->key;
}

/* One after the other, or in one line what is too much to read. */
static void print_all_gone(FILE *out, const struct check_summary *s, const GPtrArray *gone, gboolean is_all)
{
    enum { LISTED = 5 };
    gboolean is_listed = is_all || gone->len <= LISTED;

    for (guint i = 0; i < gone->len && is_listed; i++)
        print_gone(out, key_at(gone, i));
    if (is_listed)
        return;
    if (gone->len < baseline_entries(s->baseline))
        fprintf(out, "  no longer occur: %u entries of the baseline (--all lists them)\n", gone->len);
    else
        fprintf(out,
                "  no longer occur: all entries of the baseline (--all lists them); is it that of another capture?\n");
}

void known_print(FILE *out, const struct check_summary *s, gboolean is_all)
{
    GPtrArray *gone;
    guint entries;

    if (s->baseline == NULL)
        return;
    entries = baseline_entries(s->baseline);
    fprintf(out, "  known from the baseline: %" PRIu64 " finding%s, by %u of its %u entr%s\n", s->known,
            s->known == 1 ? "" : "s", baseline_entries_found(s->baseline), entries, entries == 1 ? "y" : "ies");
    gone = baseline_gone(s->baseline, s->policy);
    print_all_gone(out, s, gone, is_all);
    g_ptr_array_unref(gone);
    if (s->frames->is_unreadable || s->frames->is_interrupted)
        fprintf(out, "  not listed: findings that no longer occur, as not everything was read\n");
}

guint known_absent(const struct check_summary *s)
{
    GPtrArray *gone = s->baseline != NULL ? baseline_gone(s->baseline, s->policy) : g_ptr_array_new();
    guint count = gone->len;

    g_ptr_array_unref(gone);
    return count;
}

void known_print_json(FILE *out, const struct check_summary *s)
{
    GPtrArray *gone;

    if (s->baseline == NULL)
        return;
    gone = baseline_gone(s->baseline, s->policy);
    for (guint i = 0; i < gone->len; i++) {
        const struct finding_key *key = key_at(gone, i);
        const struct ipip_rule *rule = ipip_rule_at(key->rule_index);

        jsonl_print(out, json_pack("{s:s, s:s, s:s, s:s, s:o, s:i, s:o}", "type", "baseline", "state", "absent", "rule",
                                   rule->id, "slug", rule->slug, "tunnel", json_tunnel(&key->direction), "layer",
                                   (int)key->layer, "values", finding_values_object(key->values, key->count)));
    }
    g_ptr_array_unref(gone);
}
