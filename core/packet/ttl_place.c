/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/ttl_place.h"

enum { ROUTERS_MAX = 16 }; /* so many are on few paths */

static enum ttl_place place_of_inherited(const struct ipip_ttl_stats *stats, unsigned *routers)
{
    *routers = stats->hops[0];
    if (!ipip_ttl_is_established(stats) || *routers > ROUTERS_MAX)
        return TTL_PLACE_UNKNOWN;
    return *routers == 0 ? TTL_PLACE_ENTRY : TTL_PLACE_BEHIND;
}

static enum ttl_place place_of_fixed(uint8_t ttl, enum initial_ttl_of of, uint8_t declared, unsigned *routers)
{
    *routers = 0;
    if (is_initial_ttl(ttl, of) || (declared != 0 && ttl == declared))
        return TTL_PLACE_ENTRY;
    return initial_ttl_above(ttl, of, routers) != 0 ? TTL_PLACE_BEHIND : TTL_PLACE_UNKNOWN;
}

enum ttl_place ttl_place(const struct ipip_ttl_stats *stats, enum initial_ttl_of of, uint8_t declared,
                         unsigned *routers)
{
    enum ttl_place first;
    unsigned more;

    *routers = 0;
    if (stats->packets == 0)
        return TTL_PLACE_UNKNOWN;
    first = place_of_fixed(stats->outer[0], of, declared, routers);
    /* The inner TTL, copied at the entry, or by chance the same. */
    if (first == TTL_PLACE_BEHIND && stats->hops[0] == 0 && stats->hops_count[1] == 0)
        return ipip_ttl_is_established(stats) ? TTL_PLACE_ENTRY : TTL_PLACE_UNKNOWN;
    if (stats->outer_count[1] == 0)
        return first;
    if (first == TTL_PLACE_ENTRY && place_of_fixed(stats->outer[1], of, declared, &more) == TTL_PLACE_ENTRY)
        return TTL_PLACE_ENTRY;
    return ipip_ttl_is_inherited(stats) ? place_of_inherited(stats, routers) : TTL_PLACE_UNKNOWN;
}
