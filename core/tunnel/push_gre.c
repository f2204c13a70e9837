/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GRE (RFC 2784, RFC 2890), and the ERSPAN header behind it (draft-foschiano-erspan-03), as Linux writes them. */
#include "tunnel/shims.h"
#include "wire/checksum.h"

enum {
    FLAG_CHECKSUM = 0x8000,
    FLAG_KEY = 0x2000,
    FLAG_SEQUENCE = 0x1000,
    GRE_BASE = 4,
    GRE_FIELD = 4, /* of each: checksum with reserved bits, key, sequence number */
    TYPE_IPV4 = 0x0800,
    TYPE_IPV6 = 0x86dd,
    TYPE_ETHERNET = 0x6558,
    TYPE_MPLS = 0x8847,
    TYPE_ERSPAN = 0x88be, /* types I and II */
    TYPE_ERSPAN_3 = 0x22eb,
    TYPE_VLAN = 0x8100,
    FRAME_MIN = 60, /* octets of a frame, without the frame check sequence */
    FRAME_MAX = 1514,
};

static bool is_mirror(const struct ipip_kind_about *kind)
{
    return kind->shims[1] == IPIP_SHIM_ERSPAN;
}

static uint16_t gre_type(const struct shims *s)
{
    if (is_mirror(s->kind))
        return s->tunnel->erspan_version == 2 ? TYPE_ERSPAN_3 : TYPE_ERSPAN;
    switch (s->type) {
    case IPIP_PAYLOAD_IPV4:
        return TYPE_IPV4;
    case IPIP_PAYLOAD_IPV6:
        return TYPE_IPV6;
    case IPIP_PAYLOAD_MPLS:
        return TYPE_MPLS;
    default:
        return TYPE_ETHERNET;
    }
}

/* A mirror numbers its frames, but for type I, and has its session in a header of its own in the place of a key. */
static struct ipip_gre_options options_of(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind)
{
    struct ipip_gre_options o = tunnel->out;

    if (is_mirror(kind)) {
        o.has_key = false;
        o.has_sequence = tunnel->erspan_version != 0;
    }
    return o;
}

uint32_t gre_bytes(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind)
{
    struct ipip_gre_options o = options_of(tunnel, kind);

    return GRE_BASE + GRE_FIELD * ((uint32_t)o.has_checksum + o.has_key + o.has_sequence);
}

/* The one's complement sum of all that follows, which is captured whole; all in front of the packet's rest is even. */
static uint16_t sum_behind(const struct shims *s)
{
    return sum_in_order(sum_add(sum_of(s->at, (size_t)(s->end - s->at)), sum_of(s->rest.data, s->rest.captured)));
}

void gre_put(struct shims *s)
{
    struct ipip_gre_options o = options_of(s->tunnel, s->kind);
    uint8_t *at = s->at -= gre_bytes(s->tunnel, s->kind);

    at = wire_put16(at, (uint16_t)((o.has_checksum ? FLAG_CHECKSUM : 0) | (o.has_key ? FLAG_KEY : 0) |
                                   (o.has_sequence ? FLAG_SEQUENCE : 0)));
    at = wire_put16(at, gre_type(s));
    if (o.has_checksum)
        at = wire_put32(at, 0);
    if (o.has_key)
        at = wire_put32(at, o.key);
    if (o.has_sequence)
        wire_put32(at, s->values->sequence);
    if (o.has_checksum)
        wire_put16(s->at + GRE_BASE, (uint16_t)~sum_behind(s));
}

enum {
    BASE = 4,
    BEHIND_2 = 4, /* type II: index */
    BEHIND_3 = 8, /* type III: timestamp, security group, and the platform's bits */
    VERSION_2 = 1 << 12,
    VERSION_3 = 2 << 12,
    VLAN = 0x0fff,
    COS = 13,
    ENCAPSULATED = 11, /* type II: how the mirrored frame was tagged; type III: whether its length is bad */
    TAG_IN_FRAME = 3,
    SHORT = 1,
    OVERSIZED = 2,
    CUT = 1 << 10,
    SESSION = 0x03ff,
    INDEX = 0x000fffff,
    FRAME_CHECKED = 1 << 15, /* P of type III: Linux sets it */
    HARDWARE = 4,
    HARDWARE_MASK = 0x3f,
    EGRESS = 3,
};

uint32_t erspan_bytes(const struct ipip_tunnel *tunnel, const struct ipip_kind_about *kind)
{
    static const uint8_t behind[] = {0, BASE + BEHIND_2, BASE + BEHIND_3};

    (void)kind;
    return behind[tunnel->erspan_version];
}

/* The VLAN of the mirrored frame, which keeps its tag. */
static uint16_t tag_of(struct ipip_bytes frame, bool *is_tagged)
{
    *is_tagged = frame.captured >= 16 && wire_get16(frame.data + 12) == TYPE_VLAN;
    return *is_tagged ? wire_get16(frame.data + 14) & VLAN : 0;
}

void erspan_put(struct shims *s)
{
    const struct ipip_tunnel *tunnel = s->tunnel;
    bool is_tagged;
    uint16_t vlan = tag_of(s->rest, &is_tagged);
    uint16_t session = (uint16_t)((s->tclass >> 5) << COS | (s->is_cut ? CUT : 0) | (tunnel->out.key & SESSION));
    uint8_t *at = s->at -= erspan_bytes(tunnel, s->kind);

    if (tunnel->erspan_version == 1) {
        at = wire_put16(at, VERSION_2 | vlan);
        at = wire_put16(at, (uint16_t)(session | (is_tagged ? TAG_IN_FRAME << ENCAPSULATED : 0)));
        wire_put32(at, tunnel->erspan_index & INDEX);
    } else if (tunnel->erspan_version == 2) {
        uint16_t length = s->rest.wire < FRAME_MIN ? SHORT : s->rest.wire > FRAME_MAX ? OVERSIZED : 0;

        at = wire_put16(at, VERSION_3 | vlan);
        at = wire_put16(at, (uint16_t)(session | length << ENCAPSULATED));
        at = wire_put32(at, s->values->timestamp);
        at = wire_put16(at, 0);
        wire_put16(at, (uint16_t)(FRAME_CHECKED | (tunnel->erspan_hardware & HARDWARE_MASK) << HARDWARE |
                                  (tunnel->erspan_direction & 1) << EGRESS));
    }
}
