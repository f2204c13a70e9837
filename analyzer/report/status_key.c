/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "status_key.h"

const char *status_key(enum ipip_status status)
{
    static const char *const keys[IPIP_STATUS_COUNT] = {
        [IPIP_OK] = "none",
        [IPIP_TRUNCATED] = "truncated",
        [IPIP_NOT_IPV4] = "inner_not_ipv4",
        [IPIP_MALFORMED] = "malformed",
        [IPIP_NOT_A_TUNNEL] = "not_a_tunnel",
        [IPIP_FRAGMENT] = "fragment",
        [IPIP_TTL_EXPIRED] = "ttl_expired",
        [IPIP_SOURCE_IS_EXIT] = "source_is_exit",
        [IPIP_TOO_LARGE] = "too_large",
        [IPIP_MTU_EXCEEDED] = "mtu_exceeded",
        [IPIP_MTU_UNTOLD] = "mtu_untold",
        [IPIP_ECN_DROP] = "ecn_drop",
        [IPIP_NO_SPACE] = "no_space",
        [IPIP_NO_LINK_LENGTH] = "no_link_length",
        [IPIP_NO_LINK_TYPE] = "no_link_type",
        [IPIP_NOT_IPV6] = "inner_not_ipv6",
        [IPIP_NOT_HELD] = "not_held",
        [IPIP_NO_EXIT] = "no_exit",
        [IPIP_LIMIT_REACHED] = "limit_reached",
        [IPIP_OPAQUE] = "opaque",
        [IPIP_NOT_IP] = "not_ip",
        [IPIP_NO_FRAME] = "no_frame",
    };

    return keys[status];
}
