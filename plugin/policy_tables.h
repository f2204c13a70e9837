/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy as tables among the preferences. Each has a function that registers it, and one that puts its present rows
 * into a policy, with arrays in `scope`: Wireshark may change the tables while a judge is at work.
 *
 * Wrong cells are refused when they are written. Rows that are wrong all the same, in a file from elsewhere, are left
 * out here; Wireshark has reported them when it read the file.
 */
#ifndef IPIP_PLUGIN_POLICY_TABLES_H
#define IPIP_PLUGIN_POLICY_TABLES_H

#include "compat.h"

#include <epan/prefs.h>

#include "ipip/kind.h"
#include "ipip/policy.h"

/* ipip_sites: what is inside. ipip_endpoints: the tunnels that there should be. */
void place_tables_register(module_t *module);
void place_tables_apply(struct ipip_policy *policy, wmem_allocator_t *scope);

/* ipip_tunnels: what single tunnel directions should be like. Of several rows on the same one the last one counts. */
void tunnel_table_register(module_t *module);
void tunnel_table_apply(struct ipip_policy *policy, wmem_allocator_t *scope);

/* ipip_vantages: where the packets of a source were captured. Of several rows on a prefix the last one counts. */
void vantage_table_register(module_t *module);
void vantage_table_apply(struct ipip_policy *policy, wmem_allocator_t *scope);

/* ipip_rules: which count for more or less than usual, or not at all. Of several rows on a rule the last one counts. */
void rule_table_register(module_t *module);
void rule_table_apply(struct ipip_policy *policy);

/* ipip_udp_tunnels: what UDP ports are used for. Of several rows on a port the last one counts; there are IPIP_UDP_TUNNELS_MAX at most. */
void udp_table_register(module_t *module);
void udp_table_apply(struct ipip_kinds *kinds);

#endif
