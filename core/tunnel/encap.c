/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may enter a tunnel, and the outer IPv4 header. */
#include "ipip/encap.h"

#include "tunnel/encap_kinds.h"
#include "tunnel/entering.h"
#include "tunnel/exit.h"
#include "tunnel/fit.h"
#include "tunnel/kind_for.h"
#include "tunnel/shims.h"

enum { OCTET_DF = 0x40 };

static bool outer_df(enum ipip_df_policy policy, bool inner_df)
{
    return policy == IPIP_DF_SET || (policy == IPIP_DF_COPY && inner_df);
}

static uint32_t outer_id(enum ipip_id_policy policy, uint16_t counter, const struct ipip_ip *inner, bool is_df)
{
    if (policy == IPIP_ID_COUNTER)
        return counter;
    if (policy == IPIP_ID_COPY)
        return inner->version == 4 ? inner->id : counter;
    return policy == IPIP_ID_ZERO || is_df ? 0 : counter;
}

/* A mirrored frame is cut to what the path takes; another packet may have to stay outside. */
static __attribute__((noinline)) enum ipip_status make_fit(struct ipip_bytes *inner, const struct fit *fit)
{
    if (!shims_may_cut(fit->kind) || fit->tunnel->mtu <= fit->overhead)
        return fit_in_ipv4(fit);
    *inner = ipip_bytes_first(*inner, fit->tunnel->mtu - fit->overhead);
    return IPIP_OK;
}

/* What is found in a packet that is not IPv4, and the exit of its tunnel. */
static __attribute__((noinline)) enum ipip_status read_other(struct ipip_ip *ip, struct ipip_addr *exit,
                                                             const struct ipip_tunnel *tunnel, enum ipip_payload type,
                                                             struct ipip_bytes inner)
{
    struct entering in = entering_read(type, inner);

    *ip = in.ip;
    *exit = tunnel->remote;
    if (in.status != IPIP_OK || !ipip_address_is_none(*exit))
        return in.status;
    /* To itself none leaves: Linux finds a route of type local, and counts a carrier error. */
    return exit_embedded(exit, tunnel, in.ip.dst) && !ipip_address_equal(*exit, tunnel->local) ? IPIP_OK : IPIP_NO_EXIT;
}

/* Compiled twice, as most tunnels have but this header: for IPv4 in IPv4, where all is known that only other kinds need, and for those. */
static inline __attribute__((always_inline)) enum ipip_status
encap_in_ipv4(struct ipip_rewrite *out, uint8_t *head, size_t head_capacity, const struct ipip_tunnel *tunnel,
              const struct ipip_encap_values *values, enum ipip_kind kind, enum ipip_payload type, uint32_t shim_bytes,
              uint8_t protocol, struct ipip_bytes inner)
{
    const uint32_t overhead = IPIP_IPV4_HEADER_MIN + shim_bytes;
    struct ipip_addr exit = tunnel->remote;
    struct ipip_ip ip;
    struct ipip_ip outer;
    enum ipip_status status;
    uint32_t rewritten;
    bool is_cut = false;
    bool has_df;
    bool is_df;

    if (type == IPIP_PAYLOAD_IPV4) {
        status = entering_read_ipv4(&ip, inner);
    } else {
        struct ipip_addr computed;
        struct ipip_ip read;

        status = read_other(&read, &computed, tunnel, type, inner);
        ip = read;
        exit = computed;
    }
    if (status == IPIP_OK)
        status = entering_admit(tunnel, type, &ip);
    if (status != IPIP_OK)
        return status;
    if (inner.wire > IPIP_IPV4_TOTAL_MAX - overhead)
        return IPIP_TOO_LARGE;
    /* Of all flags it is this one that counts. */
    has_df = type == IPIP_PAYLOAD_IPV4 ? (inner.data[6] & OCTET_DF) != 0 : entering_df(&ip);
    if (tunnel->mtu != 0 && inner.wire + overhead > tunnel->mtu) {
        struct fit fit = {tunnel, ipip_kind_about(kind), type, ip.version, has_df, overhead, inner.wire};
        struct ipip_bytes cut = inner;

        status = make_fit(&cut, &fit);
        if (status != IPIP_OK)
            return status;
        is_cut = cut.wire < inner.wire;
        inner = cut;
    }
    if (shim_bytes > 0 && inner.captured < inner.wire && shims_have_checksum(tunnel, ipip_kind_about(kind)))
        return IPIP_TRUNCATED;
    rewritten = entering_rewritten(tunnel, type, &ip);
    if (head_capacity < overhead + rewritten)
        return IPIP_NO_SPACE;

    is_df = outer_df(tunnel->df, has_df) &&
            !(type == IPIP_PAYLOAD_IPV6 && fit_needs_fragments(tunnel, ipip_kind_about(kind), overhead));
    outer = (struct ipip_ip){
        .version = 4,
        .header_bytes = IPIP_IPV4_HEADER_MIN,
        .tclass = entering_tclass(tunnel, &ip),
        .total_bytes = inner.wire + overhead,
        .id = outer_id(tunnel->id, values->id, &ip, is_df),
        .flags = is_df ? IPIP_IP_DF : 0,
        .ttl = tunnel->ttl != 0 ? tunnel->ttl : (uint8_t)(ip.ttl - (rewritten > 0 ? 1 : 0)),
        .protocol = protocol,
        .src = tunnel->local,
        .dst = exit,
    };
    ipv4_put(head, &outer, 0);
    if (rewritten > 0)
        entering_decrement_ttl(head + overhead, inner.data, rewritten);
    out->head_bytes = overhead + rewritten;
    out->rest = ipip_bytes_after(inner, rewritten);
    if (shim_bytes > 0) {
        struct shims shims = {.tunnel = tunnel,
                              .values = values,
                              .kind = ipip_kind_about(kind),
                              .type = type,
                              .tclass = ip.tclass,
                              .is_cut = is_cut,
                              .exit = exit,
                              .at = head + overhead,
                              .end = head + out->head_bytes,
                              .rest = out->rest};

        shims_put(&shims);
    }
    return IPIP_OK;
}

static __attribute__((noinline)) enum ipip_status encap_other(struct ipip_rewrite *out, uint8_t *head,
                                                              size_t head_capacity, const struct ipip_tunnel *tunnel,
                                                              const struct ipip_encap_values *values,
                                                              enum ipip_payload type, struct ipip_bytes inner)
{
    const struct ipip_kind_about *about;
    enum ipip_kind kind = kind_for(tunnel, type, &about);

    if (kind == IPIP_KIND_NONE)
        return IPIP_NOT_HELD;
    if (about->shims[0] == IPIP_SHIM_MINIMAL)
        return encap_minimal(out, head, head_capacity, tunnel, inner);
    if (ipip_tunnel_is_over_ipv6(tunnel))
        return encap_in_ipv6(out, head, head_capacity, tunnel, values, about, type, inner);
    return encap_in_ipv4(out, head, head_capacity, tunnel, values, kind, type, shims_bytes(tunnel, about),
                         shims_protocol(tunnel, about), inner);
}

/* In one comparison: nothing but IPv4 in IPv4. */
static inline bool is_ipip(const struct ipip_tunnel *tunnel, enum ipip_payload type)
{
    return ((tunnel->kinds ^ IPIP_KIND_BIT(IPIP_KIND_IPIP)) | ((unsigned)type ^ IPIP_PAYLOAD_IPV4) |
            ((unsigned)tunnel->encap ^ IPIP_UDP_ENCAP_NONE) | tunnel->local.high |
            (tunnel->local.low >> 32 ^ 0xffff)) == 0;
}

enum ipip_status ipip_encap(struct ipip_rewrite *out, uint8_t *head, size_t head_capacity,
                            const struct ipip_tunnel *tunnel, const struct ipip_encap_values *values,
                            enum ipip_payload type, struct ipip_bytes inner)
{
    if (is_ipip(tunnel, type))
        return encap_in_ipv4(out, head, head_capacity, tunnel, values, IPIP_KIND_IPIP, IPIP_PAYLOAD_IPV4, 0,
                             IPIP_PROTOCOL_IPIP, inner);
    return encap_other(out, head, head_capacity, tunnel, values, type, inner);
}
