/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tunnels of a run, for people and for programs. */
#ifndef IPIP_ANALYZER_INVENTORY_H
#define IPIP_ANALYZER_INVENTORY_H

#include "ipip/inventory.h"
#include "ipip/judge.h"
#include "report.h"

void inventory_print(const char *verb, const struct options *options, const struct ipip_inventory *tunnels,
                     const struct ipip_judge *judge, const struct frame_counts *counts);

#endif
