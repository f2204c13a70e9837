/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/initial_ttl.h"

#include <stddef.h>

enum { ROUTERS_MAX = 16 }; /* a TTL that is further below an initial one may have been configured */

static const struct {
    uint8_t ttl;
    uint8_t of;
} table[] = {
    {30, INITIAL_TTL_HOST | INITIAL_TTL_TUNNEL}, /* gif(4) */
    {32, INITIAL_TTL_HOST | INITIAL_TTL_TUNNEL},
    {60, INITIAL_TTL_HOST | INITIAL_TTL_TUNNEL},
    {64, INITIAL_TTL_HOST | INITIAL_TTL_TUNNEL | INITIAL_TTL_USUAL},
    {128, INITIAL_TTL_HOST | INITIAL_TTL_TUNNEL | INITIAL_TTL_USUAL},
    {254, INITIAL_TTL_TUNNEL},
    {255, INITIAL_TTL_HOST | INITIAL_TTL_TUNNEL | INITIAL_TTL_USUAL},
};

bool is_initial_ttl(uint8_t ttl, enum initial_ttl_of of)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].ttl == ttl)
            return (table[i].of & of) != 0;
    }
    return false;
}

uint8_t initial_ttl_above(uint8_t ttl, enum initial_ttl_of of, unsigned *routers)
{
    /* Itself an initial one, if not of these: it may be either. */
    if (is_initial_ttl(ttl, INITIAL_TTL_TUNNEL) && !is_initial_ttl(ttl, of))
        return 0;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if ((table[i].of & of) == 0 || table[i].ttl < ttl)
            continue;
        *routers = (unsigned)table[i].ttl - ttl;
        return *routers <= ROUTERS_MAX ? table[i].ttl : 0;
    }
    return 0;
}
