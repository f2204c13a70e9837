/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counters of kind_stats.h. */
#ifndef IPIP_CORE_NUMBERS_H
#define IPIP_CORE_NUMBERS_H

#include "ipip/kind_stats.h"

void numbers_add(struct ipip_numbers *numbers, uint32_t value);

/* The number of a packet of the inner flow `tag`, as path_flow_tag() has it. */
void flow_numbers_add(struct ipip_flow_numbers *flows, uint16_t tag, uint32_t number);

void sequence_add(struct ipip_sequence *sequence, uint32_t number);

#endif
