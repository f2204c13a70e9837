/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/admission.h"

#include "packet/tunnel_shims.h"
#include "wire/embedded.h"
#include "wire/octets.h"

struct ipip_admission ipip_admission_of(const struct ipip_tunnel *tunnel)
{
    return (struct ipip_admission){.tunnel = *tunnel};
}

static bool is_end(struct ipip_addr configured, struct ipip_addr seen)
{
    return ipip_address_equal(configured, (struct ipip_addr){0, 0}) || ipip_address_equal(configured, seen);
}

/* Over UDP it is the port that tells what follows. */
static bool is_kind(const struct ipip_tunnel *tunnel, enum ipip_kind kind)
{
    static const uint32_t over_udp[IPIP_UDP_ENCAP_COUNT] = {
        0, IPIP_KIND_BIT(IPIP_KIND_FOU) | IPIP_KIND_BIT(IPIP_KIND_GRE_UDP), IPIP_KIND_BIT(IPIP_KIND_GUE)};
    uint32_t kinds = tunnel->encap != IPIP_UDP_ENCAP_NONE ? over_udp[tunnel->encap] : tunnel->kinds;

    return (kinds & IPIP_KIND_BIT(kind)) != 0;
}

/* Of GRE the key, with or without; of ERSPAN the session. */
static bool is_key(const struct ipip_tunnel *tunnel, const struct tunnel_shims *shims)
{
    enum { SESSION_AT = 2, SESSION_BITS = 0x3ff };
    struct ipip_bytes erspan = shims->at[IPIP_SHIM_ERSPAN];

    if (tunnel_shims_have(shims, IPIP_SHIM_ERSPAN))
        return erspan.captured < SESSION_AT + 2 ||
               (wire_get16(erspan.data + SESSION_AT) & SESSION_BITS) == (tunnel->out.key & SESSION_BITS);
    if (!tunnel_shims_have(shims, IPIP_SHIM_GRE) || shims->gre_status != IPIP_OK || tunnel->erspan_version != 0)
        return true;
    return tunnel->in.has_key == ((shims->gre.flags & IPIP_GRE_KEY) != 0) &&
           (!tunnel->in.has_key || tunnel->in.key == shims->gre.key);
}

/* Older by serial number arithmetic, or without one (RFC 2890 section 2.2). */
static bool is_out_of_order(struct ipip_admission *admission, const struct ipip_gre *gre)
{
    if ((gre->flags & IPIP_GRE_SEQUENCE) == 0 ||
        (admission->has_taken && (int32_t)(gre->sequence - admission->next) < 0))
        return true;
    admission->has_taken = true;
    admission->next = gre->sequence + 1;
    return false;
}

static enum ipip_drop_why take_gre(struct ipip_admission *admission, const struct tunnel_shims *shims)
{
    const struct ipip_gre_options *in = &admission->tunnel.in;

    if (!tunnel_shims_have(shims, IPIP_SHIM_GRE) || shims->gre_status != IPIP_OK ||
        tunnel_shims_have(shims, IPIP_SHIM_ERSPAN))
        return IPIP_DROP_NOTHING;
    if (in->has_checksum != ((shims->gre.flags & IPIP_GRE_CHECKSUM) != 0))
        return IPIP_DROP_GRE_CHECKSUM_USE;
    return in->has_sequence && is_out_of_order(admission, &shims->gre) ? IPIP_DROP_GRE_SEQUENCE : IPIP_DROP_NOTHING;
}

static bool is_router(const struct ipip_tunnel *tunnel, struct ipip_addr address)
{
    for (unsigned i = 0; i < tunnel->router_count; i++) {
        if (ipip_address_equal(tunnel->routers[i], address))
            return true;
    }
    return false;
}

static bool embeds(const struct ipip_tunnel *tunnel, struct ipip_addr inner)
{
    return tunnel->prefix.bits > 0 && ipip_prefix_has(&tunnel->prefix, inner);
}

static bool embeds_another(const struct ipip_tunnel *tunnel, struct ipip_addr outer, struct ipip_addr inner)
{
    return embeds(tunnel, inner) && embedded_behind(tunnel->prefix.bits, &tunnel->relay, inner) != embedded_last(outer);
}

/* Of 6in4 without remote. */
static bool is_spoofed(const struct ipip_tunnel *tunnel, const struct ipip_ip *outer, const struct ipip_ip *inner)
{
    if (inner->version != 6 || !ipip_address_equal(tunnel->remote, (struct ipip_addr){0, 0}))
        return false;
    if (tunnel->is_isatap)
        return !is_router(tunnel, outer->src) &&
               !(embedded_is_isatap(inner->src) && embedded_last(inner->src) == embedded_last(outer->src));
    return embeds_another(tunnel, outer->src, inner->src) || embeds_another(tunnel, outer->dst, inner->dst);
}

bool ipip_admission_claims(const struct ipip_admission *admission, const struct ipip_stack *stack,
                           const struct ipip_kinds *kinds)
{
    const struct ipip_tunnel *tunnel = &admission->tunnel;
    const struct ipip_layer *outer = &stack->layers[0];
    struct tunnel_shims shims;

    if (!is_kind(tunnel, (enum ipip_kind)outer->kind) || !is_end(tunnel->remote, outer->ip.src) ||
        !is_end(tunnel->local, outer->ip.dst))
        return false;
    if (outer->kind == IPIP_KIND_IPIP)
        return true;
    tunnel_shims_read(&shims, kinds, outer);
    return is_key(tunnel, &shims);
}

enum ipip_drop_why ipip_admission_take(struct ipip_admission *admission, const struct ipip_stack *stack,
                                       const struct ipip_kinds *kinds)
{
    const struct ipip_tunnel *tunnel = &admission->tunnel;
    const struct ipip_layer *outer = &stack->layers[0];
    struct tunnel_shims shims;
    enum ipip_drop_why why;

    if (outer->kind == IPIP_KIND_IPIP)
        return IPIP_DROP_NOTHING;
    tunnel_shims_read(&shims, kinds, outer);
    why = take_gre(admission, &shims);
    if (why == IPIP_DROP_NOTHING && outer->kind == IPIP_KIND_6IN4 && stack->count > 1 &&
        is_spoofed(tunnel, &outer->ip, &stack->layers[1].ip))
        why = IPIP_DROP_EMBEDDED;
    return why;
}
