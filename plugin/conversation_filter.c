/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversation Filter, in the menu of a packet: both directions of the outermost tunnel that it is in. */
#define WS_BUILD_DLL
#include "statistics.h"

#include "ipip/address.h"
#include "packet-ipip.h"
#include "session.h"

static int proto_ipip = -1;

static const struct session_frame *frame_of(packet_info *pinfo)
{
    return packet_ipip_is_on() ? session_frame(pinfo, proto_ipip) : NULL;
}

static ws_filter_bool is_in_tunnel(WS_FILTER_PARAMETERS)
{
    const struct session_frame *frame = frame_of(pinfo);

    return frame != NULL && frame->is_tunnel;
}

static char *filter_of(WS_FILTER_PARAMETERS)
{
    const struct session_frame *frame = frame_of(pinfo);
    const struct ipip_ip *ip = frame != NULL && frame->is_tunnel ? &frame->stack->layers[0].ip : NULL;
    char a[IPIP_ADDRESS_TEXT];
    char b[IPIP_ADDRESS_TEXT];
    const char *six;

    if (ip == NULL)
        return NULL;
    six = ip->version == 6 ? "6" : "";
    ipip_address_text(a, ip->src);
    ipip_address_text(b, ip->dst);
    return g_strdup_printf(
        "(ipip.outer.src%s == %s && ipip.outer.dst%s == %s) || (ipip.outer.src%s == %s && ipip.outer.dst%s == %s)", six,
        a, six, b, six, b, six, a);
}

void conversation_filter_register(int proto)
{
    proto_ipip = proto;
    compat_register_conversation_filter("ipip", "IP-in-IP", is_in_tunnel, filter_of);
}
