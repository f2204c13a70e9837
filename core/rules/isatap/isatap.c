/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ISATAP addresses, and the tunnel's ends that they name (RFC 5214). */
#include "rules/embedding.h"
#include "rules/loops/scan.h"

enum { UNIVERSAL = 0x02, GROUP = 0x01 }; /* bits u and g, of the first octet of an identifier */

static unsigned bits_of(struct ipip_addr address)
{
    return (unsigned)(address.low >> 56);
}

static struct ipip_addr ipv4_of(struct ipip_addr address)
{
    return ipip_address_ipv4(embedded_last(address));
}

/* Whether u may not be as it is. Documentation addresses stand for others, which may be unique. */
static bool is_u_wrong(struct ipip_addr address)
{
    bool is_set = (bits_of(address) & UNIVERSAL) != 0;

    switch (ipip_address_kind(ipv4_of(address))) {
    case IPIP_ADDRESS_GLOBAL:
        return !is_set;
    case IPIP_ADDRESS_PRIVATE:
    case IPIP_ADDRESS_SHARED:
    case IPIP_ADDRESS_LINK_LOCAL:
        return is_set;
    default:
        return false;
    }
}

static bool is_ubit_wrong(struct ipip_addr address)
{
    return embedded_is_isatap(address) && ((bits_of(address) & GROUP) != 0 || is_u_wrong(address));
}

/* The one that it is about. */
static struct ipip_addr wrong_bits(const struct ipip_rule_input *c)
{
    return is_ubit_wrong(input_inner(c)->src) ? input_inner(c)->src : input_inner(c)->dst;
}

static void check_bits(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!is_ubit_wrong(wrong_bits(c)))
        ruling->verdict = IPIP_PASS;
    else if ((bits_of(wrong_bits(c)) & GROUP) != 0)
        ruling->severity = IPIP_ERROR;
}

static void describe_bits(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct ipip_addr address = wrong_bits(c);
    char whole[IPIP_ADDRESS_TEXT];
    char inside[IPIP_ADDRESS_TEXT];
    bool is_unique = ipip_address_kind(ipv4_of(address)) == IPIP_ADDRESS_GLOBAL;

    ipip_address_text(whole, address);
    ipip_address_text(inside, ipv4_of(address));
    if ((bits_of(address) & GROUP) != 0)
        SAY(text->message, "the interface identifier of %s has the group bit", whole);
    else
        SAY(text->message, "the interface identifier of %s takes %s for %s address", whole, inside,
            is_unique ? "a private" : "a globally unique");
    SAY(text->expected, is_unique ? "0200:5efe" : "0000:5efe");
    SAY(text->actual, "%02x00:5efe", bits_of(address));
}

VALUE_ADDRESS(static, isatap_address, wrong_bits(c))

const struct rule rule_711 = {
    .about.id = "IPIP711",
    .about.slug = "isatap-ubit",
    .about.title = "bit u or g of the ISATAP identifier is wrong",
    .about.reference = "RFC 5214 section 6.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "an implementation that never sets u, or a made-up address",
    RULE_OF_AUTOMATIC(FACT_NOT_ISATAP),
    .inner = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .check = check_bits,
    .describe = describe_bits,
    .values = {&value_isatap_address},
};

static void check_source(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct ipip_addr src = input_inner(c)->src;

    if (scan_kind(c) != SCAN_NONE)
        ruling->verdict = IPIP_NOT_APPLICABLE;
    else if (!embedded_is_isatap(src)) /* of a router, as far as is known */
        ruling->verdict = embedding_is_from_router(c) ? IPIP_PASS : IPIP_UNKNOWN;
    else if (ipip_address_equal(ipv4_of(src), input_outer(c)->src) || embedding_is_from_router(c))
        ruling->verdict = IPIP_PASS;
}

static void describe_source(const struct ipip_rule_input *c, struct ipip_text *text)
{
    describe_source_end(c, EMBEDDING_ISATAP, embedded_last(input_inner(c)->src), text);
}

const struct rule rule_712 = {
    .about.id = "IPIP712",
    .about.slug = "isatap-source",
    .about.title = "ISATAP source does not name the outer source",
    .about.reference = "RFC 5214 section 7.3",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a spoofed source, NAT, or a router whose advertisements are not in the capture",
    RULE_OF_AUTOMATIC(FACT_NOT_ISATAP),
    .outer = IPIP_FIELD_SRC,
    .inner = IPIP_FIELD_SRC,
    .check = check_source,
    .describe = describe_source,
    .values = {&value_inner_src},
};

/* The destination is a neighbour: link-local, or of the prefix that the outer source has an ISATAP address of. */
static bool is_on_link(const struct ipip_rule_input *c)
{
    const struct ipip_ip *inner = input_inner(c);

    return ipip_address_kind(inner->dst) == IPIP_ADDRESS_LINK_LOCAL ||
           (inner->src.high == inner->dst.high && embedded_is_isatap(inner->src) &&
            ipip_address_equal(ipv4_of(inner->src), input_outer(c)->src));
}

static void check_dest(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct ipip_addr dst = input_inner(c)->dst;

    if (!embedded_is_isatap(dst) || ipip_address_equal(ipv4_of(dst), input_outer(c)->dst) ||
        c->flow->tunnel->is_to_router || DECLARED_IN(c, prl, input_outer(c)->dst))
        ruling->verdict = IPIP_PASS;
    else if (!is_on_link(c))
        ruling->verdict = IPIP_UNKNOWN;
}

static void describe_dest(const struct ipip_rule_input *c, struct ipip_text *text)
{
    describe_destination_end(c, EMBEDDING_ISATAP, embedded_last(input_inner(c)->dst), text);
}

const struct rule rule_713 = {
    .about.id = "IPIP713",
    .about.slug = "isatap-dest",
    .about.title = "ISATAP destination does not name the outer destination",
    .about.reference = "RFC 5214 section 7.1",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "NAT, or an encapsulator with a wrong entry in its neighbour cache",
    RULE_OF_AUTOMATIC(FACT_NOT_ISATAP),
    .outer = IPIP_FIELD_DST,
    .inner = IPIP_FIELD_DST,
    .check = check_dest,
    .describe = describe_dest,
    .values = {&value_inner_dst},
};

/* No address of a node. */
static bool is_martian(struct ipip_addr address)
{
    enum ipip_address_kind kind = ipip_address_kind(ipv4_of(address));

    return embedded_is_isatap(address) &&
           (kind == IPIP_ADDRESS_UNSPECIFIED || kind == IPIP_ADDRESS_THIS_NETWORK || kind == IPIP_ADDRESS_LOOPBACK ||
            kind == IPIP_ADDRESS_MULTICAST || kind == IPIP_ADDRESS_RESERVED || kind == IPIP_ADDRESS_BROADCAST);
}

static struct ipip_addr martian(const struct ipip_rule_input *c)
{
    return is_martian(input_inner(c)->src) ? input_inner(c)->src : input_inner(c)->dst;
}

static void check_martian(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!is_martian(martian(c)))
        ruling->verdict = IPIP_PASS;
}

static void describe_martian(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char whole[IPIP_ADDRESS_TEXT];
    char inside[IPIP_ADDRESS_TEXT];

    ipip_address_text(whole, martian(c));
    ipip_address_text(inside, ipv4_of(martian(c)));
    SAY(text->message, "the ISATAP address %s names %s, %s", whole, inside,
        ipip_address_kind_text(ipv4_of(martian(c))));
    SAY(text->expected, "the unicast address of a node");
    SAY(text->actual, "%s", inside);
}

VALUE_ADDRESS(static, martian_address, martian(c))

const struct rule rule_714 = {
    .about.id = "IPIP714",
    .about.slug = "isatap-martian",
    .about.title = "ISATAP address of what can be no node",
    .about.reference = "RFC 5214 section 6; RFC 6890",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "a crafted packet that makes the router send to many hosts, or to itself",
    RULE_OF_AUTOMATIC(FACT_NOT_ISATAP),
    .inner = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .check = check_martian,
    .describe = describe_martian,
    .values = {&value_martian_address},
};
