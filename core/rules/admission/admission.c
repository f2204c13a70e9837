/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Against the policy: endpoints, and sites behind the exits. */
#include "rules/rule.h"

/* A header and the one inside, of which either is the tunnel's business. */
#define KINDS_ADMITTED (KINDS_OF_TWO_HEADERS | KINDS_OF_MINIMAL)

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
    .about.kinds = KINDS_ADMITTED,
    .variants = {{KINDS_ADMITTED & ~KIND_OF(IPIP), IPIP_WARNING, "RFC 6169 section 2; RFC 2827", false}},
    RULE_OF_RELATION,
    .is_idle = is_site_idle,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .inner = IPIP_FIELD_SRC,
    .describe = describe_spoofed,
    .values = {&value_inner_src},
};

/* No site has addresses of this family: then nothing is known of what is behind the exit. */
static bool is_family_undeclared(const struct ipip_policy *policy, struct ipip_addr address)
{
    for (size_t i = 0; i < policy->site_count; i++) {
        const struct ipip_prefix *site = &policy->sites[i];
        bool is_ipv4 = site->bits >= IPIP_ADDRESS_IPV4_BITS && ipip_address_is_ipv4(site->address);

        if (is_ipv4 == ipip_address_is_ipv4(address))
            return false;
    }
    return true;
}

static void check_behind(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (is_family_undeclared(c->policy, input_outer(c)->dst))
        ruling->verdict = IPIP_NOT_APPLICABLE;
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->cause;
}

static void describe_behind(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char dst[IPIP_ADDRESS_TEXT];
    char exit[IPIP_ADDRESS_TEXT];

    SAY(text->message, "the exit %s decapsulates a packet to %s, outside the site, and forwards it",
        ipip_address_text(exit, c->flow->direction.dst), ipip_address_text(dst, input_outer(c)->dst));
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
    .about.kinds = KINDS_OF_PACKETS | KINDS_OF_MINIMAL,
    .variants = {{KINDS_OF_GRE, IPIP_WARNING, "CVE-2024-7595; RFC 6169 section 2", false},
                 {KIND_OF(GUE), IPIP_WARNING, "CVE-2024-7596; RFC 6169 section 2", false},
                 {KIND_OF(6IN4), IPIP_WARNING, "CVE-2025-23019; RFC 4213 section 3.6", false},
                 {KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_WARNING, "CVE-2025-23018; RFC 6169 section 2", false},
                 {KIND_OF(FOU) | KIND_OF(GRE_UDP) | KINDS_OF_MINIMAL, IPIP_WARNING, "RFC 6169 section 2", false}},
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
    .about.kinds = KINDS_READ,
    .variants = {{KINDS_OF_GRE | KINDS_OF_FRAMES, IPIP_WARNING, "CVE-2024-7595; RFC 6169 section 2", false},
                 {KIND_OF(GUE), IPIP_WARNING, "CVE-2024-7596; RFC 6169 section 2", false},
                 {KIND_OF(6IN4), IPIP_WARNING, "CVE-2025-23019; RFC 4213 section 3.6", false},
                 {KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_WARNING, "CVE-2025-23018; RFC 6169 section 2", false},
                 {KINDS_READ & ~KIND_OF(IPIP), IPIP_WARNING, "RFC 6169 section 2", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .is_idle = is_peer_idle,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .check = check_peer,
    .describe = describe_peer,
};

static void check_not_for_exit(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (is_family_undeclared(c->policy, input_inner(c)->dst))
        ruling->verdict = IPIP_NOT_APPLICABLE;
}

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
    .about.kinds = KINDS_ADMITTED,
    .variants = {{KINDS_ADMITTED & ~KIND_OF(IPIP), IPIP_NOTE, "RFC 6169 section 2; RFC 2827", false}},
    RULE_OF_RELATION,
    .report = REPORT_ONCE,
    .is_idle = is_site_idle,
    .outer = IPIP_FIELD_DST,
    .inner = IPIP_FIELD_DST,
    .check = check_not_for_exit,
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
    .about.kinds = KINDS_READ & ~KINDS_OF_OPAQUE,
    .variants = {{KIND_OF(6IN4), IPIP_NOTE, "RFC 4213 section 4", false},
                 {KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_NOTE, "RFC 2473 section 9", false},
                 {KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_MIRRORS, IPIP_NOTE,
                  "RFC 2784 section 7; RFC 2890 section 2.1", false},
                 {KINDS_OF_UDP, IPIP_NOTE, "RFC 8086 section 11", false},
                 {KINDS_OF_MINIMAL, IPIP_NOTE, "RFC 2004 section 6", false}},
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .report = REPORT_ONCE,
    .is_idle = is_site_idle,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .describe = describe_unprotected,
};
