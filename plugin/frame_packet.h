/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packet in a frame, found as the command finds it. */
#ifndef IPIP_PLUGIN_FRAME_PACKET_H
#define IPIP_PLUGIN_FRAME_PACKET_H

#include "compat.h"

#include "ipip/packet.h"

/* Another file: its interfaces have other names. */
void frame_packet_open(void);

/* The packet of the frame from its first IP header on, and all that is captured of the frame. False where there is none. */
bool frame_packet_find(const packet_info *pinfo, struct ipip_packet *packet, struct ipip_bytes *frame);

/* The time of capture in nanoseconds, as the judge gets it. */
int64_t frame_packet_time(const packet_info *pinfo);

#endif
