/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From whom a decapsulator takes packets. */
#include "rules/sides/sides.h"

static bool is_peer_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->policy->endpoint_count == 0 && tunnel_policy->policy->learn == 0;
}

static void check_accepted(const struct ipip_rule_input *c, struct ruling *ruling)
{
    sides_show_other(c, ruling);
    ruling->confidence = IPIP_LIKELY;
    if (c->tunnel_policy->profile->indicative_is_error)
        ruling->severity = IPIP_ERROR;
}

static void describe_accepted(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct ipip_tunnel_direction *direction = &c->flow->direction;
    char src[IPIP_ADDRESS_TEXT], other[SIDES_OTHER_TEXT];

    SAY(text->message, "a packet from %s, which the policy does not %s, came out of the tunnel%s",
        ipip_address_text(src, direction->src), c->flow->learnt > 0 ? "know from before" : "list",
        sides_other_text(other, c));
    SAY(text->expected, "discarded by the decapsulator");
    SAY(text->actual, "let out");
}

const struct rule rule_410 = {
    .about.id = "IPIP410",
    .about.slug = "accepted-from-unknown",
    .about.title = "decapsulated though the tunnel's ends are not declared",
    .about.reference = "RFC 2003 section 6.2; CVE-2020-10136",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a decapsulator that takes packets from any source, such as a fallback device that is up",
    .about.kinds = KINDS_WITH_SIDES,
    RULE_OF_EXIT,
    .variants = {{KIND_OF(6IN4), IPIP_ERROR, "RFC 4213 section 3.6; CVE-2025-23019", false},
                 {KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_WARNING, "CVE-2025-23018; RFC 6169 section 2", false},
                 {KINDS_OF_GRE | KINDS_OF_FRAMES, IPIP_WARNING, "CVE-2024-7595; RFC 6169 section 2", false},
                 {KIND_OF(GUE), IPIP_WARNING, "CVE-2024-7596; RFC 6169 section 2", false},
                 {KINDS_OF_UDP | KINDS_OF_MINIMAL, IPIP_WARNING, "RFC 6169 section 2", false}},
    .blind = SIDES_FACT_AMBIGUOUS,
    .is_idle = is_peer_idle,
    .check = check_accepted,
    .describe = describe_accepted,
};
