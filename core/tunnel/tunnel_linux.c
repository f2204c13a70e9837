/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Linux takes for granted of a tunnel of each kind. */
#include "ipip/tunnel.h"

#include <stddef.h>

enum {
    IPV6_HOPS = 64,
    IPV6_LIMIT = 4,
    PORT_GUE = 6080,
    PORT_GRE = 4754,
    BITS_6TO4 = 16,
};

static const char *const df_names[IPIP_DF_POLICY_COUNT] = {"set", "copy", "clear"};
static const char *const id_names[IPIP_ID_POLICY_COUNT] = {"counter", "copy", "zero", "zero-with-df"};

/* Kinds that are others with UDP in front. */
static const struct {
    uint32_t kinds;
    enum ipip_udp_encap encap;
    uint16_t port;
} over_udp[IPIP_KINDS] = {
    [IPIP_KIND_FOU] = {IPIP_IP_KINDS, IPIP_UDP_ENCAP_FOU, 0},
    [IPIP_KIND_GUE] = {IPIP_IP_KINDS, IPIP_UDP_ENCAP_GUE, PORT_GUE},
    [IPIP_KIND_GRE_UDP] = {IPIP_KIND_BIT(IPIP_KIND_GRE) | IPIP_KIND_BIT(IPIP_KIND_GRE6), IPIP_UDP_ENCAP_FOU, PORT_GRE},
};

/* What is meant for IPv6 outside does no harm to IPv4. */
static struct ipip_tunnel over_ipv4(uint32_t kinds)
{
    return (struct ipip_tunnel){
        .kinds = kinds,
        .ecn = IPIP_ECN_RFC3168_FULL,
        .df = IPIP_DF_SET,
        .label_policy = IPIP_LABEL_AUTO,
    };
}

static struct ipip_tunnel over_ipv6(uint32_t kinds)
{
    struct ipip_tunnel tunnel = over_ipv4(kinds);

    tunnel.ttl = IPV6_HOPS;
    tunnel.has_limit = true;
    tunnel.limit = IPV6_LIMIT;
    return tunnel;
}

struct ipip_tunnel ipip_tunnel_linux(enum ipip_kind kind)
{
    const struct ipip_kind_about *about = ipip_kind_about(kind);
    bool is_over_ipv6 = about != NULL && about->outer == IPIP_PAYLOAD_IPV6;
    struct ipip_tunnel tunnel = is_over_ipv6 ? over_ipv6(IPIP_KIND_BIT(kind)) : over_ipv4(IPIP_KIND_BIT(kind));

    if (about == NULL)
        return tunnel;
    if (over_udp[kind].encap != IPIP_UDP_ENCAP_NONE) {
        tunnel.kinds = over_udp[kind].kinds;
        tunnel.encap = over_udp[kind].encap;
        tunnel.destination_port = over_udp[kind].port;
    }
    if (is_over_ipv6 && about->shims[0] == IPIP_SHIM_GRE)
        tunnel.ecn = IPIP_ECN_COMPATIBILITY;
    if (about->shims[1] == IPIP_SHIM_ERSPAN)
        tunnel.erspan_version = 1;
    if (kind == IPIP_KIND_6IN4)
        tunnel.prefix = (struct ipip_prefix){{UINT64_C(0x2002) << 48, 0}, BITS_6TO4};
    return tunnel;
}

const char *ipip_df_policy_name(enum ipip_df_policy policy)
{
    return (unsigned)policy < IPIP_DF_POLICY_COUNT ? df_names[policy] : NULL;
}

const char *ipip_id_policy_name(enum ipip_id_policy policy)
{
    return (unsigned)policy < IPIP_ID_POLICY_COUNT ? id_names[policy] : NULL;
}
