/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host_pairs.h"

#include <glib.h>

#include "steady_hash.h"

struct pair {
    gboolean is_set;
    struct ipip_addr src, dst;
    uint32_t direction;
};

struct host_pairs {
    struct pair all[HOST_PAIRS_MAX];
};

struct host_pairs *host_pairs_new(void)
{
    return g_new0(struct host_pairs, 1);
}

void host_pairs_free(struct host_pairs *pairs)
{
    g_free(pairs);
}

void host_pairs_set(struct host_pairs *pairs, struct ipip_addr src, struct ipip_addr dst, uint32_t direction)
{
    pairs->all[steady_hash(src, dst, 0) % HOST_PAIRS_MAX] = (struct pair){TRUE, src, dst, direction};
}

int64_t host_pairs_find(const struct host_pairs *pairs, struct ipip_addr src, struct ipip_addr dst)
{
    const struct pair *pair = &pairs->all[steady_hash(src, dst, 0) % HOST_PAIRS_MAX];

    if (!pair->is_set || !ipip_address_equal(pair->src, src) || !ipip_address_equal(pair->dst, dst))
        return -1;
    return pair->direction;
}
