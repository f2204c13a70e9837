/* SPDX-License-Identifier: GPL-2.0-or-later */
/* As gre_rcv(), fou_udp_recv() and gue_udp_recv() of Linux, and RFC 2784 and RFC 2004 see it. */
#include "ipip/gre.h"
#include "ipip/minimal.h"
#include "ipip/udp.h"
#include "packet/transport.h"
#include "tunnel/dropping.h"
#include "wire/checksum.h"
#include "wire/octets.h"

enum { GRE_RESERVED = 0x0c00 };

/* A header of the chain, and all that the one outside promised from there on. */
struct header {
    const struct ipip_layer *layer;
    const struct ipip_chain *chain;
    struct ipip_bytes bytes;
};

/* Whether the sum of octets that have their checksum among them can be told, and is wrong. */
static bool is_sum_wrong(struct ipip_bytes bytes, uint64_t more)
{
    return bytes.captured == bytes.wire && !sum_is_right(sum_add(more, sum_of(bytes.data, bytes.wire)));
}

static enum ipip_drop_why gre(const struct header *h)
{
    struct ipip_gre gre;

    if (h->bytes.captured < 2)
        return IPIP_DROP_NOTHING;
    if ((wire_get16(h->bytes.data) & IPIP_GRE_VERSION) != 0)
        return IPIP_DROP_GRE_VERSION;
    if ((wire_get16(h->bytes.data) & IPIP_GRE_ROUTING) != 0)
        return IPIP_DROP_GRE_ROUTING;
    if ((wire_get16(h->bytes.data) & GRE_RESERVED) != 0)
        return IPIP_DROP_GRE_RESERVED;
    if (ipip_gre_read(&gre, h->bytes) != IPIP_OK || (gre.flags & IPIP_GRE_CHECKSUM) == 0)
        return IPIP_DROP_NOTHING;
    return is_sum_wrong(h->bytes, 0) ? IPIP_DROP_GRE_CHECKSUM : IPIP_DROP_NOTHING;
}

static enum ipip_drop_why udp(const struct header *h)
{
    struct ipip_bytes bytes = h->bytes;
    struct ipip_udp udp;
    uint64_t pseudo;

    if (ipip_udp_read(&udp, bytes) != IPIP_OK || udp.length == 0)
        return IPIP_DROP_NOTHING;
    if (udp.length < IPIP_UDP_HEADER || udp.length > bytes.wire)
        return IPIP_DROP_UDP_LENGTH;
    bytes = ipip_bytes_first(bytes, udp.length);
    if (udp.checksum == 0 || !transport_pseudo_header(&pseudo, h->layer, IPIP_PROTOCOL_UDP, udp.length))
        return IPIP_DROP_NOTHING;
    return is_sum_wrong(bytes, pseudo) ? IPIP_DROP_UDP_CHECKSUM : IPIP_DROP_NOTHING;
}

static enum ipip_drop_why gue(const struct header *h)
{
    const uint32_t private_known = IPIP_GUE_PRIVATE_REMCSUM;
    struct ipip_gue gue;

    if (h->bytes.captured > 0 && h->bytes.data[0] >> 6 > 1)
        return IPIP_DROP_GUE;
    if (ipip_gue_read(&gue, h->bytes) != IPIP_OK)
        return IPIP_DROP_NOTHING;
    return gue.is_control || (gue.flags & ~IPIP_GUE_PRIVATE) != 0 ||
                   (gue.has_private_flags && (gue.private_flags & ~private_known) != 0)
               ? IPIP_DROP_GUE
               : IPIP_DROP_NOTHING;
}

static enum ipip_drop_why minimal(const struct header *h)
{
    struct ipip_minimal minimal;

    if (ipip_minimal_read(&minimal, h->bytes) != IPIP_OK)
        return IPIP_DROP_NOTHING;
    return ipip_ipv4_checksum_ok(h->bytes.data, minimal.header_bytes) ? IPIP_DROP_NOTHING : IPIP_DROP_MINIMAL_CHECKSUM;
}

static enum ipip_drop_why (*const looks[IPIP_SHIMS])(const struct header *) = {
    [IPIP_SHIM_UDP] = udp,
    [IPIP_SHIM_GUE] = gue,
    [IPIP_SHIM_GRE] = gre,
    [IPIP_SHIM_MINIMAL] = minimal,
};

/* The octets from `offset` on, within what UDP promises where it is there. */
static struct ipip_bytes bytes_at(const struct ipip_layer *layer, const struct ipip_chain *chain, uint32_t offset)
{
    struct ipip_bytes bytes = chain->inside;
    struct ipip_bytes payload = ipip_layer_payload(layer);

    if (offset >= chain->bytes)
        return bytes;
    payload.wire -= payload.wire - chain->bytes - bytes.wire;
    payload.captured = payload.captured < payload.wire ? payload.captured : payload.wire;
    return ipip_bytes_after(payload, offset);
}

/* The header that comes behind the last link of a chain that ends there: the one that can't be read. */
static uint8_t next_shim(const struct ipip_layer *layer, const struct ipip_chain *chain)
{
    const struct ipip_kind_about *row = ipip_kind_about((enum ipip_kind)layer->kind);
    unsigned read = 0;

    if (row == NULL || chain->end != IPIP_END_BAD_SHIM)
        return IPIP_SHIM_NONE;
    for (unsigned i = 0; i < chain->count; i++)
        read += chain->links[i].shim != IPIP_SHIM_AH && chain->links[i].shim != IPIP_SHIM_EXTENSIONS;
    return read < IPIP_KIND_SHIMS_MAX ? row->shims[read] : (uint8_t)IPIP_SHIM_NONE;
}

static enum ipip_drop_why look(const struct ipip_layer *layer, const struct ipip_chain *chain, uint8_t shim,
                               uint32_t offset)
{
    const struct header header = {layer, chain, bytes_at(layer, chain, offset)};

    return looks[shim] == NULL ? IPIP_DROP_NOTHING : looks[shim](&header);
}

enum ipip_drop_why drop_of_chain(const struct ipip_layer *layer, const struct ipip_kinds *kinds)
{
    enum ipip_drop_why why = IPIP_DROP_NOTHING;
    struct ipip_chain chain;

    ipip_layer_chain(&chain, kinds, layer);
    for (unsigned i = 0; i < chain.count && why == IPIP_DROP_NOTHING; i++)
        why = look(layer, &chain, chain.links[i].shim, chain.links[i].offset);
    if (why == IPIP_DROP_NOTHING)
        why = look(layer, &chain, next_shim(layer, &chain), chain.bytes);
    return why == IPIP_DROP_NOTHING && chain.end == IPIP_END_BAD_SHIM ? IPIP_DROP_SHIM : why;
}
