/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel/sub_kind.h"

enum {
    AGREE = 9, /* of so many packets */
    AGREE_OF = 10,
    SHIFT_6TO4 = 48,
    PREFIX_6TO4 = 0x2002,
    SHIFT_6TO4_IPV4 = 16, /* of the IPv4 address in the upper half */
    SHIFT_ISATAP = 32,
    ISATAP = 0x00005efe,
    ISATAP_UNIVERSAL = 0x02000000, /* the bit that is set where the IPv4 address is unique (RFC 5214 section 6.1) */
};

static bool is_6to4(struct ipip_addr address)
{
    return address.high >> SHIFT_6TO4 == PREFIX_6TO4;
}

static bool is_isatap(struct ipip_addr address)
{
    return (address.low >> SHIFT_ISATAP & ~(uint64_t)ISATAP_UNIVERSAL) == ISATAP;
}

enum ipip_sub_kind sub_kind_of(const struct ipip_ip *inner)
{
    if (is_6to4(inner->src) || is_6to4(inner->dst))
        return IPIP_SUB_KIND_6TO4;
    return is_isatap(inner->src) || is_isatap(inner->dst) ? IPIP_SUB_KIND_ISATAP : IPIP_SUB_KIND_CONFIGURED;
}

bool sub_kind_embeds(enum ipip_sub_kind kind, struct ipip_addr inside, struct ipip_addr outside)
{
    uint32_t ipv4 = (uint32_t)outside.low;

    if (kind == IPIP_SUB_KIND_6TO4)
        return is_6to4(inside) && (uint32_t)(inside.high >> SHIFT_6TO4_IPV4) == ipv4;
    return kind == IPIP_SUB_KIND_ISATAP && is_isatap(inside) && (uint32_t)inside.low == ipv4;
}

enum ipip_sub_kind ipip_kind_stats_sub_kind(const struct ipip_kind_stats *stats)
{
    uint32_t packets = stats->packets - stats->opaque;

    for (int kind = 0; kind < IPIP_SUB_KIND_CONFIGURED; kind++) {
        if (packets > 0 && (uint64_t)stats->sub_kinds[kind] * AGREE_OF >= (uint64_t)packets * AGREE)
            return (enum ipip_sub_kind)kind;
    }
    return IPIP_SUB_KIND_CONFIGURED;
}

const char *ipip_sub_kind_name(enum ipip_sub_kind kind)
{
    static const char *const names[IPIP_SUB_KINDS] = {"6to4", "isatap", "configured"};

    return names[kind];
}
