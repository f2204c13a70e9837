/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of GRE between two addresses. */
#include "rules/gre/gre.h"

enum { KEY_TEXT = sizeof "key 4294967295" };

static const char *key_text(char text[static KEY_TEXT], uint64_t key)
{
    if (key == 0)
        return "no key";
    text_say(text, KEY_TEXT, "key %u", (uint32_t)key);
    return text;
}

static void check_keys(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->flow->keys.is_refused)
        ruling->severity = IPIP_WARNING;
}

static void describe_keys(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct gre_keys_step *keys = &c->flow->keys;
    char endpoints[ENDPOINTS_TEXT];
    char there[KEY_TEXT], other[KEY_TEXT];

    text_endpoints(endpoints, input_outer(c));
    SAY(text->actual, "%s", key_text(there, keys->key));
    if (keys->difference == GRE_KEYS_SOME) {
        SAY(text->message, "%s: packets with a key and packets without%s", endpoints,
            keys->is_refused ? ": a key mismatch, for an end refuses packets" : ", maybe of two tunnels");
        SAY(text->expected, "a key on all packets, or on none");
        return;
    }
    SAY(text->message, "%s: %s, and %s in the other direction%s", endpoints, there, key_text(other, keys->other),
        keys->is_refused ? ": a key mismatch, for an end refuses packets" : ", which both ends must be set up for");
    SAY(text->expected, "%s", key_text(other, keys->other));
}

static const char *keys_word(const struct ipip_rule_input *c)
{
    return c->flow->keys.difference == GRE_KEYS_SOME ? "some" : "other";
}

VALUE_WORD(static, gre_keys, keys_word(c))

const struct rule rule_809 = {
    .about.id = "IPIP809",
    .about.slug = "gre-key-consistency",
    .about.title = "keys of GRE differ between two ends",
    .about.reference = "RFC 2890 section 2.1",
    .about.severity = IPIP_NOTE,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.usual_cause = "`ikey` and `okey` that differ, several tunnels between two hosts, or a wrong key at one end",
    .about.kinds = KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_UDP,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_GRE,
    .excludes = FACT_FRAGMENT_HEADER,
    .blind = FACT_SHIM_CUT | FACT_INNER_UNSEEN | FACT_KEYS_FEW,
    .shim = SHIM_GRE_KEY,
    .check = check_keys,
    .describe = describe_keys,
    .values = {&value_gre_keys},
};
