/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/kind.h"

#include <stddef.h>
#include <string.h>

#include "ipip/ip.h"

enum {
    V4 = IPIP_PAYLOAD_IPV4,
    V6 = IPIP_PAYLOAD_IPV6,
    ANY = V4 | V6,
    FRAME = IPIP_PAYLOAD_ETHERNET,
    LABELS = IPIP_PAYLOAD_MPLS,
    OPAQUE = IPIP_PAYLOAD_OPAQUE,
};

/* clang-format off */
static const struct ipip_kind_about rows[IPIP_KINDS] = {
    [IPIP_KIND_IPIP] = {"ipip", "IPv4 in IPv4", "RFC 2003", V4, IPIP_PROTOCOL_IPIP, V4, {0}, true},
    [IPIP_KIND_6IN4] = {"6in4", "IPv6 in IPv4", "RFC 4213", V4, IPIP_PROTOCOL_IPV6, V6, {0}, true},
    [IPIP_KIND_4IN6] = {"4in6", "IPv4 in IPv6", "RFC 2473", V6, IPIP_PROTOCOL_IPIP, V4, {0}, true},
    [IPIP_KIND_6IN6] = {"6in6", "IPv6 in IPv6", "RFC 2473", V6, IPIP_PROTOCOL_IPV6, V6, {0}, true},
    [IPIP_KIND_GRE] = {"gre", "GRE", "RFC 2784", V4, IPIP_PROTOCOL_GRE, ANY | LABELS, {IPIP_SHIM_GRE}, true},
    [IPIP_KIND_GRE6] = {"gre6", "GRE over IPv6", "RFC 7676", V6, IPIP_PROTOCOL_GRE, ANY | LABELS, {IPIP_SHIM_GRE}, true},
    [IPIP_KIND_GRETAP] = {"gretap", "Ethernet in GRE", "RFC 2784", V4, IPIP_PROTOCOL_GRE, FRAME,
                          {IPIP_SHIM_GRE, IPIP_SHIM_ETHERNET}, true},
    [IPIP_KIND_GRETAP6] = {"gretap6", "Ethernet in GRE over IPv6", "RFC 7676", V6, IPIP_PROTOCOL_GRE, FRAME,
                           {IPIP_SHIM_GRE, IPIP_SHIM_ETHERNET}, true},
    [IPIP_KIND_ERSPAN] = {"erspan", "ERSPAN", "draft-foschiano-erspan", V4, IPIP_PROTOCOL_GRE, FRAME,
                          {IPIP_SHIM_GRE, IPIP_SHIM_ERSPAN, IPIP_SHIM_ETHERNET}, true},
    [IPIP_KIND_ERSPAN6] = {"erspan6", "ERSPAN over IPv6", "draft-foschiano-erspan", V6, IPIP_PROTOCOL_GRE, FRAME,
                           {IPIP_SHIM_GRE, IPIP_SHIM_ERSPAN, IPIP_SHIM_ETHERNET}, true},
    [IPIP_KIND_MINIMAL] = {"minimal", "minimal encapsulation", "RFC 2004", V4, IPIP_PROTOCOL_MINIMAL, V4,
                           {IPIP_SHIM_MINIMAL}, true},
    [IPIP_KIND_FOU] = {"fou", "foo over UDP", "Linux", ANY, IPIP_PROTOCOL_UDP, ANY | FRAME, {IPIP_SHIM_UDP}, true},
    [IPIP_KIND_GUE] = {"gue", "GUE", "draft-ietf-intarea-gue", ANY, IPIP_PROTOCOL_UDP, ANY | FRAME,
                       {IPIP_SHIM_UDP, IPIP_SHIM_GUE}, true},
    [IPIP_KIND_GRE_UDP] = {"gre-in-udp", "GRE in UDP", "RFC 8086", ANY, IPIP_PROTOCOL_UDP, ANY | FRAME,
                           {IPIP_SHIM_UDP, IPIP_SHIM_GRE}, true},
    [IPIP_KIND_ESP] = {"esp", "ESP", "RFC 4303", ANY, IPIP_PROTOCOL_ESP, OPAQUE, {0}, true},
    [IPIP_KIND_IPCOMP] = {"ipcomp", "IPComp", "RFC 3173", ANY, IPIP_PROTOCOL_IPCOMP, OPAQUE, {0}, true},
    [IPIP_KIND_MPLS] = {"mpls-in-ip", "MPLS in IP", "RFC 4023", ANY, IPIP_PROTOCOL_MPLS, LABELS, {IPIP_SHIM_MPLS}, true},
    [IPIP_KIND_PPTP] = {"pptp", "PPTP", "RFC 2637", V4, IPIP_PROTOCOL_GRE, OPAQUE, {IPIP_SHIM_GRE}, false},
    [IPIP_KIND_ETHERIP] = {"etherip", "EtherIP", "RFC 3378", ANY, IPIP_PROTOCOL_ETHERIP, FRAME, {0}, false},
    [IPIP_KIND_L2TP] = {"l2tpv3", "L2TPv3", "RFC 3931", ANY, IPIP_PROTOCOL_L2TP, OPAQUE, {0}, false},
    [IPIP_KIND_VXLAN] = {"vxlan", "VXLAN", "RFC 7348", ANY, IPIP_PROTOCOL_UDP, FRAME, {IPIP_SHIM_UDP}, false},
    [IPIP_KIND_VXLAN_GPE] = {"vxlan-gpe", "VXLAN-GPE", "draft-ietf-nvo3-vxlan-gpe", ANY, IPIP_PROTOCOL_UDP, ANY | FRAME,
                             {IPIP_SHIM_UDP}, false},
    [IPIP_KIND_GENEVE] = {"geneve", "Geneve", "RFC 8926", ANY, IPIP_PROTOCOL_UDP, ANY | FRAME, {IPIP_SHIM_UDP}, false},
    [IPIP_KIND_MPLS_UDP] = {"mpls-in-udp", "MPLS in UDP", "RFC 7510", ANY, IPIP_PROTOCOL_UDP, LABELS, {IPIP_SHIM_UDP}, false},
    [IPIP_KIND_L2TP2] = {"l2tpv2", "L2TPv2", "RFC 2661", ANY, IPIP_PROTOCOL_UDP, OPAQUE, {IPIP_SHIM_UDP}, false},
    [IPIP_KIND_TEREDO] = {"teredo", "Teredo", "RFC 4380", V4, IPIP_PROTOCOL_UDP, V6, {IPIP_SHIM_UDP}, false},
    [IPIP_KIND_ESP_UDP] = {"esp-in-udp", "ESP in UDP", "RFC 3948", ANY, IPIP_PROTOCOL_UDP, OPAQUE, {IPIP_SHIM_UDP}, false},
    [IPIP_KIND_GTP_U] = {"gtp-u", "GTP-U", "3GPP TS 29.281", ANY, IPIP_PROTOCOL_UDP, ANY, {IPIP_SHIM_UDP}, false},
};
/* clang-format on */

const struct ipip_kind_about *ipip_kind_about(enum ipip_kind kind)
{
    return kind != IPIP_KIND_NONE && (unsigned)kind < IPIP_KINDS ? &rows[kind] : NULL;
}

enum ipip_kind ipip_kind_find(const char *name)
{
    for (unsigned kind = IPIP_KIND_NONE + 1; kind < IPIP_KINDS; kind++) {
        if (strcmp(rows[kind].name, name) == 0)
            return (enum ipip_kind)kind;
    }
    return IPIP_KIND_NONE;
}

enum ipip_kind ipip_kind_of_protocol(enum ipip_payload outer, uint8_t protocol)
{
    /* The first kind over IPv4, and over IPv6, whose row has the protocol; of UDP it is the port that counts. */
    static const uint8_t kinds[256][2] = {
        [IPIP_PROTOCOL_IPIP] = {IPIP_KIND_IPIP, IPIP_KIND_4IN6},
        [IPIP_PROTOCOL_IPV6] = {IPIP_KIND_6IN4, IPIP_KIND_6IN6},
        [IPIP_PROTOCOL_GRE] = {IPIP_KIND_GRE, IPIP_KIND_GRE6},
        [IPIP_PROTOCOL_ESP] = {IPIP_KIND_ESP, IPIP_KIND_ESP},
        [IPIP_PROTOCOL_MINIMAL] = {IPIP_KIND_MINIMAL, IPIP_KIND_NONE},
        [IPIP_PROTOCOL_ETHERIP] = {IPIP_KIND_ETHERIP, IPIP_KIND_ETHERIP},
        [IPIP_PROTOCOL_IPCOMP] = {IPIP_KIND_IPCOMP, IPIP_KIND_IPCOMP},
        [IPIP_PROTOCOL_L2TP] = {IPIP_KIND_L2TP, IPIP_KIND_L2TP},
        [IPIP_PROTOCOL_MPLS] = {IPIP_KIND_MPLS, IPIP_KIND_MPLS},
    };

    return (enum ipip_kind)kinds[protocol][outer == IPIP_PAYLOAD_IPV6];
}

/* In the words of ip-fou(8), and the kinds with a port of their own. */
static const struct {
    const char *name;
    struct ipip_udp_tunnel tunnel;
} udp_tunnels[] = {
    {"fou-ipip", {0, IPIP_KIND_FOU, IPIP_PROTOCOL_IPIP}},      {"fou-sit", {0, IPIP_KIND_FOU, IPIP_PROTOCOL_IPV6}},
    {"fou-gre", {0, IPIP_KIND_FOU, IPIP_PROTOCOL_GRE}},        {"gue", {0, IPIP_KIND_GUE, 0}},
    {"gre-in-udp", {0, IPIP_KIND_GRE_UDP, IPIP_PROTOCOL_GRE}},
};

const char *ipip_udp_tunnel_name(unsigned index)
{
    return index < sizeof udp_tunnels / sizeof udp_tunnels[0] ? udp_tunnels[index].name : NULL;
}

bool ipip_udp_tunnel_find(struct ipip_udp_tunnel *tunnel, const char *name)
{
    for (unsigned i = 0; ipip_udp_tunnel_name(i) != NULL; i++) {
        if (strcmp(udp_tunnels[i].name, name) == 0) {
            *tunnel = udp_tunnels[i].tunnel;
            return true;
        }
    }
    return false;
}

enum {
    READ = (1 << IPIP_KIND_PPTP) - (1 << IPIP_KIND_IPIP), /* those before the first that is only named */
    NAMED = (1 << IPIP_KINDS) - (1 << IPIP_KIND_PPTP),
};

const struct ipip_kinds *ipip_kinds_all(void)
{
    static const struct ipip_kinds all = {.set = READ};

    return &all;
}

const struct ipip_kinds *ipip_kinds_judged(void)
{
    static const struct ipip_kinds judged = {
        .set = (READ | NAMED) & ~(IPIP_KIND_BIT(IPIP_KIND_ERSPAN) | IPIP_KIND_BIT(IPIP_KIND_ERSPAN6))};

    return &judged;
}

const struct ipip_kinds *ipip_kinds_ipip(void)
{
    static const struct ipip_kinds ipip = {.set = IPIP_KIND_BIT(IPIP_KIND_IPIP)};

    return &ipip;
}
