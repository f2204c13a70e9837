/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "known.h"

#include <inttypes.h>
#include <stdio.h>

#include "../printable.h"
#include "../wrap.h"
#include "ipip/address.h"
#include "jsonl.h"

static void print_gone(const struct baseline_finding *f)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    struct wrap line = {.indent = 2, .hang = 4};
    char *expected = printable(f->expected);
    char *actual = printable(f->actual);
    char *texts = g_strdup_printf("(expected %s, found %s)", expected, actual);

    wrap_format(&line, "no longer occurs: %s on %s > %s%s", ipip_rule_at(f->rule_index)->id,
                ipip_address_text(src, f->src), ipip_address_text(dst, f->dst), f->layer > 0 ? "," : "");
    if (f->layer > 0)
        wrap_format(&line, "nested at level %u", f->layer + 1);
    wrap_words(&line, texts);
    wrap_end(&line);
    g_free(texts);
    g_free(actual);
    g_free(expected);
}

void known_print(const struct check_summary *s)
{
    GPtrArray *gone;

    if (s->baseline == NULL)
        return;
    printf("  known from the baseline: %" PRIu64 " finding%s\n", s->known, s->known == 1 ? "" : "s");
    gone = baseline_gone(s->baseline, s->policy);
    for (guint i = 0; i < gone->len; i++)
        print_gone(g_ptr_array_index(gone, i));
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
        const struct baseline_finding *f = g_ptr_array_index(gone, i);
        const struct ipip_rule *rule = ipip_rule_at(f->rule_index);

        jsonl_print(json_pack("{s:s, s:s, s:s, s:s, s:o, s:i, s:s, s:s}", "type", "baseline", "state", "absent", "rule",
                              rule->id, "slug", rule->slug, "tunnel", jsonl_tunnel(f->src, f->dst), "layer",
                              (int)f->layer, "expected", f->expected, "actual", f->actual));
    }
    g_ptr_array_unref(gone);
}
