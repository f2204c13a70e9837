/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "known.h"

#include <inttypes.h>
#include <stdio.h>

#include "../finding_values.h"
#include "../printable.h"
#include "../wrap.h"
#include "ipip/address.h"
#include "jsonl.h"

static void print_gone(const struct finding_key *key)
{
    const struct ipip_rule *rule = ipip_rule_at(key->rule_index);
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];
    struct wrap line = {.indent = 2, .hang = 4};
    char *values = finding_values_text(key->values, key->count);
    char *shown = printable(values);
    char *list = key->count > 0 ? g_strdup_printf("(%s)", shown) : g_strdup("");

    wrap_format(&line, "no longer occurs: %s %s on %s > %s%s", rule->id, rule->slug, ipip_address_text(src, key->src),
                ipip_address_text(dst, key->dst), key->layer > 1 ? "," : "");
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

void known_print(const struct check_summary *s)
{
    GPtrArray *gone;

    if (s->baseline == NULL)
        return;
    printf("  known from the baseline: %" PRIu64 " finding%s\n", s->known, s->known == 1 ? "" : "s");
    gone = baseline_gone(s->baseline, s->policy);
    for (guint i = 0; i < gone->len; i++)
        print_gone(key_at(gone, i));
    g_ptr_array_unref(gone);
    if (s->frames->is_unreadable || s->frames->is_interrupted)
        printf("  not listed: findings that no longer occur, as not everything was read\n");
}

void known_print_json(const struct check_summary *s)
{
    GPtrArray *gone;

    if (s->baseline == NULL)
        return;
    gone = baseline_gone(s->baseline, s->policy);
    for (guint i = 0; i < gone->len; i++) {
        const struct finding_key *key = key_at(gone, i);
        const struct ipip_rule *rule = ipip_rule_at(key->rule_index);

        jsonl_print(json_pack("{s:s, s:s, s:s, s:s, s:o, s:i, s:o}", "type", "baseline", "state", "absent", "rule",
                              rule->id, "slug", rule->slug, "tunnel", jsonl_tunnel(key->src, key->dst), "layer",
                              (int)key->layer, "values", finding_values_object(key->values, key->count)));
    }
    g_ptr_array_unref(gone);
}
