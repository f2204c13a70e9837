/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modes of ip-tunnel(8) and the types of ip-link(8), one row each: what they make, and which words they have. */
#ifndef IPIP_ANALYZER_WORDS_MODE_H
#define IPIP_ANALYZER_WORDS_MODE_H

#include <glib.h>

#include "ipip/tunnel.h"

/* What makes the packets. Modes of one driver share their words. */
enum driver {
    DRIVER_IPIP = 1 << 0,
    DRIVER_SIT = 1 << 1,
    DRIVER_GRE = 1 << 2,
    DRIVER_ERSPAN = 1 << 3,
    DRIVER_VTI = 1 << 4, /* and vti6 */
    DRIVER_IP6TNL = 1 << 5,
    DRIVER_IP6GRE = 1 << 6,
    DRIVER_IP6ERSPAN = 1 << 7,
    DRIVER_OURS = 1 << 8, /* Linux has none */

    DRIVER_ANY_GRE = DRIVER_GRE | DRIVER_ERSPAN | DRIVER_IP6GRE | DRIVER_IP6ERSPAN,
    DRIVER_ANY_ERSPAN = DRIVER_ERSPAN | DRIVER_IP6ERSPAN,
    DRIVER_OVER_IPV4 = DRIVER_IPIP | DRIVER_SIT | DRIVER_GRE | DRIVER_ERSPAN,
    DRIVER_OVER_IPV6 = DRIVER_IP6TNL | DRIVER_IP6GRE | DRIVER_IP6ERSPAN,
    DRIVER_COPIES_TCLASS = DRIVER_IP6GRE | DRIVER_IP6ERSPAN, /* whole, with the ECN field */
    DRIVER_OVER_IP = DRIVER_OVER_IPV4 | DRIVER_OVER_IPV6,
    DRIVER_ALL = (1 << 9) - 1,
};

enum { MODE_NAMES_MAX = 4 };

struct tunnel_mode {
    const char *names[MODE_NAMES_MAX]; /* after `mode`, the first is the one that we write; none: `type` is enough */
    const char *link_name;             /* that of ip-link(8), where it is not the first one */
    const char *type;                  /* after `type`; NULL: ip-link(8) has none */
    gboolean is_default;               /* of the type, without `mode` */
    gboolean is_of_ip_tunnel;          /* `ip tunnel add` has it, too */
    gboolean is_over_ipv6;
    gboolean is_isatap;
    gboolean is_spelt_out; /* the writer gives ttl, tos and DF also where they are the defaults */
    enum driver driver;
    uint32_t kinds;      /* what it makes, of IPIP_KIND_BIT() */
    enum ipip_kind kind; /* whose defaults it has */
    const char *other;   /* what makes the same over the other IP version; NULL: nothing does */
};

/* What the command says of the mode; NULL and 0 where it says nothing. */
struct mode_words {
    const char *type;
    const char *mode;
    const char *device;
    int version;           /* 4, 6: of `-4`, `-6`, else of the addresses */
    gboolean is_version_6; /* `ip -6` */
    gboolean is_ip_tunnel; /* `ip tunnel`, not words alone */
};

/* FALSE and `*error` where no tunnel has this type. */
gboolean mode_check_type(const char *type, GError **error);

/* The row, or NULL and `*error`. */
const struct tunnel_mode *mode_find(const struct mode_words *words, GError **error);

/* The row that makes just what this tunnel makes, else more than that; of several the first. That of mode ipip where there is none. */
const struct tunnel_mode *mode_of(const struct ipip_tunnel *tunnel);

/* The tunnel that the mode makes without further words, but for its addresses. */
struct ipip_tunnel mode_defaults(const struct tunnel_mode *mode);

/* "mode ipip", or "type gretap" where there is no mode; to be freed. */
char *mode_text(const struct tunnel_mode *mode);

/* "ipip, sit, gre": the types whose driver is among these; to be freed. */
char *mode_types(unsigned drivers);

#endif
