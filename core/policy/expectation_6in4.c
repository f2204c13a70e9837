/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a policy may declare of a tunnel of IPv6 in IPv4: path MTU discovery, a 6rd domain, the routers of automatic tunnels. */
#include <string.h>

#include "policy/expectation_line.h"

enum { IPV4_BITS = 32, SITE_BITS_MAX = 64 }; /* RFC 5969 section 4: what is delegated to a site is a /64 at least */

static bool set_mtu_mode(struct ipip_expectation *e, const char *value)
{
    static const char *const names[] = {"dynamic", "static", NULL};
    int name = line_word(names, value);

    if (name < 0)
        return false;
    e->is_mtu_static = name == 1;
    return true;
}

/* The next item of the list. */
static bool take_prefix(struct ipip_prefix *prefix, const char **list)
{
    char text[LINE_ITEM_TEXT];
    const char *item;
    size_t bytes = line_item(&item, list);

    return bytes > 0 && line_copy(text, item, bytes) && ipip_prefix_parse(prefix, text);
}

static bool has_more(const char *list)
{
    const char *item;

    return line_item(&item, &list) > 0;
}

static bool set_prefix(struct ipip_expectation *e, const char *value)
{
    struct ipip_prefix prefix;
    struct ipip_prefix common = {{0, 0}, 0};
    unsigned common_bits;

    if (!take_prefix(&prefix, &value) || ipip_address_is_ipv4(prefix.address) || prefix.bits == 0)
        return false;
    if (has_more(value) && (!take_prefix(&common, &value) || !ipip_address_is_ipv4(common.address) || has_more(value)))
        return false;
    common_bits = common.bits != 0 ? common.bits - (unsigned)IPIP_ADDRESS_IPV4_BITS : 0;
    if (prefix.bits + IPV4_BITS - common_bits > SITE_BITS_MAX)
        return false;
    e->prefix = prefix;
    e->common = common;
    return true;
}

static bool set_addresses(struct ipip_expected_addresses *addresses, const char *value)
{
    struct ipip_expected_addresses made = {0, {{0, 0}}};
    const char *item;
    size_t bytes;

    while ((bytes = line_item(&item, &value)) > 0) {
        char text[LINE_ITEM_TEXT];

        if (made.count == IPIP_EXPECTED_ADDRESSES_MAX || !line_copy(text, item, bytes) ||
            !ipip_address_parse(&made.at[made.count], text) || !ipip_address_is_ipv4(made.at[made.count]))
            return false;
        made.count++;
    }
    if (made.count == 0)
        return false;
    *addresses = made;
    return true;
}

static bool set_br(struct ipip_expectation *e, const char *value)
{
    return set_addresses(&e->br, value);
}

static bool set_br_anycast(struct ipip_expectation *e, const char *value)
{
    return set_addresses(&e->br_anycast, value);
}

static bool set_prl(struct ipip_expectation *e, const char *value)
{
    return set_addresses(&e->prl, value);
}

static bool set_relay(struct ipip_expectation *e, const char *value)
{
    return set_addresses(&e->relay, value);
}

static const char addresses[] = "1 to 4 IPv4 addresses with ; between, such as 192.0.2.1";

const struct expectation_line expectation_6in4_lines[] = {
    {"mtu-mode", set_mtu_mode, "static or dynamic", LINE_OF_IPV4},
    {"prefix", set_prefix,
     "the prefix of a 6rd domain, such as 2001:db8::/32, then, where its IPv4 addresses begin alike, their prefix, as in "
     "2001:db8::/32 10.0.0.0/8",
     LINE_OF_IPV4},
    {"br", set_br, addresses, LINE_OF_IPV4},
    {"br-anycast", set_br_anycast, addresses, LINE_OF_IPV4},
    {"prl", set_prl, addresses, LINE_OF_IPV4},
    {"relay", set_relay, addresses, LINE_OF_IPV4},
    {0},
};
