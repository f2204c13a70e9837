/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tunnels of a run, for people and for programs. */
#ifndef IPIP_ANALYZER_INVENTORY_H
#define IPIP_ANALYZER_INVENTORY_H

#include "../tunnel_carriers.h"
#include "ipip/inventory.h"
#include "ipip/judge.h"
#include "report.h"

/* What was found. */
struct tunnel_list {
    const struct ipip_inventory *tunnels;
    const struct carriers_of_tunnels *carriers;
    const struct ipip_judge *judge;
    const struct frame_counts *counts;
};

void inventory_print(const struct options *options, const struct tunnel_list *list);

#endif
