/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vantage.h"

#include <glib.h>
#include <stdio.h>

#include "../say.h"
#include "../wrap.h"
#include "jsonl.h"

void vantage_print_place(const struct ipip_direction_vantage *vantage)
{
    if (vantage->by != IPIP_VANTAGE_BY_NOTHING)
        printf("  %-10s %-28s %s\n", "vantage", ipip_vantage_name(vantage->place),
               vantage->by == IPIP_VANTAGE_BY_POLICY ? "as declared" : "likely, by the TTLs of both directions");
}

json_t *vantage_object(const struct ipip_direction_vantage *vantage)
{
    return json_pack("{s:s, s:s, s:s}", "place", ipip_vantage_name(vantage->place), "confidence",
                     ipip_direction_vantage_confidence(vantage), "by", ipip_vantage_by_name(vantage->by));
}

static void say_unmet(const struct ipip_source_vantage *vantage)
{
    char address[IPIP_ADDRESS_TEXT];
    int bits = vantage->source.bits - IPIP_ADDRESS_IPV4_BITS;
    char *source = bits == 32 ? g_strdup(ipip_address_text(address, vantage->source.address))
                              : g_strdup_printf("%s/%d", ipip_address_text(address, vantage->source.address), bits);

    say("warning: --vantage %s=%s is not used: no tunnel packet comes from there", source,
        ipip_vantage_name(vantage->vantage));
    g_free(source);
}

void vantage_say(const struct ipip_vantage_conflict *conflict, const struct ipip_judge *judge,
                 const struct ipip_policy *policy)
{
    struct ipip_vantage_clash clash = ipip_judge_vantage_clash(judge);
    char text[IPIP_VANTAGE_TEXT];

    if (ipip_vantage_conflict_words(text, conflict) != NULL)
        say("warning: %s", text);
    if (ipip_vantage_clash_words(text, &clash) != NULL)
        say("warning: %s", text);
    for (size_t i = 0; i < policy->vantage_count; i++) {
        if (!ipip_judge_has_met_source(judge, i))
            say_unmet(&policy->vantages[i]);
    }
}

void vantage_print(FILE *out, const struct ipip_vantage_conflict *conflict)
{
    char text[IPIP_VANTAGE_TEXT];
    char *line;

    if (ipip_vantage_conflict_words(text, conflict) == NULL)
        return;
    line = g_strconcat("warning: ", text, NULL);
    wrap_paragraph(out, 2, 4, line);
    g_free(line);
}

void vantage_add_json(const struct ipip_vantage_conflict *conflict, json_t *summary)
{
    char text[IPIP_VANTAGE_TEXT];
    char advice[IPIP_VANTAGE_ADVICE_TEXT];

    if (ipip_vantage_conflict_words(text, conflict) != NULL)
        json_object_set_new(
            summary, "warnings",
            json_pack("[{s:s, s:s, s:I, s:o, s:i, s:s, s:s}]", "kind", "vantage", "vantage",
                      ipip_vantage_name(conflict->declared), "directions", (json_int_t)conflict->directions, "tunnel",
                      json_tunnel(&(struct ipip_tunnel_direction){conflict->src, conflict->dst, IPIP_KIND_IPIP, 0}),
                      "ttl", conflict->ttl, "message", text, "advice", ipip_vantage_conflict_advice(advice, conflict)));
}
