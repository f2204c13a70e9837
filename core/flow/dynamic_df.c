/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/dynamic_df.h"

#include "flow/state.h"
#include "ipip/age.h"

enum { IPV6_LINK_MIN = 1280, /* RFC 8200 section 5 */ MTU_FOR_IPV6 = IPV6_LINK_MIN + IPIP_IPV4_HEADER_MIN };

enum dynamic_df dynamic_df_take(const struct flow *flow, uint64_t direction, const struct ipip_layer *outer,
                                int64_t now, struct flow_view *e)
{
    const struct path *path = flow_known_path(flow, direction);
    uint16_t mtu = path_mtu(path, now);

    if (mtu == 0 || !ipip_age_exceeds(now, path->period.time, GRACE_SECONDS * IPIP_AGE_SECOND))
        return DYNAMIC_DF_OPEN;
    e->mtu = mtu;
    e->toobig = other_at(&path->period, now);
    if (mtu >= MTU_FOR_IPV6)
        return ipip_ip_df(&outer->ip) ? DYNAMIC_DF_RIGHT : DYNAMIC_DF_CLEAR;
    if (ipip_ip_df(&outer->ip))
        return DYNAMIC_DF_SET;
    return outer[1].ip.total_bytes > IPV6_LINK_MIN && !flow_may_be_segments(outer + 1) ? DYNAMIC_DF_LARGE
                                                                                       : DYNAMIC_DF_RIGHT;
}
