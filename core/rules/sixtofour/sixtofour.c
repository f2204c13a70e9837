/* SPDX-License-Identifier: GPL-2.0-or-later */
/* 6to4 addresses, and the tunnel's ends that they name (RFC 3056, RFC 3964). */
#include "rules/embedding.h"
#include "rules/loops/scan.h"

enum { RELAY_ANYCAST = 0xc05863 }; /* 192.88.99.0/24 */

static bool is_anycast(struct ipip_addr address)
{
    return (uint32_t)address.low >> 8 == RELAY_ANYCAST;
}

static bool is_src_right(const struct ipip_rule_input *c)
{
    return embedded_is_6to4_of(input_inner(c)->src, input_outer(c)->src);
}

static bool is_dst_right(const struct ipip_rule_input *c)
{
    return embedded_is_6to4_of(input_inner(c)->dst, input_outer(c)->dst);
}

/* Else it may be a configured tunnel whose hosts talk to those of 6to4 sites. */
static bool is_of_6to4(const struct ipip_rule_input *c)
{
    return c->flow->tunnel->is_6to4 || is_src_right(c) || is_dst_right(c);
}

static struct ipip_addr v4addr(struct ipip_addr address)
{
    return ipip_address_ipv4(embedded_6to4(address));
}

/* What goes to native destinations goes to a relay, and what relays get from each other. */
static bool is_to_relay(const struct ipip_rule_input *c)
{
    return !embedded_is_6to4(input_inner(c)->src) && (c->flow->tunnel->is_to_relay || is_anycast(input_outer(c)->dst) ||
                                                      DECLARED_IN(c, relay, input_outer(c)->dst));
}

static void check_dest(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!embedded_is_6to4(input_inner(c)->dst) || is_dst_right(c) || is_to_relay(c))
        ruling->verdict = IPIP_PASS;
    else if (!is_of_6to4(c))
        ruling->verdict = IPIP_UNKNOWN;
}

static void describe_dest(const struct ipip_rule_input *c, struct ipip_text *text)
{
    describe_destination_end(c, EMBEDDING_6TO4, embedded_6to4(input_inner(c)->dst), text);
}

const struct rule rule_721 = {
    .about.id = "IPIP721",
    .about.slug = "6to4-dest",
    .about.title = "6to4 destination does not name the outer destination",
    .about.reference = "RFC 3056 section 5.3; RFC 3964 section 5.2",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a 6to4 router that sends to its relay what goes to other 6to4 sites, or a crafted packet",
    RULE_OF_AUTOMATIC(FACT_NOT_6TO4),
    .is_idle = embedding_is_idle,
    .outer = IPIP_FIELD_DST,
    .inner = IPIP_FIELD_DST,
    .check = check_dest,
    .describe = describe_dest,
    .values = {&value_inner_dst},
};

static void check_source(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (scan_kind(c) != SCAN_NONE)
        ruling->verdict = IPIP_NOT_APPLICABLE;
    else if (!embedded_is_6to4(input_inner(c)->src) || is_src_right(c))
        ruling->verdict = IPIP_PASS;
    else if (!is_of_6to4(c))
        ruling->verdict = IPIP_UNKNOWN;
    else if (is_dst_right(c)) /* from one site to the other: no relay is on the way */
        ruling->severity = IPIP_ERROR;
}

static void describe_source(const struct ipip_rule_input *c, struct ipip_text *text)
{
    describe_source_end(c, EMBEDDING_6TO4, embedded_6to4(input_inner(c)->src), text);
}

const struct rule rule_722 = {
    .about.id = "IPIP722",
    .about.slug = "6to4-source",
    .about.title = "6to4 source does not name the outer source",
    .about.reference = "RFC 3964 sections 5.1 and 5.2; RFC 3056 section 9",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a spoofed source, or NAT",
    RULE_OF_AUTOMATIC(FACT_NOT_6TO4),
    .is_idle = embedding_is_idle,
    .outer = IPIP_FIELD_SRC,
    .inner = IPIP_FIELD_SRC,
    .check = check_source,
    .describe = describe_source,
    .values = {&value_inner_src},
};

enum {
    NEVER_GLOBAL = 1 << IPIP_ADDRESS_UNSPECIFIED | 1 << IPIP_ADDRESS_THIS_NETWORK | 1 << IPIP_ADDRESS_LOOPBACK |
                   1 << IPIP_ADDRESS_LINK_LOCAL | 1 << IPIP_ADDRESS_MULTICAST | 1 << IPIP_ADDRESS_RESERVED |
                   1 << IPIP_ADDRESS_BROADCAST,
    PRIVATE = 1 << IPIP_ADDRESS_PRIVATE | 1 << IPIP_ADDRESS_SHARED,
};

static bool has_kind(struct ipip_addr ipv4, unsigned kinds)
{
    return (kinds >> ipip_address_kind(ipv4) & 1) != 0;
}

static bool is_v4addr_wrong(struct ipip_addr address)
{
    return embedded_is_6to4(address) && has_kind(v4addr(address), NEVER_GLOBAL | PRIVATE);
}

static struct ipip_addr wrong_v4addr(const struct ipip_rule_input *c)
{
    return is_v4addr_wrong(input_inner(c)->src) ? input_inner(c)->src : input_inner(c)->dst;
}

/* A private one among private ones is one of a lab. */
static bool is_in_lab(const struct ipip_rule_input *c, struct ipip_addr address)
{
    return !is_v4addr_wrong(address) || (has_kind(v4addr(address), PRIVATE) && has_kind(input_outer(c)->src, PRIVATE) &&
                                         has_kind(input_outer(c)->dst, PRIVATE));
}

static void check_v4addr(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!is_v4addr_wrong(wrong_v4addr(c)))
        ruling->verdict = IPIP_PASS;
    else if (is_in_lab(c, input_inner(c)->src) && is_in_lab(c, input_inner(c)->dst))
        ruling->severity = IPIP_NOTE;
}

static void describe_v4addr(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct ipip_addr address = wrong_v4addr(c);
    char whole[IPIP_ADDRESS_TEXT];
    char inside[IPIP_ADDRESS_TEXT];

    ipip_address_text(inside, v4addr(address));
    SAY(text->message, "the 6to4 address %s is of %s, %s", ipip_address_text(whole, address), inside,
        ipip_address_kind_text(v4addr(address)));
    SAY(text->expected, "a global unicast address behind 2002");
    SAY(text->actual, "%s", inside);
}

VALUE_ADDRESS(static, v4addr, v4addr(wrong_v4addr(c)))

const struct rule rule_723 = {
    .about.id = "IPIP723",
    .about.slug = "6to4-v4addr",
    .about.title = "6to4 address of an IPv4 address that is not global",
    .about.reference = "RFC 3056 sections 2 and 9; RFC 3964 section 5.3.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "6to4 behind NAT, a lab, or a crafted packet",
    RULE_OF_AUTOMATIC(FACT_NOT_6TO4),
    .is_idle = embedding_is_idle,
    .inner = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .check = check_v4addr,
    .describe = describe_v4addr,
    .values = {&value_v4addr},
};

static void check_df(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!is_of_6to4(c))
        ruling->verdict = IPIP_UNKNOWN;
    else if (!ipip_ip_df(input_outer(c)))
        ruling->verdict = IPIP_PASS;
}

static bool is_df_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->profile->automatic_df_is_set || embedding_is_idle(tunnel_policy) ||
           (tunnel_policy->expectation != NULL && tunnel_policy->expectation->df != IPIP_EXPECT_DF_ANY);
}

static void describe_df(const struct ipip_rule_input *c, struct ipip_text *text)
{
    (void)c;
    SAY(text->message, "a 6to4 packet forbids fragmentation, so what is too big for the path is lost");
    SAY(text->expected, "DF=0");
    SAY(text->actual, "DF=1");
}

const struct rule rule_724 = {
    .about.id = "IPIP724",
    .about.slug = "6to4-df",
    .about.title = "6to4 packet with DF",
    .about.reference = "RFC 3056 section 4",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "path MTU discovery on the tunnel (Linux: `pmtudisc`, the default)",
    RULE_OF_AUTOMATIC(FACT_NOT_6TO4),
    .report = REPORT_ONCE,
    .is_idle = is_df_idle,
    .outer = IPIP_FIELD_FRAGMENT,
    .check = check_df,
    .describe = describe_df,
};

static void describe_anycast(const struct ipip_rule_input *c, struct ipip_text *text)
{
    bool is_src = is_anycast(input_outer(c)->src);
    char address[IPIP_ADDRESS_TEXT];

    ipip_address_text(address, is_src ? input_outer(c)->src : input_outer(c)->dst);
    SAY(text->message, "the %s %s is the anycast address of 6to4 relays, which is deprecated",
        is_src ? "outer source" : "outer destination", address);
    SAY(text->expected, "the address of a relay of its own");
    SAY(text->actual, "%s", address);
}

const struct rule rule_725 = {
    .about.id = "IPIP725",
    .about.slug = "6to4-anycast",
    .about.title = "deprecated anycast address of 6to4 relays",
    .about.reference = "RFC 7526 section 4; RFC 3068",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a 6to4 router that was never switched off, or an old capture",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_6IN4),
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .excludes = FACT_FRAGMENT_HEADER,
    .triggers = TRIGGER_RELAY,
    .report = REPORT_ONCE,
    .is_idle = embedding_is_idle,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .describe = describe_anycast,
};

static void describe_native(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    SAY(text->message, "a tunnel of 6to4 carries a packet that neither comes from a 6to4 site nor goes to one");
    SAY(text->expected, "a 6to4 address as source or destination");
    SAY(text->actual, "%s > %s", ipip_address_text(src, input_inner(c)->src),
        ipip_address_text(dst, input_inner(c)->dst));
}

const struct rule rule_726 = {
    .about.id = "IPIP726",
    .about.slug = "6to4-native-native",
    .about.title = "neither inner address is of 6to4",
    .about.reference = "RFC 3964 sections 5.1 and 5.2",
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "a 6to4 router that is used as a relay between native networks, or a configured tunnel between its ends",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_6IN4),
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_OF_6TO4,
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER,
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN,
    .is_idle = embedding_is_idle,
    .inner = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .describe = describe_native,
    .values = {&value_inner_src},
};
