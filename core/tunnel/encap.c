/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>
#include <string.h>

#include "ipip/encap.h"
#include "wire/ipv4_fields.h"

static const char *const df_names[IPIP_DF_POLICY_COUNT] = {"set", "copy", "clear"};
static const char *const id_names[IPIP_ID_POLICY_COUNT] = {"counter", "copy", "zero", "zero-with-df"};

struct ipip_tunnel ipip_tunnel_linux(enum ipip_kind kind)
{
    const struct ipip_kind_about *about = ipip_kind_about(kind);
    struct ipip_tunnel tunnel = {
        .kinds = IPIP_KIND_BIT(kind),
        .ecn = IPIP_ECN_RFC3168_FULL,
        .df = IPIP_DF_SET,
        .label_policy = IPIP_LABEL_AUTO,
    };

    if (about != NULL && about->outer == IPIP_PAYLOAD_IPV6) {
        tunnel.ttl = 64;
        tunnel.has_limit = true;
        tunnel.limit = 4;
        tunnel.ecn = about->shims[0] == IPIP_SHIM_GRE ? IPIP_ECN_COMPATIBILITY : IPIP_ECN_RFC3168_FULL;
    }
    if (about != NULL && about->shims[1] == IPIP_SHIM_ERSPAN)
        tunnel.erspan_version = 1;
    if (kind == IPIP_KIND_6IN4)
        tunnel.prefix = (struct ipip_prefix){{UINT64_C(0x2002) << 48, 0}, 16};
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

uint16_t ipip_tunnel_icmp_mtu(const struct ipip_tunnel *tunnel)
{
    return tunnel->mtu > IPIP_IPV4_HEADER_MIN ? (uint16_t)(tunnel->mtu - IPIP_IPV4_HEADER_MIN) : 0;
}

static bool outer_df(enum ipip_df_policy policy, bool inner_df)
{
    return policy == IPIP_DF_SET || (policy == IPIP_DF_COPY && inner_df);
}

/* Whether `ip`, the header of `inner`, may enter the tunnel: in the order in which a router would refuse it. */
static enum ipip_status admit(const struct ipip_tunnel *tunnel, const struct ipip_ip *ip, struct ipip_bytes inner)
{
    uint32_t outer_bytes = inner.wire + IPIP_IPV4_HEADER_MIN;

    if (ip->header_bytes < IPIP_IPV4_HEADER_MIN || (ip->total_bytes != 0 && ip->total_bytes < ip->header_bytes))
        return IPIP_MALFORMED;
    if (inner.wire < ip->total_bytes || inner.wire < ip->header_bytes)
        return IPIP_MALFORMED;
    if (inner.captured < ip->header_bytes)
        return IPIP_TRUNCATED;
    if (ip->ttl == 0 || (tunnel->decrements_ttl && ip->ttl == 1))
        return IPIP_TTL_EXPIRED;
    if (ipip_address_equal(ip->src, tunnel->remote))
        return IPIP_SOURCE_IS_EXIT;
    if (inner.wire > IPIP_IPV4_TOTAL_MAX - IPIP_IPV4_HEADER_MIN)
        return IPIP_TOO_LARGE;
    if (tunnel->mtu == 0 || outer_bytes <= tunnel->mtu)
        return IPIP_OK;
    if (ipip_ip_df(ip))
        return IPIP_MTU_EXCEEDED;
    return outer_df(tunnel->df, false) ? IPIP_MTU_UNTOLD : IPIP_OK;
}

static uint32_t outer_id(enum ipip_id_policy policy, uint16_t counter, uint32_t inner_id, bool is_df)
{
    if (policy == IPIP_ID_COPY)
        return inner_id;
    return policy == IPIP_ID_ZERO || (policy == IPIP_ID_ZERO_WITH_DF && is_df) ? 0 : counter;
}

/* Copies the inner header with its TTL one less and its checksum updated: TTL is the upper octet of the word at 8. */
static void decrement_ttl(uint8_t *out, const struct ipip_ip *ip, struct ipip_bytes inner)
{
    uint16_t before = wire_get16(inner.data + 8);
    uint16_t after = (uint16_t)(before - 0x0100);

    memcpy(out, inner.data, ip->header_bytes);
    wire_put16(out + 8, after);
    wire_put16(out + 10, ipip_checksum_update(ip->checksum, before, after));
}

enum ipip_status ipip_encap(struct ipip_rewrite *out, uint8_t *head, size_t head_capacity,
                            const struct ipip_tunnel *tunnel, const struct ipip_encap_values *values,
                            enum ipip_payload type, struct ipip_bytes inner)
{
    struct ipip_ip ip;
    struct ipip_ip outer;
    enum ipip_status status;
    uint32_t rewritten;
    uint8_t ttl;

    if (type != IPIP_PAYLOAD_IPV4)
        return IPIP_NOT_IPV4;
    if (inner.captured < IPIP_IPV4_HEADER_MIN)
        return inner.wire < IPIP_IPV4_HEADER_MIN ? IPIP_MALFORMED : IPIP_TRUNCATED;
    ipv4_fields(&ip, inner.data);
    if (ip.version != 4)
        return IPIP_NOT_IPV4;
    status = admit(tunnel, &ip, inner);
    if (status != IPIP_OK)
        return status;
    rewritten = tunnel->decrements_ttl ? ip.header_bytes : 0;
    if (head_capacity < IPIP_IPV4_HEADER_MIN + rewritten)
        return IPIP_NO_SPACE;

    ttl = (uint8_t)(ip.ttl - (tunnel->decrements_ttl ? 1 : 0));
    outer = (struct ipip_ip){
        .version = 4,
        .header_bytes = IPIP_IPV4_HEADER_MIN,
        .tclass = (uint8_t)(((tunnel->tos_inherit ? ip.tclass : tunnel->tos) & ~3) |
                            ipip_ecn_encap(tunnel->ecn, (enum ipip_ecn)ipip_ip_ecn(&ip))),
        .total_bytes = inner.wire + IPIP_IPV4_HEADER_MIN,
        .id = outer_id(tunnel->id, values->id, ip.id, outer_df(tunnel->df, ipip_ip_df(&ip))),
        .flags = outer_df(tunnel->df, ipip_ip_df(&ip)) ? IPIP_IP_DF : 0,
        .ttl = tunnel->ttl != 0 ? tunnel->ttl : ttl,
        .protocol = IPIP_PROTOCOL_IPIP,
        .src = tunnel->local,
        .dst = tunnel->remote,
    };
    ipv4_put(head, &outer, 0);
    if (rewritten > 0)
        decrement_ttl(head + IPIP_IPV4_HEADER_MIN, &ip, inner);
    out->head_bytes = IPIP_IPV4_HEADER_MIN + rewritten;
    out->rest = ipip_bytes_after(inner, rewritten);
    return IPIP_OK;
}
