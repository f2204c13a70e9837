/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each statement configures, and the evidence for it. */
#ifndef IPIP_CORE_STATEMENT_SET_H
#define IPIP_CORE_STATEMENT_SET_H

#include "ipip/statement.h"
#include "ipip/ttl_stats.h"

enum {
    STATEMENT_FLOWS = 3,        /* inner flows, from which on a fixed port is no port by flow */
    STATEMENT_INNER_LABELS = 3, /* inner flow labels, from which on a fixed label is none by flow */
};

/* How many numbers there are, IPIP_NUMBERS at most. */
unsigned statement_distinct(const struct ipip_numbers *numbers);

static inline bool statement_is_habit(uint32_t agree, uint32_t packets)
{
    return packets > 0 && ipip_is_habit(agree, packets);
}

void statement_set_sub_kind(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o);
void statement_set_inside(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o);
void statement_set_key(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o);
void statement_set_csum(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o);
void statement_set_seq(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o);
void statement_set_session(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o);
void statement_set_index(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o);
void statement_set_limit(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o);
void statement_set_label(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o);
void statement_set_sport(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o);
void statement_set_udp_csum(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o);

#endif
