/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What finds links, one file each. */
#ifndef IPIP_PLUGIN_LINK_SOURCES_H
#define IPIP_PLUGIN_LINK_SOURCES_H

#include "links.h"
#include "session.h"

/* An end at this packet; what it is about there is left to fill in. */
static inline struct link_end link_end_at(const struct ipip_packet *packet)
{
    return (struct link_end){.time = packet->time, .frame = (uint32_t)packet->frame};
}

void link_fragments_register(void);
void link_fragments_learn(const struct ipip_stack *stack, const struct ipip_packet *packet);

void link_errors_open(uint64_t seed);
void link_errors_close(void);
void link_errors_learn_packet(const struct ipip_stack *stack, const struct ipip_packet *packet);
void link_errors_learn_message(const struct ipip_layer *icmp, const struct ipip_packet *packet);

void link_copies_open(uint64_t seed);
void link_copies_close(void);
void link_copies_learn(const struct ipip_stack *stack, const struct ipip_packet *packet);

#endif
