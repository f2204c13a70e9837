/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a policy may declare of a MAP-E domain (RFC 7597 section 5): its mapping rule. */
#include "policy/expectation_line.h"

enum { IPV4_BITS = 32, PORT_BITS = 16, EA_BITS_MAX = 48, SITE_BITS_MAX = 64, PSID_OFFSET = 6 /* section 5.1 */ };

static bool take_text(char text[LINE_ITEM_TEXT], const char **list)
{
    const char *item;
    size_t bytes = line_item(&item, list);

    return bytes > 0 && line_copy(text, item, bytes);
}

static bool take_prefix(struct ipip_prefix *prefix, const char **list)
{
    char text[LINE_ITEM_TEXT];

    return take_text(text, list) && ipip_prefix_parse(prefix, text);
}

/* What the bits that are embedded have to name beside the IPv4 address: a set of ports, or nothing. */
static unsigned psid_bits(const struct ipip_map_rule *rule)
{
    unsigned suffix = IPV4_BITS - (rule->ipv4.bits - (unsigned)IPIP_ADDRESS_IPV4_BITS);

    return rule->ea_bits > suffix ? rule->ea_bits - suffix : 0;
}

static bool set_map_rule(struct ipip_expectation *e, const char *value)
{
    struct ipip_map_rule rule = {{{0, 0}, 0}, {{0, 0}, 0}, 0, 0};
    char text[LINE_ITEM_TEXT];
    unsigned ea_bits;
    unsigned offset = PSID_OFFSET;

    if (!take_prefix(&rule.ipv6, &value) || !take_prefix(&rule.ipv4, &value) || !take_text(text, &value) ||
        !line_number(&ea_bits, text, 10, 0, EA_BITS_MAX))
        return false;
    if (take_text(text, &value) && (!line_number(&offset, text, 10, 0, PORT_BITS - 1) || take_text(text, &value)))
        return false;
    rule.ea_bits = (uint8_t)ea_bits;
    rule.psid_offset = (uint8_t)offset;
    if (ipip_address_is_ipv4(rule.ipv6.address) || rule.ipv6.bits == 0 || !ipip_address_is_ipv4(rule.ipv4.address) ||
        rule.ipv6.bits + ea_bits > SITE_BITS_MAX || offset + psid_bits(&rule) > PORT_BITS)
        return false;
    e->map_rule = rule;
    return true;
}

const struct expectation_line expectation_map_lines[] = {
    {"map-rule", set_map_rule,
     "the rule of a MAP-E domain: IPv6 prefix, IPv4 prefix, bits that are embedded, and the PSID offset if it is not "
     "6, such as 2001:db8::/40 192.0.2.0/24 16",
     LINE_OF_IPV6},
    {0},
};
