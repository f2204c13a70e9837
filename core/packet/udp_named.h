/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tunnels in UDP that are named only: by their registered port, and the first octets behind it. */
#ifndef IPIP_CORE_UDP_NAMED_H
#define IPIP_CORE_UDP_NAMED_H

#include "ipip/kind.h"
#include "ipip/udp.h"

/* The one that UDP with this destination port and this payload is; IPIP_KIND_NONE where it is none of `kinds`. */
enum ipip_kind udp_named_kind(const struct ipip_kinds *kinds, uint16_t port, struct ipip_bytes payload);

/* The port is registered for one of them. */
bool udp_named_has(uint16_t port);

#endif
