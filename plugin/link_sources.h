/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What finds links, one file each. Of `end`, frame and time are filled in. */
#ifndef IPIP_PLUGIN_LINK_SOURCES_H
#define IPIP_PLUGIN_LINK_SOURCES_H

#include "links.h"

void link_fragments_register(void);
void link_fragments_learn(const struct ipip_stack *stack, struct link_end end);

void link_errors_open(uint64_t seed);
void link_errors_close(void);
void link_errors_learn_packet(const struct ipip_stack *stack, struct link_end end);
void link_errors_learn_message(const struct ipip_layer *icmp, struct link_end end);

void link_copies_open(uint64_t seed);
void link_copies_close(void);
void link_copies_learn(const struct ipip_stack *stack, struct link_end end);

#endif
