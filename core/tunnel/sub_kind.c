/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/sub_kind.h"

#include "ipip/kind_stats.h"
#include "wire/embedded.h"

enum {
    AGREE = 9, /* of so many packets */
    AGREE_OF = 10,
};

static const enum embedding mechanisms[IPIP_SUB_KINDS] = {
    [IPIP_SUB_KIND_6TO4] = EMBEDDING_6TO4,
    [IPIP_SUB_KIND_ISATAP] = EMBEDDING_ISATAP,
    [IPIP_SUB_KIND_CONFIGURED] = EMBEDDING_NONE,
};

enum ipip_sub_kind ipip_sub_kind_of(const struct ipip_ip *inner)
{
    enum embedding by = embedding_of(inner->src, inner->dst);
    unsigned kind = 0;

    while (kind < IPIP_SUB_KIND_CONFIGURED && mechanisms[kind] != by)
        kind++;
    return (enum ipip_sub_kind)kind;
}

bool ipip_sub_kind_embedded(enum ipip_sub_kind kind, struct ipip_addr inside, struct ipip_addr *ipv4)
{
    uint32_t embedded = 0;
    bool is_embedded = embedded_by(mechanisms[kind], inside, &embedded);

    *ipv4 = ipip_address_ipv4(embedded);
    return is_embedded;
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
