/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TTLs with which systems send: the one list of them. */
#ifndef IPIP_CORE_INITIAL_TTL_H
#define IPIP_CORE_INITIAL_TTL_H

#include <stdbool.h>
#include <stdint.h>

/* Whose initial TTL: of hosts, of encapsulators, or of those encapsulators that there are most of. */
enum initial_ttl_of { INITIAL_TTL_HOST = 1 << 0, INITIAL_TTL_TUNNEL = 1 << 1, INITIAL_TTL_USUAL = 1 << 2 };

/* Such a packet has passed no router. */
bool is_initial_ttl(uint8_t ttl, enum initial_ttl_of of);

/* The nearest initial TTL from which a packet got to this one, by so many routers; 0 where it is too far, or may be two. */
uint8_t initial_ttl_above(uint8_t ttl, enum initial_ttl_of of, unsigned *routers);

#endif
