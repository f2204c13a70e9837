/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What packets of 6in4 show of a tunnel's ends. A direction is one of 6to4 where an inner address has named one of its ends; else it may be
 * a configured tunnel whose hosts talk to 6to4 sites. An ISATAP router is one that has advertised itself; a 6to4 relay one that has sent
 * what comes from elsewhere to a 6to4 site.
 */
#ifndef IPIP_CORE_FLOW_AUTOMATIC_H
#define IPIP_CORE_FLOW_AUTOMATIC_H

#include "flow/state.h"

/*
 * `outer` is a header of 6in4 in the direction, an IPv6 header the next layer. Adds FACT_OF_6TO4 to the context. Whether the packet has
 * no place in a direction of 6to4 (IPIP726).
 */
bool automatic_take(struct flow *flow, struct tunnel *tunnel, const struct ipip_layer *outer, uint64_t *context);

#endif
