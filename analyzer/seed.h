/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random seeds for hash tables. No result depends on them. */
#ifndef IPIP_ANALYZER_SEED_H
#define IPIP_ANALYZER_SEED_H

#include <stdint.h>

#include "ipip/tunnel_direction.h"

uint64_t random_seed(void);

/* A hash of a tunnel direction for GLib's tables, the same all the time that the program runs. */
unsigned hash_tunnel(const struct ipip_tunnel_direction *direction);

/* And of two addresses. */
unsigned hash_addresses(struct ipip_addr src, struct ipip_addr dst);

#endif
