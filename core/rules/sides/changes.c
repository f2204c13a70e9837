/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an encapsulator, or the tunnel, did to the header inside, beside the TTL. */
#include <string.h>

#include "ipip/ecn.h"
#include "rules/sides/sides.h"

#define BLIND_TO_CHANGE (SIDES_FACT_AMBIGUOUS | SIDES_FACT_HEADER_UNSEEN)

bool sides_is_allowed(const struct tunnel_policy *tunnel_policy, enum ipip_allowed_change change)
{
    return tunnel_policy->expectation != NULL && (tunnel_policy->expectation->allow & change) != 0;
}

static bool is_clearing_allowed(const struct tunnel_policy *tunnel_policy)
{
    return sides_is_allowed(tunnel_policy, IPIP_ALLOW_DF_CLEAR);
}

static const struct difference differences[] = {
    [SIDES_DSCP] = {"DSCP", IPIP_FIELD_TCLASS},
    [SIDES_RESERVED] = {"reserved flag", IPIP_FIELD_FLAGS},
    [SIDES_DF_SET] = {"DF", IPIP_FIELD_FLAGS},
    [SIDES_DF_CLEARED] = {"DF", IPIP_FIELD_FLAGS},
    [SIDES_OPTIONS] = {"options", IPIP_FIELD_OPTIONS},
    [SIDES_TTL] = {"TTL", IPIP_FIELD_TTL},
    [SIDES_PAYLOAD] = {"payload", 0},
};

static void check_modified(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->flow->sides.difference == SIDES_DSCP) {
        ruling->severity = IPIP_NOTE;
        if (sides_is_allowed(c->tunnel_policy, IPIP_ALLOW_DSCP))
            ruling->verdict = IPIP_PASS;
    }
    ruling->confidence = IPIP_LIKELY;
    ruling->inner = differences[c->flow->sides.difference].field;
    sides_show_other(c, ruling);
}

static void describe_modified(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct sides_match *match = &c->flow->sides;
    const char *name = differences[match->difference].name;
    char other[SIDES_OTHER_TEXT];
    char dscp[DSCP_TEXT];

    SAY(text->message, "inner %s changed by encapsulation%s%s", name,
        sides_other_text(other, c)[0] != '\0' ? ", seen before it" : "", other);
    if (match->difference == SIDES_DSCP) {
        SAY(text->expected, "%s", text_dscp(dscp, match->tos_before >> 2));
        SAY(text->actual, "%s", text_dscp(dscp, match->tos_after >> 2));
    } else if (match->difference == SIDES_DF_SET) {
        SAY(text->expected, "DF=0");
        SAY(text->actual, "DF=1");
    } else {
        SAY(text->expected, "%s as before encapsulation", name);
        SAY(text->actual, "another value");
    }
}

const struct rule rule_402 = {
    .about.id = "IPIP402",
    .about.slug = "inner-modified-by-encap",
    .about.title = "inner header changed by encapsulation",
    .about.reference = "RFC 2003 section 3",
    .about.severity = IPIP_ERROR,
    SIDES_REFERENCES(IPIP_ERROR, "RFC 4213 section 3; RFC 8200 section 4", "RFC 2473 section 3.1",
                     "RFC 2784 section 2; RFC 8200 section 4", "RFC 791 section 3.2; RFC 8200 section 4"),
    .about.usual_cause = "a mangling rule on the encapsulator (DSCP marking, clearing of options), or a broken one",
    .about.kinds = KINDS_WITH_SIDES,
    RULE_OF_ENTRY,
    .blind = BLIND_TO_CHANGE,
    .inner = IPIP_FIELD_TCLASS | IPIP_FIELD_FLAGS | IPIP_FIELD_OPTIONS,
    .check = check_modified,
    .describe = describe_modified,
};

static void check_change(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->confidence = IPIP_LIKELY;
    sides_show_other(c, ruling);
}

static void describe_cleared(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char other[SIDES_OTHER_TEXT];

    SAY(text->message, "the datagram had DF%s before encapsulation and has none in the tunnel",
        sides_other_text(other, c));
    SAY(text->expected, "inner DF=1");
    SAY(text->actual, "inner DF=0");
}

static void describe_sum(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct ipip_layer *inner = input_layer(c) + 1;
    uint8_t header[IPIP_IPV4_HEADER_MAX];
    char other[SIDES_OTHER_TEXT];

    memcpy(header, inner->bytes.data, inner->ip.header_bytes);
    memset(header + 10, 0, 2);

    SAY(text->message, "the checksum of the inner header was right%s, and is wrong behind the encapsulation",
        sides_other_text(other, c)[0] != '\0' ? other : " before");
    SAY(text->expected, "checksum 0x%04x", ipip_checksum(header, inner->ip.header_bytes));
    SAY(text->actual, "0x%04x", inner->ip.checksum);
}

const struct rule rule_403 = {
    .about.id = "IPIP403",
    .about.slug = "inner-checksum-update",
    .about.title = "inner checksum not updated by encapsulation",
    .about.reference = "RFC 1624 section 3; RFC 791 section 3.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an encapsulator that changes the TTL and not the checksum, or adds to it without the carry",
    .about.kinds = KINDS_WITH_IPV4_INSIDE,
    RULE_OF_SIDES,
    .applies = SIDES_FACT_IN,
    .excludes = SIDES_FACT_IPV6,
    .blind = BLIND_TO_CHANGE,
    .inner = IPIP_FIELD_TTL | IPIP_FIELD_CHECKSUM,
    .check = check_change,
    .describe = describe_sum,
};

const struct rule rule_405 = {
    .about.id = "IPIP405",
    .about.slug = "inner-df-cleared",
    .about.title = "inner DF cleared by encapsulation",
    .about.reference = "RFC 6864 section 4.3; RFC 791 section 3.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an option that clears DF (`clear-dont-fragment-bit`, a route map, a mangling rule)",
    .about.kinds = KINDS_WITH_IPV4_INSIDE | KINDS_OF_MINIMAL,
    RULE_OF_SIDES,
    .applies = SIDES_FACT_IN,
    .excludes = SIDES_FACT_IPV6,
    .blind = BLIND_TO_CHANGE,
    .is_idle = is_clearing_allowed,
    .inner = IPIP_FIELD_FLAGS,
    .check = check_change,
    .describe = describe_cleared,
};

static void check_ecn(const struct ipip_rule_input *c, struct ruling *ruling)
{
    uint8_t before = c->flow->sides.tos_before & 3;
    uint8_t after = c->flow->sides.tos_after & 3;

    ruling->confidence = IPIP_LIKELY;
    sides_show_other(c, ruling);
    /* The encapsulator's own queue may mark before the tunnel. */
    if (before != IPIP_NOT_ECT && after == IPIP_CE && c->policy->inner_side != IPIP_INNER_SIDE_TUNDEV)
        ruling->verdict = IPIP_PASS;
}

static void describe_ecn(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char other[SIDES_OTHER_TEXT];

    SAY(text->message, "the ECN field of the inner header changed by encapsulation%s%s",
        sides_other_text(other, c)[0] != '\0' ? ", before it" : "", other);
    SAY(text->expected, "inner %s", ipip_ecn_name((enum ipip_ecn)(c->flow->sides.tos_before & 3)));
    SAY(text->actual, "inner %s", ipip_ecn_name((enum ipip_ecn)(c->flow->sides.tos_after & 3)));
}

const struct rule rule_512 = {
    .about.id = "IPIP512",
    .about.slug = "inner-ecn-changed-by-encap",
    .about.title = "inner ECN changed by encapsulation",
    .about.reference = "RFC 6040 section 4.1",
    .about.severity = IPIP_ERROR,
    .variants = {{KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_UDP, IPIP_ERROR, "RFC 9601 section 3; RFC 6040 section 4.1",
                  false}},
    .about.usual_cause = "a rule that writes the whole TOS octet, or an encapsulator that clears ECN",
    .about.kinds = KINDS_WITH_SIDES,
    RULE_OF_ENTRY,
    .blind = BLIND_TO_CHANGE,
    .inner = IPIP_FIELD_TCLASS,
    .check = check_ecn,
    .describe = describe_ecn,
};

/* The field that an octet of a header is in: the last of these that does not begin behind it. */
struct header_field {
    uint8_t begin;
    struct difference field;
};

static struct difference field_at(bool is_ipv6, unsigned octet)
{
    static const struct header_field of_ipv6[] = {
        {0, {"Traffic Class", IPIP_FIELD_TCLASS}},
        {2, {"header", 0}},
        {40, {"options", IPIP_FIELD_OPTIONS}},
    };
    static const struct header_field of_ipv4[] = {
        {0, {"IHL", IPIP_FIELD_VERSION}},
        {1, {"TOS", IPIP_FIELD_TCLASS}},
        {2, {"header", 0}},
        {6, {"flags", IPIP_FIELD_FLAGS}},
        {7, {"header", 0}},
        {10, {"checksum", IPIP_FIELD_CHECKSUM}},
        {12, {"header", 0}},
        {20, {"options", IPIP_FIELD_OPTIONS}},
    };
    const struct header_field *fields = is_ipv6 ? of_ipv6 : of_ipv4;
    size_t i = (is_ipv6 ? sizeof of_ipv6 : sizeof of_ipv4) / sizeof fields[0] - 1;

    while (fields[i].begin > octet)
        i--;
    return fields[i].field;
}

struct difference sides_difference_of(const struct sides_match *match)
{
    return match->difference == SIDES_HEADER ? field_at(match->is_ipv6, match->changed_at)
                                             : differences[match->difference];
}

static void check_changed(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->confidence = IPIP_LIKELY;
    ruling->inner = sides_difference_of(&c->flow->sides).field;
    sides_show_other(c, ruling);
}

static void describe_changed(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct sides_match *match = &c->flow->sides;
    const char *name = match->difference == SIDES_TTL ? sides_ttl_word(c) : sides_difference_of(match).name;
    char other[SIDES_OTHER_TEXT];

    SAY(text->message, "inner %s changed inside the tunnel, between the place with outer %s %u%s and this one, with %u",
        name, text_word(input_outer(c), WORD_TTL), match->outer_ttl_before, sides_other_text(other, c),
        input_outer(c)->ttl);
    if (match->difference == SIDES_TTL) {
        SAY(text->expected, "%s %u", name, match->ttl_before);
        SAY(text->actual, "%s %u", name, match->ttl_after);
    } else if (match->difference == SIDES_DF_SET || match->difference == SIDES_DF_CLEARED) {
        SAY(text->expected, "DF=%d", match->difference == SIDES_DF_CLEARED);
        SAY(text->actual, "DF=%d", match->difference == SIDES_DF_SET);
    } else if (match->difference == SIDES_HEADER) {
        SAY(text->expected, "0x%02x in octet %u of the header", match->changed_before, match->changed_at);
        SAY(text->actual, "0x%02x", match->changed_after);
    } else {
        SAY(text->expected, "the payload as before");
        SAY(text->actual, "other octets");
    }
}

const struct rule rule_404 = {
    .about.id = "IPIP404",
    .about.slug = "inner-modified-in-tunnel",
    .about.title = "inner datagram changed inside the tunnel",
    .about.reference = "RFC 2003 section 3",
    .about.severity = IPIP_ERROR,
    SIDES_REFERENCES(IPIP_ERROR, "RFC 4213 section 3", "RFC 2473 section 3.2", "RFC 2784 section 2",
                     "RFC 791 section 3.2; RFC 8200 section 3"),
    .about.usual_cause = "a middlebox that reaches into tunnels, or a damaged packet",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_SIDES,
    .about.kinds = KINDS_OF_TWO_HEADERS & ~KIND_OF(6IN6), /* whose headers have no Identification */
    .applies = SIDES_FACT_AGAIN,
    .blind = BLIND_TO_CHANGE,
    .check = check_changed,
    .describe = describe_changed,
};
