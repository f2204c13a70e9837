/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words on tunnels whose exit is in the inner destination: 6rd and ISATAP. */
#include <string.h>

#include "ipip/address.h"
#include "refuse.h"
#include "words/word.h"

static gboolean take_prefix(struct description *d, const struct word *word, const char *value)
{
    struct ipip_prefix prefix;

    if (!ipip_prefix_parse(&prefix, value) || ipip_address_is_ipv4(prefix.address) || prefix.bits == 0)
        return word_refuse_value(d, word, value, "an IPv6 prefix without host bits, such as 2001:db8::/32");
    d->tunnel.prefix = prefix;
    return TRUE;
}

static gboolean take_relay_prefix(struct description *d, const struct word *word, const char *value)
{
    struct ipip_prefix prefix;

    if (!ipip_prefix_parse(&prefix, value) || !ipip_address_is_ipv4(prefix.address))
        return word_refuse_value(d, word, value, "an IPv4 prefix without host bits, such as 10.0.0.0/8");
    d->tunnel.relay = prefix;
    if (prefix.bits == IPIP_ADDRESS_IPV4_BITS) /* 0.0.0.0/0: nothing in common */
        d->tunnel.relay = (struct ipip_prefix){0};
    return TRUE;
}

static gboolean take_reset(struct description *d, const struct word *word, const char *value)
{
    (void)word;
    (void)value;
    d->tunnel.prefix = (struct ipip_prefix){0};
    d->tunnel.relay = (struct ipip_prefix){0};
    return TRUE;
}

static gboolean take_isatap(struct description *d, const struct word *word, const char *value)
{
    (void)word;
    (void)value;
    d->tunnel.is_isatap = true;
    return TRUE;
}

static gboolean take_router(struct description *d, const struct word *word, const char *value)
{
    struct ipip_addr address;

    if (!ipip_address_parse(&address, value) || !ipip_address_is_ipv4(address))
        return word_refuse_value(d, word, value, "the IPv4 address of a router");
    if (d->tunnel.router_count == IPIP_PRL_MAX)
        return refuse(d->error, NULL, "%s %s: more than %d routers", word->name, value, IPIP_PRL_MAX);
    d->tunnel.routers[d->tunnel.router_count++] = address;
    return TRUE;
}

static gboolean take_delete(struct description *d, const struct word *word, const char *value)
{
    return refuse(d->error, NULL, "%s %s: leave this line out, and the one that adds the router", word->name, value);
}

const struct word words_of_sit[] = {
    {"6rd-prefix", IPIP_DRIVER_SIT, COMMAND_LINK | COMMAND_6RD, TRUE, take_prefix, 0},
    {"6rd-relay_prefix", IPIP_DRIVER_SIT, COMMAND_LINK | COMMAND_6RD, TRUE, take_relay_prefix, 0},
    {"6rd-reset", IPIP_DRIVER_SIT, COMMAND_LINK | COMMAND_6RD, FALSE, take_reset, 0},
    {"isatap", IPIP_DRIVER_SIT, COMMAND_LINK, FALSE, take_isatap, 0},
    {"prl-default", IPIP_DRIVER_SIT, COMMAND_PRL, TRUE, take_router, 0},
    {"prl-nodefault", IPIP_DRIVER_SIT, COMMAND_PRL, TRUE, take_router, 0},
    {"prl-delete", IPIP_DRIVER_SIT, COMMAND_PRL, TRUE, take_delete, 0},
    {0},
};
