/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/policy_unexpected.h"

#include <stddef.h>

#include "flow/state.h"
#include "ipip/ipv6.h"
#include "packet/tunnel_shims.h"
#include "rules/ipv6_outer/limit.h"

/* A packet of a tunnel of which something is expected. */
struct sight {
    const struct tunnel_policy *tunnel_policy;
    const struct ipip_expectation *x;
    const struct ipip_layer *outer;
    const struct ipip_layer *inner;
    const struct tunnel_shims *shims; /* NULL where the kind has none */
};

static bool is_ttl_wrong(const struct sight *s)
{
    uint8_t expected = s->x->ttl == IPIP_EXPECT_FIXED ? s->x->ttl_value : s->inner->ip.ttl;

    /* Routers on the path decrement it. */
    return s->x->ttl != IPIP_EXPECT_ANYTHING &&
           (s->outer->ip.ttl > expected ||
            (ipip_vantage_is_entry(s->tunnel_policy->vantage) && s->outer->ip.ttl != expected));
}

static bool is_tos_wrong(const struct sight *s)
{
    uint8_t expected = s->x->tos == IPIP_EXPECT_FIXED ? s->x->tos_value >> 2 : ipip_ip_dscp(&s->inner->ip);

    return s->x->tos != IPIP_EXPECT_ANYTHING && ipip_ip_dscp(&s->outer->ip) != expected;
}

/* An inner IPv6 header has no DF that could be copied. */
static bool is_df_wrong(const struct sight *s)
{
    bool expected = s->x->df == IPIP_EXPECT_DF_SET || (s->x->df == IPIP_EXPECT_DF_COPY && ipip_ip_df(&s->inner->ip));
    bool is_judged = s->x->df != IPIP_EXPECT_DF_ANY && (s->x->df != IPIP_EXPECT_DF_COPY || s->inner->ip.version == 4);

    return is_judged && ipip_ip_df(&s->outer->ip) != expected;
}

/* What came in fragments, or is several segments, is smaller on the wire. */
static bool is_mtu_wrong(const struct sight *s)
{
    return s->x->mtu != 0 && s->outer->ip.total_bytes > s->x->mtu && !s->outer->is_reassembled &&
           !flow_is_segments(s->inner);
}

static bool is_presence_wrong(enum ipip_expected_presence expected, bool is_there)
{
    return expected != IPIP_EXPECT_EITHER && is_there != (expected == IPIP_EXPECT_THERE);
}

static bool has_gre(const struct sight *s)
{
    return s->shims != NULL && tunnel_shims_have(s->shims, IPIP_SHIM_GRE) && s->shims->gre_status == IPIP_OK;
}

static bool is_key_wrong(const struct sight *s)
{
    if (s->x->key == IPIP_EXPECT_EITHER || !has_gre(s))
        return false;
    return is_presence_wrong(s->x->key, (s->shims->gre.flags & IPIP_GRE_KEY) != 0) ||
           (s->x->key == IPIP_EXPECT_THERE && s->shims->gre.key != s->x->key_value);
}

static bool is_checksum_wrong(const struct sight *s)
{
    return has_gre(s) && is_presence_wrong(s->x->checksum, (s->shims->gre.flags & IPIP_GRE_CHECKSUM) != 0);
}

static bool is_sequence_wrong(const struct sight *s)
{
    return has_gre(s) && is_presence_wrong(s->x->sequence, (s->shims->gre.flags & IPIP_GRE_SEQUENCE) != 0);
}

/* A nest has less than its own limit (RFC 2473 section 4.1.1 b). */
static bool is_limit_wrong(const struct sight *s)
{
    unsigned limit, inside;

    if (s->x->limit == IPIP_EXPECT_EITHER || s->outer->ip.version != 6)
        return false;
    limit = limit_of(s->outer);
    inside = s->inner->ip.version == 6 ? limit_of(s->inner) : LIMIT_NONE;
    if (limit == LIMIT_CUT || inside != LIMIT_NONE)
        return false;
    return limit != (s->x->limit == IPIP_EXPECT_THERE ? s->x->limit_value : (unsigned)LIMIT_NONE);
}

/* A copied label of 0, or of none, is made anew: Linux takes that of the flow. */
static bool is_label_wrong(const struct sight *s)
{
    uint32_t inside;

    if (s->x->label == IPIP_EXPECT_ANYTHING || s->outer->ip.version != 6)
        return false;
    if (s->x->label == IPIP_EXPECT_FIXED)
        return ipip_ipv6_flow_label(s->outer->bytes.data) != s->x->label_value;
    inside = s->inner->ip.version == 6 ? ipip_ipv6_flow_label(s->inner->bytes.data) : 0;
    return inside != 0 && ipip_ipv6_flow_label(s->outer->bytes.data) != inside;
}

static bool is_port_wrong(const struct sight *s, uint16_t expected, uint16_t port)
{
    return expected != 0 && s->shims != NULL && tunnel_shims_have(s->shims, IPIP_SHIM_UDP) && port != expected;
}

static bool is_source_port_wrong(const struct sight *s)
{
    return s->shims != NULL && is_port_wrong(s, s->x->source_port, s->shims->udp.source);
}

static bool is_destination_port_wrong(const struct sight *s)
{
    return s->shims != NULL && is_port_wrong(s, s->x->destination_port, s->shims->udp.destination);
}

enum unexpected policy_unexpected(const struct tunnel_policy *tunnel_policy, const struct ipip_layer *outer,
                                  const struct ipip_layer *inner)
{
    static bool (*const is_wrong[UNEXPECTED_COUNT])(const struct sight *) = {
        [UNEXPECTED_TTL] = is_ttl_wrong,
        [UNEXPECTED_TOS] = is_tos_wrong,
        [UNEXPECTED_DF] = is_df_wrong,
        [UNEXPECTED_MTU] = is_mtu_wrong,
        [UNEXPECTED_KEY] = is_key_wrong,
        [UNEXPECTED_CHECKSUM] = is_checksum_wrong,
        [UNEXPECTED_SEQUENCE] = is_sequence_wrong,
        [UNEXPECTED_LIMIT] = is_limit_wrong,
        [UNEXPECTED_LABEL] = is_label_wrong,
        [UNEXPECTED_SOURCE_PORT] = is_source_port_wrong,
        [UNEXPECTED_DESTINATION_PORT] = is_destination_port_wrong,
    };
    struct sight sight = {tunnel_policy, tunnel_policy->expectation, outer, inner, NULL};
    struct tunnel_shims shims;

    if (sight.x == NULL)
        return UNEXPECTED_NOTHING;
    if (outer->kind > IPIP_KIND_IPIP && outer->ip.fragment_offset == 0) {
        tunnel_shims_read(&shims, tunnel_policy->policy->kinds, outer);
        sight.shims = &shims;
    }
    for (int i = UNEXPECTED_NOTHING + 1; i < UNEXPECTED_COUNT; i++) {
        if (is_wrong[i](&sight))
            return (enum unexpected)i;
    }
    return UNEXPECTED_NOTHING;
}
