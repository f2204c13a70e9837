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

const struct violation violations[] = {
    {"outer-checksum", outer_checksum},         {"inner-checksum", inner_checksum},
    {"transport-checksum", transport_checksum}, {"df-lost", df_lost},
    {"reserved-flag", reserved_flag},           {"dscp-not-copied", dscp_not_copied},
    {"ecn-not-copied", ecn_not_copied},         {"ce-on-not-ect", ce_on_not_ect},
    {"outer-ttl-zero", outer_ttl_zero},         {"inner-ttl-zero", inner_ttl_zero},
    {"outer-options", outer_options},           {"excess", excess},
    {"inner-too-long", inner_too_long},         {"loopback-inside", loopback_inside},
    {"reversed-ends", reversed_ends},
};
const unsigned violation_count = sizeof violations / sizeof violations[0];
