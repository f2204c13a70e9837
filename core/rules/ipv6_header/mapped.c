/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses that stand for IPv4 inside a host, and are none on the wire (RFC 4291 section 2.5.5). */
#include "rules/extensions.h"
#include "wire/embedded.h"

static bool is_of_ipv4(struct ipip_addr address)
{
    return embedded_is_mapped(address) || embedded_is_compatible(address);
}

/* IPIP708 is about the inner source of 6in4. Encapsulators that translate ICMP errors take the mapped address of a router (RFC 4213 section 3.4). */
static bool is_src_of_others(const struct ipip_rule_input *c)
{
    enum { ERROR_TYPE_MAX = 127 };
    struct ipip_bytes payload = ipip_layer_payload(input_layer(c));

    if (c->layer > 0 && c->stack->layers[c->layer - 1].kind == IPIP_KIND_6IN4)
        return true;
    return input_outer(c)->protocol == IPIP_PROTOCOL_ICMPV6 && input_outer(c)->fragment_offset == 0 &&
           payload.captured > 0 && payload.data[0] <= ERROR_TYPE_MAX;
}

static bool is_src_wrong(const struct ipip_rule_input *c)
{
    return is_of_ipv4(input_outer(c)->src) && !is_src_of_others(c);
}

static void check_mapped(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!is_src_wrong(c) && !is_of_ipv4(input_outer(c)->dst))
        ruling->verdict = IPIP_PASS;
}

static struct ipip_addr wrong_address(const struct ipip_rule_input *c)
{
    return is_src_wrong(c) ? input_outer(c)->src : input_outer(c)->dst;
}

static void describe_mapped(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct ipip_addr address = wrong_address(c);
    char whole[IPIP_ADDRESS_TEXT];

    ipip_address_text(whole, address);
    SAY(text->message, "the %s %s %s%s is an IPv4-%s address, which is for use inside a host", input_where(c),
        is_src_wrong(c) ? "source" : "destination", embedded_is_mapped(address) ? "::ffff:" : "", whole,
        embedded_is_mapped(address) ? "mapped" : "compatible");
    SAY(text->expected, "an IPv6 address");
    SAY(text->actual, "%s%s", embedded_is_mapped(address) ? "::ffff:" : "", whole);
}

VALUE_WORD(static, of_ipv4, embedded_is_mapped(wrong_address(c)) ? "mapped" : "compatible")
VALUE_ADDRESS(static, of_ipv4_address, wrong_address(c))

const struct rule rule_766 = {
    .about.id = "IPIP766",
    .about.slug = "v6-inner-mapped",
    .about.title = "IPv4-mapped or IPv4-compatible address on the wire",
    .about.reference = "RFC 4291 section 2.5.5; RFC 4213 section 3.6; RFC 3964 section 5.3.2",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "an attempt to pass for an IPv4 host, or an application that sends to what it took for IPv6",
    .about.kinds = KINDS_WITH_IPV6,
    .applies = FACT_WELL_FORMED | FACT_IPV6,
    .excludes = FACT_WHOLE,
    .triggers = TRIGGER_MAPPED,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .check = check_mapped,
    .describe = describe_mapped,
    .values = {&value_of_ipv4, &value_of_ipv4_address},
};
