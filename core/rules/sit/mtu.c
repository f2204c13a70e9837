/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The MTU of configured tunnels of 6in4 (RFC 4213 section 3.2). */
#include "flow/dynamic_df.h"
#include "rules/rule.h"

static bool is_static_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->expectation == NULL || !tunnel_policy->expectation->is_mtu_static;
}

static void describe_static(const struct ipip_rule_input *c, struct ipip_text *text)
{
    (void)c;
    SAY(text->message, "the tunnel has a static MTU, and forbids to fragment its packets");
    SAY(text->expected, "DF=0");
    SAY(text->actual, "DF=1");
}

const struct rule rule_706 = {
    .about.id = "IPIP706",
    .about.slug = "6in4-df-static",
    .about.title = "DF on a tunnel with a static MTU",
    .about.reference = "RFC 4213 section 3.2.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "path MTU discovery on the tunnel (Linux: `pmtudisc`, the default), or a wrong policy",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_6IN4),
    RULE_OF_RELATION,
    .is_idle = is_static_idle,
    .outer = IPIP_FIELD_FRAGMENT,
    .describe = describe_static,
};

/* With DF the tunnel follows the path, which may take more. */
static void check_large(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if ((c->facts.context & FACT_SUPERPACKET) != 0)
        ruling->verdict = IPIP_UNKNOWN;
    else if (ipip_ip_df(input_outer(c)) && !input_layer(c)->is_reassembled)
        ruling->verdict = IPIP_PASS;
}

/* Another size is arranged. */
static bool is_large_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->expectation != NULL && tunnel_policy->expectation->mtu != 0;
}

static void describe_large(const struct ipip_rule_input *c, struct ipip_text *text)
{
    enum { LARGEST = 1480 };
    char octets[OCTETS_TEXT];

    SAY(text->message, "more octets than every decapsulator of IPv6 in IPv4 must put together");
    SAY(text->expected, "at most %u octets of IPv6", (unsigned)LARGEST);
    SAY(text->actual, "%s", text_octets(octets, input_inner(c)->total_bytes));
}

const struct rule rule_709 = {
    .about.id = "IPIP709",
    .about.slug = "6in4-mtu",
    .about.title = "larger than what every decapsulator must take",
    .about.reference = "RFC 4213 sections 3.2.1 and 3.6",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a tunnel MTU above 1480, or links of more than 1500 octets",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_6IN4),
    RULE_OF_RELATION,
    .triggers = TRIGGER_LARGE_6IN4,
    .is_idle = is_large_idle,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .inner = IPIP_FIELD_TOTAL_LENGTH,
    .check = check_large,
    .describe = describe_large,
};

/* Another rule's: DF of a static MTU is IPIP706's, of anycast relays of 6rd IPIP734's. */
static bool is_dynamic_idle(const struct tunnel_policy *tunnel_policy)
{
    const struct ipip_expectation *x = tunnel_policy->expectation;

    return x != NULL && (x->is_mtu_static || x->br_anycast.count > 0);
}

static void check_dynamic(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->other = c->flow->toobig;
}

static void describe_dynamic(const struct ipip_rule_input *c, struct ipip_text *text)
{
    switch (c->flow->dynamic_df) {
    case DYNAMIC_DF_CLEAR:
        SAY(text->message, "the path takes %u octets, enough for IPv6, and DF is clear", c->flow->mtu);
        SAY(text->expected, "DF=1");
        SAY(text->actual, "DF=0");
        break;
    case DYNAMIC_DF_SET:
        SAY(text->message, "the path takes %u octets, too few for IPv6 without fragments, and DF is set", c->flow->mtu);
        SAY(text->expected, "DF=0");
        SAY(text->actual, "DF=1");
        break;
    default:
        SAY(text->message, "the path takes %u octets, and more than 1280 octets of IPv6 are encapsulated",
            c->flow->mtu);
        SAY(text->expected, "ICMPv6 2/0 with MTU 1280");
        SAY(text->actual, "%u octets of IPv6", input_inner(c)->total_bytes);
    }
}

static const char *dynamic_word(const struct ipip_rule_input *c)
{
    static const char *const words[] = {"open", "right", "clear", "set", "large"};

    return words[c->flow->dynamic_df];
}

VALUE_WORD(static, dynamic_df, dynamic_word(c))

const struct rule rule_707 = {
    .about.id = "IPIP707",
    .about.slug = "6in4-df-dynamic",
    .about.title = "DF does not follow the path MTU",
    .about.reference = "RFC 4213 section 3.2.2",
    .about.severity = IPIP_WARNING,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.usual_cause = "ICMP errors that do not reach the encapsulator, or a fixed DF",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_6IN4),
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_NOT_6TO4,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN | FACT_PATH_OPEN,
    .is_idle = is_dynamic_idle,
    .outer = IPIP_FIELD_FRAGMENT,
    .inner = IPIP_FIELD_TOTAL_LENGTH,
    .check = check_dynamic,
    .describe = describe_dynamic,
    .values = {&value_dynamic_df, &value_path_mtu},
};
