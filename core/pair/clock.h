/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The offset and the drift between two clocks, from datagrams that both have seen. */
#ifndef IPIP_CORE_PAIR_CLOCK_H
#define IPIP_CORE_PAIR_CLOCK_H

#include <stddef.h>

#include "ipip/pair.h"

struct clock_sample {
    int64_t second;     /* when the second side saw it */
    int64_t ahead;      /* that this is more than the time of the first side */
    uint64_t direction; /* of the tunnel; that of the other one differs in the last bit */
    int way;            /* by the inner TTL: 1 from the first side to the second, -1 back, 0 not known */
};

/* Of at least one sample; their order is changed. `is_one`: both sides have the same clock. */
struct ipip_pair_clock clock_estimate(struct clock_sample *samples, size_t count, bool is_one);

#endif
