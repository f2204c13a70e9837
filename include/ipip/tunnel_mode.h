/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modes of ip-tunnel(8) and the types of ip-link(8), one row each: what they make, and which words they have. */
#ifndef IPIP_TUNNEL_MODE_H
#define IPIP_TUNNEL_MODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipip/tunnel.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What makes the packets. Modes of one driver share their words. */
enum ipip_driver {
    IPIP_DRIVER_IPIP = 1 << 0,
    IPIP_DRIVER_SIT = 1 << 1,
    IPIP_DRIVER_GRE = 1 << 2,
    IPIP_DRIVER_ERSPAN = 1 << 3,
    IPIP_DRIVER_VTI = 1 << 4, /* and vti6 */
    IPIP_DRIVER_IP6TNL = 1 << 5,
    IPIP_DRIVER_IP6GRE = 1 << 6,
    IPIP_DRIVER_IP6ERSPAN = 1 << 7,
    IPIP_DRIVER_OURS = 1 << 8, /* Linux has none */

    IPIP_DRIVER_ANY_GRE = IPIP_DRIVER_GRE | IPIP_DRIVER_ERSPAN | IPIP_DRIVER_IP6GRE | IPIP_DRIVER_IP6ERSPAN,
    IPIP_DRIVER_ANY_ERSPAN = IPIP_DRIVER_ERSPAN | IPIP_DRIVER_IP6ERSPAN,
    IPIP_DRIVER_OVER_IPV4 = IPIP_DRIVER_IPIP | IPIP_DRIVER_SIT | IPIP_DRIVER_GRE | IPIP_DRIVER_ERSPAN,
    IPIP_DRIVER_OVER_IPV6 = IPIP_DRIVER_IP6TNL | IPIP_DRIVER_IP6GRE | IPIP_DRIVER_IP6ERSPAN,
    IPIP_DRIVER_COPIES_TCLASS = IPIP_DRIVER_IP6GRE | IPIP_DRIVER_IP6ERSPAN, /* whole, with the ECN field */
    IPIP_DRIVER_OVER_IP = IPIP_DRIVER_OVER_IPV4 | IPIP_DRIVER_OVER_IPV6,
    IPIP_DRIVER_ALL = (1 << 9) - 1,
};

enum { IPIP_TUNNEL_MODES = 20, IPIP_MODE_NAMES_MAX = 4 };

struct ipip_tunnel_mode {
    const char
        *names[IPIP_MODE_NAMES_MAX]; /* after `mode`, the first is the one that we write; none: `type` is enough */
    const char *link_name;           /* that of ip-link(8), where it is not the first one */
    const char *type;                /* after `type`; NULL: ip-link(8) has none */
    bool is_default;                 /* of the type, without `mode` */
    bool is_of_ip_tunnel;            /* `ip tunnel add` has it, too */
    bool is_over_ipv6;
    bool is_isatap;
    bool is_spelt_out; /* the writer gives ttl, tos and DF also where they are the defaults */
    enum ipip_driver driver;
    uint32_t kinds;      /* what it makes, of IPIP_KIND_BIT() */
    enum ipip_kind kind; /* whose defaults it has */
    const char *other;   /* what makes the same over the other IP version; NULL: nothing does */
};

/* None of these functions allocates. */

/* The `index`-th row, from 0 on; NULL past the last. Of several rows with a mode, the first is meant where neither type nor IP version is given. */
const struct ipip_tunnel_mode *ipip_tunnel_mode_at(size_t index);

/* The row that makes just what this tunnel makes, else more than that; of several the first. That of mode ipip where there is none. */
const struct ipip_tunnel_mode *ipip_tunnel_mode_of(const struct ipip_tunnel *tunnel);

/* The tunnel that the mode makes without further words, but for its addresses. */
struct ipip_tunnel ipip_tunnel_mode_defaults(const struct ipip_tunnel_mode *mode);

#ifdef __cplusplus
}
#endif

#endif
