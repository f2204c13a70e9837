/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Don't Fragment outside of GRE and UDP, where no inner DF asks for it. */
#include "rules/gre/gre.h"

static bool is_clear_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->df_clear_is_normal ||
           (tunnel_policy->expectation != NULL && tunnel_policy->expectation->df != IPIP_EXPECT_DF_ANY);
}

/* An IPv4 packet inside with DF is another question: it is lost. */
static void check_clear(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (input_inner(c)->version == 4 && ipip_ip_df(input_inner(c)))
        ruling->verdict = IPIP_PASS;
}

static void describe_clear(const struct ipip_rule_input *c, struct ipip_text *text)
{
    bool is_ipv6 = input_inner(c)->version == 6;

    SAY(text->message, "%s are tunnelled without DF, so the tunnel does no path MTU discovery for them",
        is_ipv6 ? "IPv6 packets" : "packets without DF");
    SAY(text->expected, "DF=1");
    SAY(text->actual, is_ipv6 ? "DF=0 outside, IPv6 inside" : "DF=0 outside, DF=0 inside");
}

const struct rule rule_810 = {
    .about.id = "IPIP810",
    .about.slug = "gre-df",
    .about.title = "outer DF clear",
    .about.reference = "RFC 7588 section 3.3.2.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "`nopmtudisc`, or an encapsulator that does no path MTU discovery",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_GRE) | IPIP_KIND_BIT(IPIP_KIND_GRETAP) | KINDS_OF_UDP,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER | FACT_IPV6,
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN,
    .triggers = TRIGGER_DF_NEITHER | TRIGGER_DF_LOST,
    .report = REPORT_ONCE,
    .is_idle = is_clear_idle,
    .outer = IPIP_FIELD_FRAGMENT,
    .inner = IPIP_FIELD_FRAGMENT,
    .check = check_clear,
    .describe = describe_clear,
};
