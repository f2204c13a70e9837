/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "tap.h"

#include <epan/tap.h>

#include "statistics.h"

static int tap = -1;

void tap_register(int proto)
{
    tap = register_tap(TAP_NAME);
    conversations_register(proto);
    conversation_filter_register(proto);
    tunnel_list_register();
}

void tap_handoff(void)
{
    packet_statistics_register();
}

bool tap_has_listener(void)
{
    return have_tap_listener(tap);
}

void tap_frame(packet_info *pinfo, const struct session_frame *frame)
{
    if (frame->stack != NULL && frame->stack->count > 0)
        tap_queue_packet(tap, pinfo, frame);
}
