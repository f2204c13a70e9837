/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/kept_packet.h"

#include <string.h>

void kept_packet_take(struct kept_packet *kept, const struct ipip_packet *packet)
{
    kept->packet = *packet;
    kept->packet.ip.data = NULL;
    if (packet->ip.captured > KEPT_OCTETS)
        kept->packet.ip.captured = KEPT_OCTETS;
    memcpy(kept->octets, packet->ip.data, kept->packet.ip.captured);
}

void kept_packet_read(const struct kept_packet *kept, const struct ipip_kinds *kinds, struct ipip_packet *packet,
                      struct ipip_stack *stack)
{
    *packet = kept->packet;
    packet->ip.data = kept->octets;
    ipip_stack_read(stack, kinds, packet->ip);
}
