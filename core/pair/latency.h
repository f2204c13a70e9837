/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IPIP_CORE_PAIR_LATENCY_H
#define IPIP_CORE_PAIR_LATENCY_H

#include "ipip/pair.h"

/* So many more datagrams took so long. */
void pair_latency_add(struct ipip_pair_latency *latency, uint64_t nanoseconds, uint64_t datagrams);

#endif
