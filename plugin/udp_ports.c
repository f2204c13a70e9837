/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "udp_ports.h"

#include "annotation.h"
#include "ipip/udp.h"
#include "packet-ipip.h"
#include "policy_tables.h"
#include "session.h"

#define TABLE "udp.port"

static dissector_handle_t fou_handle;
static dissector_handle_t gue_handle;
static dissector_handle_t gre_handle;

static struct ipip_kinds declared;                          /* of which only the ports count */
static dissector_handle_t undeclared[IPIP_UDP_TUNNELS_MAX]; /* what dissects those ports otherwise; NULL: nothing */

static dissector_handle_t handle_of(enum ipip_kind kind)
{
    return kind == IPIP_KIND_FOU ? fou_handle : kind == IPIP_KIND_GUE ? gue_handle : gre_handle;
}

/* What Decode As has chosen for the port stays. */
static void set_default(uint16_t port, dissector_handle_t handle)
{
    dissector_handle_t before = dissector_get_default_uint_handle(TABLE, port);
    dissector_handle_t chosen = dissector_get_uint_handle(find_dissector_table(TABLE), port);

    if (handle != NULL)
        dissector_add_uint(TABLE, port, handle);
    else if (before != NULL)
        dissector_delete_uint(TABLE, port, before);
    if (chosen != before)
        dissector_change_uint(TABLE, port, chosen);
}

static bool is_enabled(dissector_handle_t handle)
{
    return handle != NULL &&
           proto_is_protocol_enabled(find_protocol_by_id(dissector_handle_get_protocol_index(handle)));
}

static void open_file(void)
{
    for (unsigned i = 0; i < declared.udp_count; i++)
        set_default(declared.udp[i].port, undeclared[i]);
    declared.udp_count = 0;
    udp_table_apply(&declared);
    for (unsigned i = 0; i < declared.udp_count; i++) {
        const struct ipip_udp_tunnel *tunnel = &declared.udp[i];

        undeclared[i] = dissector_get_default_uint_handle(TABLE, tunnel->port);
        if (is_enabled(handle_of(tunnel->kind)))
            set_default(tunnel->port, handle_of(tunnel->kind));
    }
}

void udp_ports_handoff(dissector_handle_t fou, dissector_handle_t gue)
{
    fou_handle = fou;
    gue_handle = gue;
    gre_handle = dissector_get_default_uint_handle(TABLE, IPIP_UDP_PORT_GRE);
    register_init_routine(open_file);
}

const struct ipip_udp_tunnel *udp_ports_declared(uint16_t port)
{
    for (unsigned i = 0; i < declared.udp_count; i++) {
        if (declared.udp[i].port == port)
            return &declared.udp[i];
    }
    return NULL;
}

bool udp_ports_is_sent_to(const packet_info *pinfo)
{
    return pinfo->match_uint == pinfo->destport;
}

bool udp_ports_is_declared(const packet_info *pinfo, enum ipip_kind kind)
{
    const struct ipip_udp_tunnel *tunnel = udp_ports_declared((uint16_t)pinfo->destport);

    if (tunnel != NULL)
        return tunnel->kind == kind;
    return kind == IPIP_KIND_GUE && pinfo->destport == IPIP_UDP_PORT_GUE;
}

void udp_ports_annotate(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, const struct ipip_udp_tunnel *tunnel)
{
    if (!packet_ipip_is_on())
        return;
    if (udp_ports_is_declared(pinfo, tunnel->kind)) {
        session_feed(pinfo);
        annotation_add(tree, pinfo, tvb, IPIP_KIND_BIT(tunnel->kind));
    } else {
        annotation_add_over_udp(tree, pinfo, tvb, tunnel);
    }
}
