/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/address.h"
#include "tunnel/dropping.h"

enum {
    UNCUT_MIN = 1501, /* with Total Length 0, at least that large is segmentation offload's doing, not a fault */
    PROTOCOL_IGMP = 2,
    POINTER = 2, /* of an option, and what lies behind it */
    FLAGS = 3,
    TIMES_WITH_ADDRESSES = 1, /* kinds of time stamps (RFC 791 section 3.1); 3: at the addresses named */
    TIMES_OF_NAMED = 3,
    OVERFLOWS_MAX = 15,
};

static bool is_of_zero_network(enum ipip_address_kind kind)
{
    return kind == IPIP_ADDRESS_UNSPECIFIED || kind == IPIP_ADDRESS_THIS_NETWORK;
}

/* From nowhere to nowhere. */
static bool are_unspecified(const struct ipip_ip *ip)
{
    return ipip_address_kind(ip->src) == IPIP_ADDRESS_UNSPECIFIED &&
           ipip_address_kind(ip->dst) == IPIP_ADDRESS_UNSPECIFIED;
}

/* Groups on a link: 224.0.0.0/24. */
static const struct ipip_prefix local_multicast = {{0, UINT64_C(0xffffe0000000)}, 120};

/* A host without an address sends from 0.0.0.0, to the limited broadcast address or to a group on its link. */
static bool may_have_no_source(const struct ipip_ip *ip)
{
    enum ipip_address_kind dst = ipip_address_kind(ip->dst);

    return dst == IPIP_ADDRESS_BROADCAST || are_unspecified(ip) || ipip_prefix_has(&local_multicast, ip->dst) ||
           (ip->protocol == PROTOCOL_IGMP && dst == IPIP_ADDRESS_MULTICAST);
}

static enum ipip_drop_why addresses(const struct ipip_ip *ip, bool is_loopback)
{
    enum ipip_address_kind src;
    enum ipip_address_kind dst;

    if (is_ordinary(ip->src) && is_ordinary(ip->dst))
        return IPIP_DROP_NOTHING;
    src = ipip_address_kind(ip->src);
    dst = ipip_address_kind(ip->dst);
    if (src == IPIP_ADDRESS_MULTICAST || src == IPIP_ADDRESS_BROADCAST ||
        (src == IPIP_ADDRESS_LOOPBACK && !is_loopback) || (is_of_zero_network(src) && !may_have_no_source(ip)))
        return IPIP_DROP_SOURCE;
    if ((dst == IPIP_ADDRESS_LOOPBACK && !is_loopback) || (is_of_zero_network(dst) && !are_unspecified(ip)))
        return IPIP_DROP_DESTINATION;
    return IPIP_DROP_NOTHING;
}

/* Routes that are recorded, or to be taken: addresses from the pointer on, if there is room for one. */
static bool is_route_good(const struct ipip_option *option)
{
    return option->bytes >= 3 && option->data[POINTER] >= 4 &&
           (option->data[POINTER] > option->bytes || option->data[POINTER] + 3 <= option->bytes);
}

static bool is_timestamp_good(const struct ipip_option *option)
{
    uint8_t kind;

    if (option->bytes < 4 || option->data[POINTER] < 5)
        return false;
    kind = option->data[FLAGS] & 15;
    if (option->data[POINTER] > option->bytes) /* full: the hosts that found no room are counted */
        return kind == TIMES_OF_NAMED || option->data[FLAGS] >> 4 != OVERFLOWS_MAX;
    return option->data[POINTER] + (kind == TIMES_WITH_ADDRESSES || kind == TIMES_OF_NAMED ? 7 : 3) <= option->bytes;
}

static bool is_option_good(const struct ipip_option *option)
{
    if (option->type == IPIP_OPTION_EOOL || option->type == IPIP_OPTION_NOP)
        return true;
    if (option->claimed < 2 || option->claimed != option->bytes)
        return false;
    switch (option->type) {
    case IPIP_OPTION_RR:
        return is_route_good(option);
    case IPIP_OPTION_LSRR:
    case IPIP_OPTION_SSRR:
        return option->bytes >= 3 && option->data[POINTER] >= 4;
    case IPIP_OPTION_TIMESTAMP:
        return is_timestamp_good(option);
    case IPIP_OPTION_ROUTER_ALERT:
        return option->bytes >= 4;
    default:
        return true;
    }
}

/* Those that may occur once only: routes of either kind, record route, time stamps. 0 for others. */
static unsigned only_one(uint8_t type)
{
    switch (type) {
    case IPIP_OPTION_LSRR:
    case IPIP_OPTION_SSRR:
        return 1;
    case IPIP_OPTION_RR:
        return 2;
    case IPIP_OPTION_TIMESTAMP:
        return 4;
    default:
        return 0;
    }
}

static enum ipip_drop_why options(const uint8_t *header, size_t header_bytes)
{
    struct ipip_option_walk walk = ipip_options(header, header_bytes);
    struct ipip_option option;
    unsigned seen = 0;

    while (ipip_option_next(&walk, &option)) {
        unsigned one = only_one(option.type);

        if (!is_option_good(&option) || (seen & one) != 0)
            return IPIP_DROP_OPTION;
        seen |= one;
    }
    return (seen & only_one(IPIP_OPTION_LSRR)) != 0 ? IPIP_DROP_SOURCE_ROUTE : IPIP_DROP_NOTHING;
}

/* In the order of ip_rcv(): the header, the route, the options. */
enum ipip_drop_why drop_of_ipv4(const struct ipip_layer *layer, bool is_inner, bool is_loopback)
{
    const struct ipip_ip *ip = &layer->ip;
    bool is_uncut = ip->total_bytes == 0 && layer->bytes.wire >= UNCUT_MIN;
    bool is_captured = layer->bytes.captured >= ip->header_bytes;
    enum ipip_drop_why why;

    if (ip->header_bytes < IPIP_IPV4_HEADER_MIN || layer->bytes.wire < ip->header_bytes)
        return IPIP_DROP_HEADER;
    if (is_captured && !ipip_ipv4_checksum_ok(layer->bytes.data, ip->header_bytes))
        return IPIP_DROP_CHECKSUM;
    if (layer->bytes.wire < ip->total_bytes)
        return IPIP_DROP_TOTAL_LONG;
    if (ip->total_bytes < ip->header_bytes && !is_uncut)
        return IPIP_DROP_TOTAL_SHORT;
    why = addresses(ip, is_loopback && !is_inner);
    if (why == IPIP_DROP_NOTHING && is_captured && ip->header_bytes > IPIP_IPV4_HEADER_MIN)
        why = options(layer->bytes.data, ip->header_bytes);
    return why == IPIP_DROP_NOTHING && is_inner && ip->ttl == 0 ? IPIP_DROP_TTL : why;
}
