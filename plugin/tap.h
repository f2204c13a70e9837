/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tap "ipip": what statistics get of each frame that has a tunnel layer or a finding, or may be an ICMP error. */
#ifndef IPIP_PLUGIN_TAP_H
#define IPIP_PLUGIN_TAP_H

#include "session.h"

#define TAP_NAME "ipip"

/* Registers the tap and all that listens to it: before the protocols are handed off, and then. */
void tap_register(int proto);
void tap_handoff(void);

bool tap_has_listener(void);

/* Passes the frame that is being dissected to the listeners. They get a const struct session_frame. */
void tap_frame(packet_info *pinfo, const struct session_frame *frame);

/* The tunnel layers whose inner header was read: layer `k` carries k + 1. */
static inline unsigned tap_layers(const struct session_frame *frame)
{
    return frame->is_tunnel ? ipip_stack_tunnels(frame->stack) : 0;
}

#endif
