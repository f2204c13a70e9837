/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of ip(8) that make the packets of a direction. */
#include "ipip/inventory.h"
#include "ipip/statement.h"
#include "ipip/tunnel_text.h"

/* A direction of another kind than IPv4 in IPv4. */
struct direction {
    const struct ipip_direction_stats *seen;
    const struct ipip_kind_stats *more;
    const struct ipip_inferences *inferences;
    const struct ipip_entry_ttl *entry;
};

/* What Linux makes of the kind by default, with what lies behind UDP; false where it makes no such tunnels. */
static bool start(struct ipip_tunnel *tunnel, const struct direction *d)
{
    enum ipip_kind kind = (enum ipip_kind)d->seen->kind;
    bool is_over_udp = (IPIP_KINDS_OVER_UDP & IPIP_KIND_BIT(kind)) != 0;

    if (is_over_udp && d->more->as_kinds == 0)
        return false;
    *tunnel = ipip_tunnel_linux(is_over_udp ? (enum ipip_kind)__builtin_ctz(d->more->as_kinds) : kind);
    tunnel->encap = ipip_tunnel_linux(kind).encap;
    tunnel->prefix = (struct ipip_prefix){0};
    tunnel->local = d->seen->src;
    tunnel->remote = d->seen->dst;
    return kind != IPIP_KIND_MINIMAL && (tunnel->kinds & IPIP_ENCAP_KINDS) != 0;
}

static bool set_ttl(struct ipip_tunnel *tunnel, const struct direction *d)
{
    const struct ipip_inference *ttl = &d->inferences->ttl;

    if (ipip_inference_is(ttl, IPIP_CANDIDATE_INHERITED))
        tunnel->ttl = 0;
    else if (ipip_entry_ttl_is_known(d->entry))
        tunnel->ttl = d->entry->ttl;
    return ttl->candidates != 0;
}

static bool set_tos(struct ipip_tunnel *tunnel, const struct direction *d)
{
    const struct ipip_inference *dscp = &d->inferences->dscp;

    if (ipip_inference_is(dscp, IPIP_CANDIDATE_INHERITED))
        tunnel->tos_inherit = true;
    else if (ipip_inference_is(dscp, IPIP_CANDIDATE_FIXED))
        tunnel->tos = (uint8_t)(dscp->value << 2);
    return dscp->candidates != 0;
}

/* That is no option of Linux: GRE over IPv6 takes the octet whole, all others propagate the field. */
static bool set_ecn(struct ipip_tunnel *tunnel, const struct direction *d)
{
    if (tunnel->ecn == IPIP_ECN_COMPATIBILITY && tunnel->tos_inherit)
        tunnel->ecn = IPIP_ECN_COPY;
    return (d->inferences->ecn.candidates & 1U << tunnel->ecn) != 0;
}

static bool set_df(struct ipip_tunnel *tunnel, const struct direction *d)
{
    enum { FREE = IPIP_KIND_BIT(IPIP_KIND_GRE) | IPIP_KIND_BIT(IPIP_KIND_GRETAP) | IPIP_KIND_BIT(IPIP_KIND_ERSPAN) };
    unsigned df = d->inferences->df.candidates;
    bool is_ipv6_inside = d->more->over_ipv6 == d->more->packets - d->more->opaque;

    if ((df & 1U << IPIP_DF_SET) != 0)
        return true;
    if ((df & 1U << IPIP_DF_COPY) != 0 || (df != 0 && is_ipv6_inside))
        tunnel->df = IPIP_DF_COPY;
    else if (df != 0 && (tunnel->kinds & ~(uint32_t)FREE) == 0)
        tunnel->df = IPIP_DF_CLEAR;
    else
        return false;
    return !ipip_inference_is(&d->inferences->ttl, IPIP_CANDIDATE_FIXED); /* which brings pmtudisc */
}

/* There is something to infer it from. */
static bool shows(const struct direction *d, enum ipip_inferred_field field)
{
    return d->seen->stats.habits.ttl.packets > 0 && ipip_inferred_field_applies(field, d->seen);
}

static bool set_header(struct ipip_tunnel *tunnel, const struct direction *d)
{
    if (!shows(d, IPIP_INFERRED_TTL))
        return true;
    return set_ttl(tunnel, d) && set_tos(tunnel, d) && set_ecn(tunnel, d) &&
           (!shows(d, IPIP_INFERRED_DF) || set_df(tunnel, d));
}

static const char *command_of(char *text, const struct direction *d)
{
    struct ipip_tunnel tunnel;

    if (!start(&tunnel, d) || d->more->extended > 0)
        return NULL;
    ipip_statements_configure(&tunnel, (enum ipip_kind)d->seen->kind, d->more);
    if (!set_header(&tunnel, d))
        return NULL;
    if (tunnel.label_policy == IPIP_LABEL_FIXED && tunnel.label == 0)
        tunnel.label_policy = IPIP_LABEL_AUTO; /* a sysctl, and no option */
    return ipip_tunnel_command(text, &tunnel);
}

const char *ipip_direction_command(char text[static IPIP_TUNNEL_TEXT], const struct ipip_direction_stats *seen,
                                   const struct ipip_kind_stats *more, const struct ipip_inferences *inferences,
                                   const struct ipip_entry_ttl *entry)
{
    const struct direction d = {seen, more, inferences, entry};

    if (more == NULL)
        return ipip_inferences_command(text, inferences, entry, seen->src, seen->dst);
    return command_of(text, &d);
}
