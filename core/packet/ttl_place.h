/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in the tunnel a direction was captured, as its outer TTLs suggest. */
#ifndef IPIP_CORE_TTL_PLACE_H
#define IPIP_CORE_TTL_PLACE_H

#include "ipip/ttl_stats.h"
#include "wire/initial_ttl.h"

enum ttl_place {
    TTL_PLACE_UNKNOWN,
    TTL_PLACE_ENTRY,  /* all are as encapsulators send them: an initial TTL, the declared one, the inner one */
    TTL_PLACE_BEHIND, /* routers have counted them down */
};

/* `declared`: the TTL that is configured at the entry, or 0. `*routers`: how many, with TTL_PLACE_BEHIND. */
enum ttl_place ttl_place(const struct ipip_ttl_stats *stats, enum initial_ttl_of of, uint8_t declared,
                         unsigned *routers);

#endif
