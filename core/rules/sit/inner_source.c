/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inner sources that a decapsulator of 6in4 drops, or that name another encapsulator (RFC 4213 sections 3.6 and 3.7). */
#include "rules/loops/scan.h"
#include "wire/embedded.h"

/* Why the source must be discarded; NULL where it need not be. */
static const char *reason(struct ipip_addr src)
{
    if (embedded_is_mapped(src))
        return "IPv4-mapped";
    if (embedded_is_compatible(src))
        return "IPv4-compatible";
    switch (ipip_address_kind(src)) {
    case IPIP_ADDRESS_MULTICAST:
        return "multicast";
    case IPIP_ADDRESS_LOOPBACK:
        return "loopback";
    default:
        return NULL;
    }
}

/* An address of an IPv6 header, where a mapped one is no IPv4 address. */
static const char *source_text(char text[static IPIP_ADDRESS_TEXT], struct ipip_addr src)
{
    char dotted[IPIP_ADDRESS_TEXT];

    ipip_address_text(dotted, src);
    text_say(text, IPIP_ADDRESS_TEXT, "%s%s", embedded_is_mapped(src) ? "::ffff:" : "", dotted);
    return text;
}

static void check_invalid(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct ipip_addr src = input_inner(c)->src;

    if (scan_kind(c) != SCAN_NONE)
        ruling->verdict = IPIP_NOT_APPLICABLE;
    else if (reason(src) == NULL || (c->packet->is_loopback && !embedded_is_mapped(src)))
        ruling->verdict = IPIP_PASS;
}

static void describe_invalid(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];

    source_text(src, input_inner(c)->src);
    SAY(text->message, "the inner source %s is %s: the decapsulator must discard the packet", src,
        reason(input_inner(c)->src));
    SAY(text->expected, "a unicast source that is no IPv4 address");
    SAY(text->actual, "%s", src);
}

VALUE_WORD(static, source_kind, reason(input_inner(c)->src))

const struct rule rule_708 = {
    .about.id = "IPIP708",
    .about.slug = "6in4-inner-src-invalid",
    .about.title = "inner source that the exit must discard",
    .about.reference = "RFC 4213 section 3.6",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "spoofing through the tunnel, or a translator that lets mapped addresses out",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_6IN4),
    RULE_OF_RELATION,
    .triggers = TRIGGER_INNER_SRC_SPECIAL | TRIGGER_INNER_SRC_MAPPED,
    .inner = IPIP_FIELD_SRC,
    .check = check_invalid,
    .describe = describe_invalid,
    .values = {&value_source_kind},
};

/* fe80:: and an IPv4 address of a host, no number that was chosen, such as fe80::1. */
static bool is_of_host(struct ipip_addr src)
{
    enum { CHOSEN_MAX = 0x00ffffff };
    struct ipip_addr host = ipip_address_ipv4(embedded_last(src));

    return src.high == UINT64_C(0xfe80000000000000) && src.low >> 32 == 0 && embedded_last(src) > CHOSEN_MAX &&
           !ipip_address_is_group(host) && ipip_address_kind(host) != IPIP_ADDRESS_RESERVED &&
           ipip_address_kind(host) != IPIP_ADDRESS_LOOPBACK;
}

static void check_form(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct ipip_addr src = input_inner(c)->src;

    if (!is_of_host(src) || ipip_address_equal(ipip_address_ipv4(embedded_last(src)), input_outer(c)->src))
        ruling->verdict = IPIP_PASS;
}

static void describe_form(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char named[IPIP_ADDRESS_TEXT];
    char outer[IPIP_ADDRESS_TEXT];

    ipip_address_text(named, ipip_address_ipv4(embedded_last(input_inner(c)->src)));
    ipip_address_text(outer, input_outer(c)->src);
    SAY(text->message, "the link-local source %s is made from %s, but the packet comes from %s",
        ipip_address_text(src, input_inner(c)->src), named, outer);
    SAY(text->expected, "fe80:: with %s", outer);
    SAY(text->actual, "fe80:: with %s", named);
}

const struct rule rule_791 = {
    .about.id = "IPIP791",
    .about.slug = "6in4-linklocal-form",
    .about.title = "link-local address names another outer address",
    .about.reference = "RFC 4213 section 3.7",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "NAT on the path, a router with several addresses, or an address that was assigned by hand",
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_6IN4),
    RULE_OF_RELATION,
    .triggers = TRIGGER_INNER_SRC_SPECIAL,
    .outer = IPIP_FIELD_SRC,
    .inner = IPIP_FIELD_SRC,
    .check = check_form,
    .describe = describe_form,
    .values = {&value_inner_src},
};
