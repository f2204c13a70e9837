/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is lost in silence: packets that are too large for the path, and requests that nobody answers. */
#include "rules/rule.h"

static void describe_df_clear(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct flow_view *e = c->flow;
    char sizes[sizeof "65535 to 65535"];
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    if (e->lost_min == e->lost_max)
        SAY(sizes, "%u", e->lost_max);
    else
        SAY(sizes, "%u to %u", e->lost_min, e->lost_max);
    SAY(text->message,
        "packets without DF of %s octets are lost before the tunnel %s > %s (%u packets); up to %u octets pass; path MTU "
        "%u minus %u encapsulation is %u",
        sizes, ipip_address_text(src, e->tunnel_src), ipip_address_text(dst, e->tunnel_dst), e->lost, e->entered_max,
        e->mtu, e->overhead, e->expected_mtu);
    SAY(text->expected, "inner fragments of at most %u octets, or DF=0 outside", e->expected_mtu);
    SAY(text->actual, "neither");
}

const struct rule rule_318 = {
    .about.id = "IPIP318",
    .about.slug = "df-clear-blackhole",
    .about.title = "packets without DF lost above the path MTU",
    .about.reference = "RFC 2003 section 5.1; RFC 791 section 3.2",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_INNER,
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "Linux with `pmtudisc`, its default; give the tunnel device the path MTU less the encapsulation as its MTU (`ip "
        "link set NAME mtu N`), or set `nopmtudisc`",
    .applies = INNER_SIDE_FACT_DIVISIBLE,
    .blind = INNER_SIDE_FACT_DIVISION_WAITING,
    .outer = {2, 6},
    .describe = describe_df_clear,
    .values = {&value_path_mtu},
};
