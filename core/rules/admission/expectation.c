/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tunnel that the policy names, against what the policy says of it. */
#include "ipip/ipv6.h"
#include "rules/ipv6_outer/limit.h"
#include "rules/rule.h"

static bool is_expectation_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->expectation == NULL;
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

static const struct ipip_gre *gre_of(const struct ipip_rule_input *c)
{
    return &c->shims->gre;
}

static void say_key(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct ipip_expectation *x = c->tunnel_policy->expectation;

    if (x->key == IPIP_EXPECT_THERE)
        SAY(text->expected, "key %u", x->key_value);
    else
        SAY(text->expected, "no key");
    if ((gre_of(c)->flags & IPIP_GRE_KEY) != 0)
        SAY(text->actual, "key %u", gre_of(c)->key);
    else
        SAY(text->actual, "no key");
}

static void say_presence(struct ipip_text *text, enum ipip_expected_presence expected, const char *what)
{
    bool is_expected = expected == IPIP_EXPECT_THERE;

    SAY(text->expected, "%s %s", is_expected ? "a" : "no", what);
    SAY(text->actual, "%s %s", is_expected ? "no" : "a", what);
}

static void say_checksum(const struct ipip_rule_input *c, struct ipip_text *text)
{
    say_presence(text, c->tunnel_policy->expectation->checksum, "checksum");
}

static void say_sequence(const struct ipip_rule_input *c, struct ipip_text *text)
{
    say_presence(text, c->tunnel_policy->expectation->sequence, "sequence number");
}

static void say_one_limit(char *field, size_t size, unsigned limit)
{
    if (limit < LIMIT_NONE)
        text_say(field, size, "limit %u", limit);
    else
        text_say(field, size, "no limit");
}

static void say_limit(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct ipip_expectation *x = c->tunnel_policy->expectation;

    say_one_limit(text->expected, sizeof text->expected,
                  x->limit == IPIP_EXPECT_THERE ? x->limit_value : (unsigned)LIMIT_NONE);
    say_one_limit(text->actual, sizeof text->actual, limit_of(input_layer(c)));
}

static void say_label(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct ipip_expectation *x = c->tunnel_policy->expectation;

    if (x->label == IPIP_EXPECT_FIXED)
        SAY(text->expected, "flow label 0x%05x", x->label_value);
    else
        SAY(text->expected, "flow label 0x%05x, the inner one", ipip_ipv6_flow_label(input_layer(c)[1].bytes.data));
    SAY(text->actual, "flow label 0x%05x", ipip_ipv6_flow_label(input_layer(c)->bytes.data));
}

static void say_source_port(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->expected, "port %u", c->tunnel_policy->expectation->source_port);
    SAY(text->actual, "port %u", c->shims->udp.source);
}

static void say_destination_port(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->expected, "port %u", c->tunnel_policy->expectation->destination_port);
    SAY(text->actual, "port %u", c->shims->udp.destination);
}

static void say_nothing(const struct ipip_rule_input *c, struct ipip_text *text)
{
    (void)c;
    (void)text;
}

/* What contradicts the policy, the name of that as a value, and where it is: in the outer header or in one between. */
static const struct {
    const char *what;
    const char *field;
    void (*say)(const struct ipip_rule_input *c, struct ipip_text *text);
    unsigned outer;
    enum shim_field shim;
} rows[UNEXPECTED_COUNT] = {
    [UNEXPECTED_NOTHING] = {"header", "", say_nothing, 0, SHIM_FIELD_NONE},
    [UNEXPECTED_TTL] = {"outer TTL", "ttl", say_ttl, IPIP_FIELD_TTL, SHIM_FIELD_NONE},
    [UNEXPECTED_TOS] = {"outer DSCP", "dscp", say_tos, IPIP_FIELD_TCLASS, SHIM_FIELD_NONE},
    [UNEXPECTED_DF] = {"outer DF", "df", say_df, IPIP_FIELD_FLAGS, SHIM_FIELD_NONE},
    [UNEXPECTED_MTU] = {"outer size", "mtu", say_mtu, IPIP_FIELD_TOTAL_LENGTH, SHIM_FIELD_NONE},
    [UNEXPECTED_KEY] = {"GRE key", "key", say_key, 0, SHIM_GRE_KEY},
    [UNEXPECTED_CHECKSUM] = {"GRE checksum", "csum", say_checksum, 0, SHIM_GRE_FLAGS},
    [UNEXPECTED_SEQUENCE] = {"GRE sequence number", "seq", say_sequence, 0, SHIM_GRE_FLAGS},
    [UNEXPECTED_LIMIT] = {"encapsulation limit", "encaplimit", say_limit, IPIP_FIELD_OPTIONS, SHIM_FIELD_NONE},
    [UNEXPECTED_LABEL] = {"outer flow label", "flowlabel", say_label, IPIP_FIELD_FLOW_LABEL, SHIM_FIELD_NONE},
    [UNEXPECTED_SOURCE_PORT] = {"UDP source port", "sport", say_source_port, 0, SHIM_UDP_SOURCE},
    [UNEXPECTED_DESTINATION_PORT] = {"UDP destination port", "dport", say_destination_port, 0, SHIM_UDP_DESTINATION},
};

static void check_expectation(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->outer = rows[c->unexpected].outer;
    ruling->shim = rows[c->unexpected].shim;
    if (c->unexpected == UNEXPECTED_TOS && !ipip_vantage_is_entry(c->tunnel_policy->vantage))
        ruling->confidence = IPIP_LIKELY;
}

static void describe_expectation(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char endpoints[ENDPOINTS_TEXT];
    bool is_hops = c->unexpected == UNEXPECTED_TTL && input_is_ipv6(c);

    SAY(text->message, "the %s contradicts the policy for the tunnel %s",
        is_hops ? "outer Hop Limit" : rows[c->unexpected].what, text_endpoints(endpoints, input_outer(c)));
    rows[c->unexpected].say(c, text);
}

VALUE_WORD(static, field, rows[c->unexpected].field)

const struct rule rule_120 = {
    .about.id = "IPIP120",
    .about.slug = "unexpected-configuration",
    .about.title = "the tunnel contradicts the policy",
    .about.reference = "the operator's policy",
    .about.scope = IPIP_SCOPE_PACKET,
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "the tunnel is configured differently, another encapsulator uses its addresses, or the policy is out of date",
    .about.kinds = KINDS_OF_TWO_HEADERS | KINDS_OF_MINIMAL,
    RULE_OF_RELATION,
    .is_idle = is_expectation_idle,
    .check = check_expectation,
    .describe = describe_expectation,
    .values = {&value_field},
};

static bool is_kind_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->expectation == NULL || tunnel_policy->expectation->kinds == 0;
}

static void describe_kind(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char endpoints[ENDPOINTS_TEXT];
    uint32_t kinds = c->tunnel_policy->expectation->kinds;
    const char *found = ipip_kind_about((enum ipip_kind)input_layer(c)->kind)->title;
    const char *declared = ipip_kind_about((enum ipip_kind)__builtin_ctz(kinds))->title;
    bool is_one = (kinds & (kinds - 1)) == 0;

    SAY(text->message, "%s goes from %s, where the policy has %s%s", found, text_endpoints(endpoints, input_outer(c)),
        declared, is_one ? "" : " and others");
    SAY(text->expected, "%s%s", declared, is_one ? "" : ", or another that was declared");
    SAY(text->actual, "%s", found);
}

VALUE_WORD(static, kind, ipip_kind_about((enum ipip_kind)input_layer(c)->kind)->name)

const struct rule rule_852 = {
    .about.id = "IPIP852",
    .about.slug = "kind-unexpected",
    .about.title = "a tunnel of another kind than the policy has",
    .about.reference = "the operator's policy",
    .about.scope = IPIP_SCOPE_PACKET,
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "a device in another mode or in mode any, a second tunnel between the same ends, or a crafted packet",
    .about.kinds = KINDS_READ,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_WHOLE,
    .is_idle = is_kind_idle,
    .outer = IPIP_FIELD_PROTOCOL,
    .describe = describe_kind,
    .values = {&value_kind},
};
