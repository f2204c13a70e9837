/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "violations.h"

static void outer_checksum(struct plan *plan)
{
    plan->layers[0].checksum_error = 0x0101;
}

static void inner_checksum(struct plan *plan)
{
    plan->layers[1].checksum_error = 0x0101;
}

static void transport_checksum(struct plan *plan)
{
    plan->transport_checksum_error = 0x0101;
}

static void df_lost(struct plan *plan)
{
    plan->layers[0].flags = 0;
}

static void reserved_flag(struct plan *plan)
{
    plan->layers[0].flags |= FLAG_RESERVED;
}

static void dscp_not_copied(struct plan *plan)
{
    plan->layers[1].tos = 46 << 2;
}

static void ecn_not_copied(struct plan *plan)
{
    plan->layers[1].tos = 2;
}

static void ce_on_not_ect(struct plan *plan)
{
    plan->layers[0].tos = 3;
}

static void outer_ttl_zero(struct plan *plan)
{
    plan->layers[0].ttl = 0;
}

static void inner_ttl_zero(struct plan *plan)
{
    plan->layers[1].ttl = 0;
}

static void outer_options(struct plan *plan)
{
    plan->layers[0].router_alert = true;
}

static void excess(struct plan *plan)
{
    plan->excess = 6;
}

static void inner_too_long(struct plan *plan)
{
    plan->layers[1].length_error = 8;
}

static void loopback_inside(struct plan *plan)
{
    plan->layers[1].source = 0x7f000001;
}

static void reversed_ends(struct plan *plan)
{
    plan->layers[1].source = plan->layers[0].destination;
}

violation *const violations[] = {outer_checksum,  inner_checksum, transport_checksum, df_lost,         reserved_flag,
                                 dscp_not_copied, ecn_not_copied, ce_on_not_ect,      outer_ttl_zero,  inner_ttl_zero,
                                 outer_options,   excess,         inner_too_long,     loopback_inside, reversed_ends};
const unsigned violation_count = sizeof violations / sizeof violations[0];
