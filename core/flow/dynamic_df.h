/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DF and size of 6in4 packets against what the path takes, where an ICMP error has told that (RFC 4213 section 3.2.2). */
#ifndef IPIP_CORE_FLOW_DYNAMIC_DF_H
#define IPIP_CORE_FLOW_DYNAMIC_DF_H

#include "flow/view.h"

struct flow;

enum dynamic_df {
    DYNAMIC_DF_OPEN,  /* no error has told the path MTU, or it may not be there yet */
    DYNAMIC_DF_RIGHT, /* as it should be, or another rule's */
    DYNAMIC_DF_CLEAR, /* the path takes all that IPv6 demands, and DF is clear: the error quoted a packet with DF */
    DYNAMIC_DF_SET,   /* the path takes less, and DF is set */
    DYNAMIC_DF_LARGE, /* the path takes less, and the packet inside is larger than IPv6 demands */
};

/* The header with this fingerprint of its direction, around outer[1]. `e->mtu` and `e->toobig` are the MTU and the error. */
enum dynamic_df dynamic_df_take(const struct flow *flow, uint64_t direction, const struct ipip_layer *outer,
                                int64_t now, struct flow_view *e);

#endif
