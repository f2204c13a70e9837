/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4 addresses inside the addresses of 6in4, of whatever mechanism. */
#include "rules/embedding.h"

/* Not valid beyond the network that it is from: behind NAT. */
static bool is_private(struct ipip_addr address)
{
    enum ipip_address_kind kind = ipip_address_kind(address);

    return kind == IPIP_ADDRESS_PRIVATE || kind == IPIP_ADDRESS_SHARED;
}

static bool is_global(struct ipip_addr address)
{
    enum ipip_address_kind kind = ipip_address_kind(address);

    return kind == IPIP_ADDRESS_GLOBAL || kind == IPIP_ADDRESS_DOCUMENTATION;
}

static bool is_translated(struct ipip_addr inner, struct ipip_addr outer)
{
    struct embedded embedded = embedded_of(inner);

    return embedded.by != EMBEDDING_NONE && is_global(embedded.ipv4) && is_private(outer);
}

static void check_translated(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!is_translated(input_inner(c)->src, input_outer(c)->src) &&
        !is_translated(input_inner(c)->dst, input_outer(c)->dst))
        ruling->verdict = IPIP_PASS;
}

static void describe_translated(const struct ipip_rule_input *c, struct ipip_text *text)
{
    bool is_src = is_translated(input_inner(c)->src, input_outer(c)->src);
    char outer[IPIP_ADDRESS_TEXT];
    char inner[IPIP_ADDRESS_TEXT];

    ipip_address_text(outer, is_src ? input_outer(c)->src : input_outer(c)->dst);
    ipip_address_text(inner, embedded_of(is_src ? input_inner(c)->src : input_inner(c)->dst).ipv4);
    SAY(text->message, "the %s is private (%s), but the address inside names %s: there is NAT on the path",
        is_src ? "outer source" : "outer destination", outer, inner);
    SAY(text->expected, "%s", inner);
    SAY(text->actual, "%s", outer);
}

const struct rule rule_710 = {
    .about.id = "IPIP710",
    .about.slug = "6in4-linklocal-outer",
    .about.title = "private outer address under a global automatic one",
    .about.reference = "RFC 3056 section 2; RFC 5214 section 6.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "NAT on the path, with the capture inside it",
    RULE_OF_AUTOMATIC(FACT_NOT_AUTOMATIC),
    .report = REPORT_ONCE,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .inner = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .check = check_translated,
    .describe = describe_translated,
};

static void check_both(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct ipip_addr src = input_inner(c)->src;

    if (!embedded_is_6to4(src) || !embedded_is_isatap(src) || embedded_6to4(src) == embedded_last(src))
        ruling->verdict = IPIP_PASS;
}

static void describe_both(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct ipip_addr src = input_inner(c)->src;
    char by_prefix[IPIP_ADDRESS_TEXT];
    char by_identifier[IPIP_ADDRESS_TEXT];

    ipip_address_text(by_prefix, ipip_address_ipv4(embedded_6to4(src)));
    ipip_address_text(by_identifier, ipip_address_ipv4(embedded_last(src)));
    SAY(text->message, "the inner source is of %s by its 6to4 prefix, and of %s by its ISATAP identifier", by_prefix,
        by_identifier);
    SAY(text->expected, "%s in both places", by_prefix);
    SAY(text->actual, "%s in the identifier", by_identifier);
}

const struct rule rule_792 = {
    .about.id = "IPIP792",
    .about.slug = "embedded-inconsistent",
    .about.title = "the source has two different IPv4 addresses inside",
    .about.reference = "RFC 3964 section 5.2",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a 6to4 site that uses ISATAP with private addresses inside, or a made-up address",
    RULE_OF_AUTOMATIC(FACT_NOT_6TO4),
    .inner = IPIP_FIELD_SRC,
    .check = check_both,
    .describe = describe_both,
    .values = {&value_inner_src},
};

static bool is_loop(const struct ipip_rule_input *c)
{
    struct embedded src = embedded_of(input_inner(c)->src);
    struct embedded dst = embedded_of(input_inner(c)->dst);
    const struct ipip_ip *outer = input_outer(c);

    if (src.by == EMBEDDING_NONE || dst.by == EMBEDDING_NONE)
        return false;
    if (src.by != dst.by)
        return ipip_address_equal(src.ipv4, outer->src) && ipip_address_equal(dst.ipv4, outer->dst);
    return ipip_address_equal(src.ipv4, outer->dst) && ipip_address_equal(dst.ipv4, outer->src);
}

static void check_loop(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!is_loop(c))
        ruling->verdict = IPIP_PASS;
    else if (is_private(input_outer(c)->src) || is_private(input_outer(c)->dst))
        ruling->severity = IPIP_NOTE;
}

static void describe_loop(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct embedded src = embedded_of(input_inner(c)->src);
    struct embedded dst = embedded_of(input_inner(c)->dst);
    char endpoints[ENDPOINTS_TEXT];

    text_endpoints(endpoints, input_inner(c));
    if (src.by != dst.by)
        SAY(text->message, "from an address of %s to one of %s at the tunnel's own ends: it may go around for ever",
            embedding_name(src.by), embedding_name(dst.by));
    else
        SAY(text->message, "the inner addresses name the tunnel's ends the wrong way round: it may go around for ever");
    SAY(text->expected, "addresses of one mechanism, each of its own end");
    SAY(text->actual, "%s", endpoints);
}

const struct rule rule_793 = {
    .about.id = "IPIP793",
    .about.slug = "auto-tunnel-loop",
    .about.title = "routing loop between automatic tunnels",
    .about.reference = "RFC 6324 sections 2 and 3.3",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a crafted packet, between routers that do not check what is inside",
    RULE_OF_AUTOMATIC(FACT_NOT_AUTOMATIC),
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .inner = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .check = check_loop,
    .describe = describe_loop,
    .values = {&value_inner_src, &value_inner_dst},
};
