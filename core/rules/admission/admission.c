/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Against the policy: endpoints, sites behind the exits, configuration of a tunnel. */
#include "rules/rule.h"

/* A policy names IPv4 addresses only: of others it says nothing. */
#define KINDS_ALL_IPV4 ((KINDS_RELATED | KINDS_OF_MINIMAL) & ~(KINDS_OUTSIDE_IPV6 | KINDS_INSIDE_IPV6))
#define RULE_OF_IPV4_RELATION(unless)                                                                        \
    .applies = FACT_WELL_FORMED | FACT_TUNNEL, .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER | (unless), \
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN

static bool is_expectation_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->expectation == NULL;
}

static void check_expectation(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->unexpected == UNEXPECTED_TOS && !ipip_vantage_is_entry(c->tunnel_policy->vantage))
        ruling->confidence = IPIP_LIKELY;
}

static void say_tos(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct ipip_expectation *x = c->tunnel_policy->expectation;
    uint8_t expected = x->tos == IPIP_EXPECT_FIXED ? x->tos_value >> 2 : ipip_ip_dscp(input_inner(c));
    char name[DSCP_TEXT];

    SAY(text->expected, "%s", text_dscp(name, expected));
    SAY(text->actual, "%s", text_dscp(name, ipip_ip_dscp(input_outer(c))));
}

static void say_ttl(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct ipip_expectation *x = c->tunnel_policy->expectation;
    uint8_t expected = x->ttl == IPIP_EXPECT_FIXED ? x->ttl_value : input_inner(c)->ttl;
    const char *ttl = text_word(input_outer(c), WORD_TTL);

    SAY(text->expected, "%s%s %u%s", ipip_vantage_is_entry(c->tunnel_policy->vantage) ? "" : "at most ", ttl, expected,
        x->ttl == IPIP_EXPECT_INHERIT ? ", the inner one" : "");
    SAY(text->actual, "%s %u", ttl, input_outer(c)->ttl);
}

static void say_df(const struct ipip_rule_input *c, struct ipip_text *text)
{
    static const char *const names[] = {"any DF", "DF=1", "the inner DF", "DF=0"};

    SAY(text->expected, "%s", names[c->tunnel_policy->expectation->df]);
    SAY(text->actual, "DF=%u, inner DF=%u", ipip_ip_df(input_outer(c)), ipip_ip_df(input_inner(c)));
}

static void say_mtu(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->expected, "at most %u octets", c->tunnel_policy->expectation->mtu);
    SAY(text->actual, "%u octets", input_outer(c)->total_bytes);
}

static void say_nothing(const struct ipip_rule_input *c, struct ipip_text *text)
{
    (void)c;
    (void)text;
}

static void describe_expectation(const struct ipip_rule_input *c, struct ipip_text *text)
{
    static const struct {
        const char *what;
        void (*say)(const struct ipip_rule_input *c, struct ipip_text *text);
    } rows[] = {
        [UNEXPECTED_NOTHING] = {"configuration", say_nothing},
        [UNEXPECTED_TTL] = {"TTL", say_ttl},
        [UNEXPECTED_TOS] = {"DSCP", say_tos},
        [UNEXPECTED_DF] = {"DF", say_df},
        [UNEXPECTED_MTU] = {"size", say_mtu},
    };
    enum unexpected what = c->unexpected;
    char endpoints[ENDPOINTS_TEXT];

    SAY(text->message, "the outer %s contradicts the policy for the tunnel %s", rows[what].what,
        text_endpoints(endpoints, input_outer(c)));
    rows[what].say(c, text);
}

static const char *const unexpected_fields[] = {
    [UNEXPECTED_NOTHING] = "", [UNEXPECTED_TTL] = "ttl", [UNEXPECTED_TOS] = "dscp",
    [UNEXPECTED_DF] = "df",    [UNEXPECTED_MTU] = "mtu",
};

VALUE_WORD(static, field, unexpected_fields[c->unexpected])

const struct rule rule_120 = {
    .about.id = "IPIP120",
    .about.slug = "unexpected-configuration",
    .about.title = "the tunnel contradicts the policy",
    .about.reference = "the operator's policy",
    .about.scope = IPIP_SCOPE_PACKET,
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "the tunnel is configured differently, another encapsulator uses its addresses, or the policy is out of date",
    .about.kinds = KINDS_RELATED & ~KINDS_OUTSIDE_IPV6,
    RULE_OF_IPV4_RELATION(FACT_IPV6),
    .is_idle = is_expectation_idle,
    .outer = IPIP_FIELD_TCLASS | IPIP_FIELD_TTL,
    .check = check_expectation,
    .describe = describe_expectation,
    .values = {&value_field},
};

static bool is_site_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->policy->site_count == 0;
}

static void describe_spoofed(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char outer[IPIP_ADDRESS_TEXT];

    SAY(text->message, "the inner source %s is inside the site, but the tunnel packet comes from outside (%s)",
        ipip_address_text(src, input_inner(c)->src), ipip_address_text(outer, input_outer(c)->src));
    SAY(text->expected, "an inner source outside the site");
    SAY(text->actual, "%s", src);
}

const struct rule rule_209 = {
    .about.id = "IPIP209",
    .about.slug = "inner-src-in-site-from-outside",
    .about.title = "a site address enters the site through a tunnel",
    .about.reference = "RFC 2003 section 6; RFC 2827",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "spoofing through the tunnel, or a remote office that uses part of the site's prefix",
    .about.kinds = KINDS_ALL_IPV4,
    .variants = {{KINDS_ALL_IPV4 & ~KIND_OF(IPIP), IPIP_WARNING, "RFC 6169 section 2; RFC 2827", false}},
    RULE_OF_IPV4_RELATION(FACT_IPV6 | FACT_INNER_IPV6),
    .is_idle = is_site_idle,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .inner = IPIP_FIELD_SRC,
    .describe = describe_spoofed,
    .values = {&value_inner_src},
};

static void check_behind(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->cause;
}

static void describe_behind(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char dst[IPIP_ADDRESS_TEXT];
    char exit[IPIP_ADDRESS_TEXT];

    SAY(text->message, "the exit %s decapsulates a packet to %s, outside the site, and forwards it",
        ipip_address_text(exit, c->flow->tunnel_dst), ipip_address_text(dst, input_outer(c)->dst));
    SAY(text->expected, "destinations inside the site");
    SAY(text->actual, "%s, TTL %u in the tunnel and %u after it", dst, c->flow->cause.ttl, input_outer(c)->ttl);
}

VALUE_ADDRESS(static, destination, input_outer(c)->dst)

const struct rule rule_210 = {
    .about.id = "IPIP210",
    .about.slug = "inner-dst-not-behind-exit",
    .about.title = "the exit forwards to destinations outside the site",
    .about.reference = "RFC 2003 section 6.2; CVE-2020-10136",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_INNER,
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "an open decapsulator, which relays tunnel packets from any source",
    .applies = INNER_SIDE_FACT_LEFT,
    .blind = INNER_SIDE_FACT_NO_SITE,
    .outer = IPIP_FIELD_DST,
    .check = check_behind,
    .describe = describe_behind,
    .values = {&value_destination},
};

static bool is_peer_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->policy->endpoint_count == 0 && tunnel_policy->policy->learn == 0;
}

static void check_peer(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->flow->learnt > 0)
        ruling->confidence = IPIP_LIKELY;
}

static void describe_peer(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char endpoints[ENDPOINTS_TEXT];

    text_endpoints(endpoints, input_outer(c));
    if (c->flow->learnt == 1)
        SAY(text->message,
            "the tunnel %s differs from that of the first tunnel packet, from which the endpoints were learnt",
            endpoints);
    else if (c->flow->learnt > 0)
        SAY(text->message,
            "the tunnel %s was not among the first %llu tunnel packets, from which the endpoints were learnt",
            endpoints, (unsigned long long)c->flow->learnt);
    else
        SAY(text->message, "the tunnel %s is not among the declared endpoints", endpoints);
    SAY(text->expected, "%s endpoints", c->flow->learnt > 0 ? "learnt" : "declared");
    SAY(text->actual, "%s", endpoints);
}

const struct rule rule_211 = {
    .about.id = "IPIP211",
    .about.slug = "unknown-outer-peer",
    .about.title = "tunnel between undeclared endpoints",
    .about.reference = "RFC 2003 section 6.2; RFC 3024 section 4.3.2",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "another operator's tunnel, a forgotten one, or an injection into an open decapsulator",
    .about.kinds = KINDS_READ & ~KINDS_OUTSIDE_IPV6,
    .variants = {{KIND_OF(GRE) | KIND_OF(GRETAP), IPIP_WARNING, "CVE-2024-7595; RFC 6169 section 2", false},
                 {KIND_OF(GUE), IPIP_WARNING, "CVE-2024-7596; RFC 6169 section 2", false},
                 {KIND_OF(6IN4), IPIP_WARNING, "CVE-2025-23019; RFC 4213 section 3.6", false},
                 {KINDS_READ & ~KIND_OF(IPIP), IPIP_WARNING, "RFC 6169 section 2", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE | FACT_IPV6,
    .is_idle = is_peer_idle,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .check = check_peer,
    .describe = describe_peer,
};

static void describe_not_for_exit(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char dst[IPIP_ADDRESS_TEXT];
    char exit[IPIP_ADDRESS_TEXT];

    SAY(text->message, "the inner destination %s is neither the exit %s nor inside the site",
        ipip_address_text(dst, input_inner(c)->dst), ipip_address_text(exit, input_outer(c)->dst));
    SAY(text->expected, "a destination behind the exit");
    SAY(text->actual, "%s", dst);
}

const struct rule rule_212 = {
    .about.id = "IPIP212",
    .about.slug = "inner-not-for-exit",
    .about.title = "inner destination is not behind the exit",
    .about.reference = "RFC 2003 section 6.2; RFC 5944 section 4.2.2",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "the site has more prefixes than were declared, or the exit is used as a relay",
    .about.kinds = KINDS_ALL_IPV4,
    .variants = {{KINDS_ALL_IPV4 & ~KIND_OF(IPIP), IPIP_NOTE, "RFC 6169 section 2; RFC 2827", false}},
    RULE_OF_IPV4_RELATION(FACT_IPV6 | FACT_INNER_IPV6),
    .report = REPORT_ONCE,
    .is_idle = is_site_idle,
    .outer = IPIP_FIELD_DST,
    .inner = IPIP_FIELD_DST,
    .describe = describe_not_for_exit,
};

static void describe_unprotected(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char endpoints[ENDPOINTS_TEXT];

    SAY(text->message, "the tunnel %s crosses the border of the site without authentication",
        text_endpoints(endpoints, input_outer(c)));
    SAY(text->expected, "AH or ESP");
    if (input_layer(c)->kind == IPIP_KIND_IPIP)
        SAY(text->actual, "plain IP in IP");
    else if (c->shims != NULL && c->shims->gre_status == IPIP_OK && (c->shims->gre.flags & IPIP_GRE_KEY) != 0)
        SAY(text->actual, "GRE with a key, which travels in clear");
    else
        SAY(text->actual, "plain %s", ipip_kind_about((enum ipip_kind)input_layer(c)->kind)->title);
}

const struct rule rule_214 = {
    .about.id = "IPIP214",
    .about.slug = "no-authentication",
    .about.title = "unauthenticated tunnel across the site's border",
    .about.reference = "RFC 2003 section 6.1",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "plain IP in IP over a network that you don't control",
    .about.kinds = KINDS_READ & ~KINDS_OF_OPAQUE & ~KINDS_OUTSIDE_IPV6,
    .variants = {{KIND_OF(6IN4), IPIP_NOTE, "RFC 4213 section 4", false},
                 {KIND_OF(GRE) | KIND_OF(GRETAP) | KIND_OF(ERSPAN), IPIP_NOTE,
                  "RFC 2784 section 7; RFC 2890 section 2.1", false},
                 {KINDS_OF_UDP, IPIP_NOTE, "RFC 8086 section 11", false},
                 {KINDS_OF_MINIMAL, IPIP_NOTE, "RFC 2004 section 6", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE | FACT_IPV6,
    .report = REPORT_ONCE,
    .is_idle = is_site_idle,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .describe = describe_unprotected,
};
