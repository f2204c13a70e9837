/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel/shims.h"

enum { UDP_BYTES = 8, GUE_BYTES = 4, IN_FRONT_MAX = 2 };

static uint32_t udp_bytes(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind)
{
    (void)tunnel;
    (void)kind;
    return UDP_BYTES;
}

static uint32_t gue_bytes(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind)
{
    (void)tunnel;
    (void)kind;
    return GUE_BYTES;
}

/* Those without a function are part of the packet, or of the IP header. */
static const struct {
    uint32_t (*bytes)(const struct ipip_tunnel *, const struct ipip_kind_about *);
    void (*put)(struct shims *);
} all[IPIP_SHIMS] = {
    [IPIP_SHIM_UDP] = {udp_bytes, udp_put},
    [IPIP_SHIM_GUE] = {gue_bytes, gue_put},
    [IPIP_SHIM_GRE] = {gre_bytes, gre_put},
    [IPIP_SHIM_ERSPAN] = {erspan_bytes, erspan_put},
};

/* In front of those of the kind, outermost first. */
static const uint8_t in_front[IPIP_UDP_ENCAP_COUNT][IN_FRONT_MAX] = {
    [IPIP_UDP_ENCAP_FOU] = {IPIP_SHIM_UDP},
    [IPIP_UDP_ENCAP_GUE] = {IPIP_SHIM_UDP, IPIP_SHIM_GUE},
};

static uint32_t sum_of_bytes(const uint8_t *shims, unsigned count, const struct ipip_tunnel *tunnel,
                             const struct ipip_kind_about *kind)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < count; i++)
        sum += all[shims[i]].bytes != NULL ? all[shims[i]].bytes(tunnel, kind) : 0;
    return sum;
}

uint32_t shims_bytes_of(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind)
{
    return sum_of_bytes(in_front[tunnel->encap], IN_FRONT_MAX, tunnel, kind) +
           sum_of_bytes(kind->shims, IPIP_KIND_SHIMS_MAX, tunnel, kind);
}

bool shims_have_checksum(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind)
{
    return (tunnel->encap != IPIP_UDP_ENCAP_NONE && tunnel->has_udp_checksum) ||
           (kind->shims[0] == IPIP_SHIM_GRE && tunnel->out.has_checksum);
}

bool shims_may_cut(const struct ipip_kind_about *kind)
{
    return kind->shims[1] == IPIP_SHIM_ERSPAN;
}

static void put_all(struct shims *s, const uint8_t *shims, unsigned count)
{
    while (count-- > 0) {
        if (all[shims[count]].put != NULL)
            all[shims[count]].put(s);
    }
}

void shims_put(struct shims *shims)
{
    put_all(shims, shims->kind->shims, IPIP_KIND_SHIMS_MAX);
    put_all(shims, in_front[shims->tunnel->encap], IN_FRONT_MAX);
}
