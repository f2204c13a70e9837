/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "statistics.h"

#include <epan/stats_tree.h>

#include "ipip/address.h"
#include "kind_tree.h"
#include "tap.h"

enum { TEXT = 160, MTU_USUAL = 1500 };

/* The nodes on the top, in order of appearance. */
static const char TUNNELS[] = "Tunnels";
static const char RULES[] = "Broken rules";
static const char OUTER_TTL[] = "Outer TTL";
static const char TTL_DIFFERENCE[] = "Inner TTL less outer TTL";
static const char ECN[] = "ECN, outer over inner";
static const char SIZES[] = "Total Length of tunnel packets";
static const char MTU[] = "Tunnel packets against the MTU";

static const char *const pivots[] = {TUNNELS, RULES, OUTER_TTL, TTL_DIFFERENCE, ECN, MTU};

static void create_nodes(stats_tree *tree)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pivots); i++)
        stats_tree_create_pivot_by_pname(tree, pivots[i], STAT_TREE_ROOT);
    stats_tree_create_range_node(tree, SIZES, 0, "0-576", "577-1280", "1281-1400", "1401-1480", "1481-1500",
                                 "1501-65535", NULL);
}

static void tick(stats_tree *tree, const char *pivot, const char *name)
{
    stats_tree_tick_pivot(tree, stats_tree_parent_id_by_name(tree, pivot), name);
}

static void tick_tunnel(stats_tree *tree, const struct ipip_layer *outer)
{
    bool is_named = outer->kind != IPIP_KIND_IPIP;
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];
    char name[TEXT];

    snprintf(name, sizeof name, "%s%s%s > %s", is_named ? kind_tree_title((enum ipip_kind)outer->kind) : "",
             is_named ? " " : "", ipip_address_text(src, outer->ip.src), ipip_address_text(dst, outer->ip.dst));
    tick(tree, TUNNELS, name);
}

static void tick_ttl(stats_tree *tree, const struct ipip_ip *outer, const struct ipip_ip *inner)
{
    char name[TEXT];

    snprintf(name, sizeof name, "%u", outer->ttl);
    tick(tree, OUTER_TTL, name);
    snprintf(name, sizeof name, "%d", inner->ttl - outer->ttl);
    tick(tree, TTL_DIFFERENCE, name);
}

static void tick_ecn(stats_tree *tree, const struct ipip_ip *outer, const struct ipip_ip *inner)
{
    char name[TEXT];

    snprintf(name, sizeof name, "%s over %s", ipip_ecn_name((enum ipip_ecn)ipip_ip_ecn(outer)),
             ipip_ecn_name((enum ipip_ecn)ipip_ip_ecn(inner)));
    tick(tree, ECN, name);
}

/* Against the tunnel's MTU in the policy, else that of Ethernet. */
static void tick_size(stats_tree *tree, const struct ipip_layer *outer)
{
    unsigned configured = session_mtu(outer->ip.src, outer->ip.dst);
    unsigned mtu = configured != 0 ? configured : MTU_USUAL;
    unsigned size = outer->ip.total_bytes;
    char name[TEXT];

    tick_stat_node(tree, SIZES, 0, TRUE); /* the node itself, then its range */
    stats_tree_tick_range(tree, SIZES, 0, (int)size);
    if (outer->is_reassembled)
        snprintf(name, sizeof name, "came in fragments");
    else
        snprintf(name, sizeof name, "%s %u", size > mtu ? "more than" : size == mtu ? "exactly" : "less than", mtu);
    tick(tree, MTU, name);
}

static void tick_rules(stats_tree *tree, wmem_array_t *findings)
{
    for (unsigned i = 0; findings != NULL && i < wmem_array_get_count(findings); i++) {
        const struct session_finding *finding = (const struct session_finding *)wmem_array_index(findings, i);
        const struct ipip_rule *rule = ipip_rule_at(finding->rule_index);
        char name[TEXT];

        snprintf(name, sizeof name, "%s %s", rule->id, rule->slug);
        tick(tree, RULES, name);
    }
}

static tap_packet_status count_packet(stats_tree *tree, packet_info *pinfo, epan_dissect_t *edt, const void *data,
                                      tap_flags_t flags)
{
    const struct session_frame *frame = (const struct session_frame *)data;

    (void)pinfo;
    (void)edt;
    (void)flags;
    for (unsigned k = 0; k < tap_layers(frame); k++) {
        const struct ipip_layer *outer = &frame->stack->layers[k];

        tick_tunnel(tree, outer);
        tick_ttl(tree, &outer->ip, &outer[1].ip);
        tick_ecn(tree, &outer->ip, &outer[1].ip);
        tick_size(tree, outer);
    }
    tick_rules(tree, frame->findings);
    return TAP_PACKET_REDRAW;
}

void packet_statistics_register(void)
{
    stats_tree_register_plugin(TAP_NAME, "ipip", "IP-in-IP Packets", 0, count_packet, create_nodes, NULL);
}
