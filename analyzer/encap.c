/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip encap: encapsulate every packet that the tunnel holds. */
#include "exit_status.h"
#include "ipip/ipv6.h"
#include "transform.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "encap",
    .parameters = "-w OUT --tunnel WORDS CAPTURE",
    .description =
        "Encapsulates every packet that the tunnel can hold. --tunnel describes it in the syntax of ip-tunnel(8); an "
        "`ip tunnel add` line can be pasted. Defaults are those of Linux. Other packets are kept unless --only-tunnel. "
        "With --mtu a packet that is too large leaves in outer fragments where DF allows that, else it is left out; "
        "the summary shows whether its sender gets an ICMP error.",
    .groups = OPTIONS_WRITE | OPTIONS_TUNNEL | OPTIONS_ENCAP | OPTIONS_READ | OPTIONS_RESULT | OPTIONS_QUIET,
    .needs_tunnel = TRUE,
    .kinds = IPIP_ENCAP_KINDS | IPIP_KIND_BIT(IPIP_KIND_FOU) | IPIP_KIND_BIT(IPIP_KIND_GUE),
    .operand = "capture",
    .paths_min = 1,
    .paths_max = 1,
};

/* What is known of the tunnel before the first packet, and what it has to keep in order. */
struct encapsulator {
    uint8_t kinds[IPIP_PAYLOAD_ETHERNET + 1]; /* of enum ipip_kind, by type */
    gboolean has_flows;                       /* an automatic port or label */
    gboolean has_sequence;
    gboolean has_more; /* than the Identification */
    uint32_t sequence; /* of the next packet: one thread after the other */
};

enum { ETHERNET_HEADER = 14 };

static void encapsulator_begin(struct encapsulator *e, const struct ipip_tunnel *tunnel)
{
    *e = (struct encapsulator){
        .has_flows = (tunnel->encap != IPIP_UDP_ENCAP_NONE && tunnel->source_port == 0) ||
                     (ipip_tunnel_is_over_ipv6(tunnel) && tunnel->label_policy != IPIP_LABEL_FIXED),
    };
    for (unsigned type = IPIP_PAYLOAD_IPV4; type <= IPIP_PAYLOAD_ETHERNET; type <<= 1)
        e->kinds[type] = (uint8_t)ipip_tunnel_kind(tunnel, (enum ipip_payload)type);
    if (e->kinds[IPIP_PAYLOAD_ETHERNET] != IPIP_KIND_NONE) /* it is a bridge's */
        e->kinds[IPIP_PAYLOAD_IPV4] = e->kinds[IPIP_PAYLOAD_IPV6] = IPIP_KIND_NONE;
    e->has_sequence = tunnel->out.has_sequence || tunnel->erspan_version != 0;
    e->has_more = e->has_flows || e->has_sequence;
}

static void set_more(struct ipip_encap_values *values, struct transform *t, enum ipip_payload type,
                     struct ipip_bytes inner)
{
    enum { TICK = 100000 }; /* nanoseconds of an ERSPAN time stamp */
    struct encapsulator *e = t->context;

    if (e->has_sequence) {
        transform_wait_for_turn(t);
        values->sequence = e->sequence;
        values->timestamp = (uint32_t)(t->record->time / TICK);
    }
    if (e->has_flows) {
        uint32_t hash = ipip_flow_hash(type, inner);

        values->source_port = ipip_flow_port(hash);
        values->label = ipip_flow_label(hash);
    }
}

static __attribute__((noinline)) enum transform_result write_fragments(struct transform *t,
                                                                       const struct packet_pieces *datagram)
{
    struct ipip_fragmentation f = {datagram->head, datagram->ip, t->options->tunnel.mtu, (uint32_t)t->record->frame, 0};
    uint8_t head[IPIP_ENCAP_HEAD_MAX];
    struct packet_pieces fragment = {.head = head};
    enum transform_result result = TRANSFORM_DONE;

    t->counts.fragmented.datagrams++;
    while (result == TRANSFORM_DONE && ipip_fragmentation_next(&f, &fragment.ip, head)) {
        result = transform_write(t, &fragment);
        t->counts.fragmented.fragments++;
    }
    return result;
}

/* ipip_encap() refuses what is too large and must not be fragmented. */
static enum transform_result write_encapsulated(struct transform *t, struct packet_pieces *datagram)
{
    uint16_t mtu = t->options->tunnel.mtu;

    if (mtu == 0 || datagram->ip.head_bytes + datagram->ip.rest.wire <= mtu)
        return transform_write(t, datagram);
    return write_fragments(t, datagram);
}

/* Without the padding of the link layer; a super-packet states no length. */
static struct ipip_bytes unpadded_ipv6(struct ipip_bytes packet)
{
    enum { HOP_BY_HOP = 0 };
    uint32_t bytes;

    if (packet.captured < IPIP_IPV6_HEADER)
        return packet;
    bytes = (uint32_t)(packet.data[4] << 8 | packet.data[5]);
    return bytes == 0 && packet.data[6] == HOP_BY_HOP ? packet : ipip_bytes_first(packet, IPIP_IPV6_HEADER + bytes);
}

/* IPv6, or a whole frame, which is bridged whatever it carries. FALSE where the tunnel does not hold it. */
static __attribute__((noinline)) gboolean find_other(struct transform *t, enum ipip_payload *type,
                                                     struct ipip_bytes *inner)
{
    const struct encapsulator *e = t->context;

    if (t->has_frames) {
        *type = IPIP_PAYLOAD_ETHERNET;
        *inner = t->record->bytes;
        return transform_wrap_frame(t);
    }
    *type = IPIP_PAYLOAD_IPV6;
    *inner = unpadded_ipv6(t->frame.packet.ip);
    return t->frame.packet.ip.data[0] >> 4 == 6 && e->kinds[IPIP_PAYLOAD_IPV6] != IPIP_KIND_NONE;
}

/* The tunnel does not hold it, or it is no packet. */
static __attribute__((noinline)) enum transform_result leave_packet(struct transform *t)
{
    if (t->frame.found == IPIP_LINK_IP) {
        transform_explain(t, IPIP_NOT_HELD);
        t->counts.not_held++;
    }
    return TRANSFORM_NOT_CONCERNED;
}

static __attribute__((noinline)) gboolean is_filtered(const struct transform *t)
{
    struct ipip_stack stack;

    if (t->frame.found != IPIP_LINK_IP)
        return TRUE;
    ipip_stack_read(&stack, ipip_kinds_ipip(), t->frame.packet.ip);
    return !frames_inner_matches(t->options, &t->frame.packet, &stack);
}

/* It was not encapsulated; one whose header is not captured stays as it is. */
static __attribute__((noinline)) enum transform_result refuse_packet(struct transform *t, enum ipip_payload type,
                                                                     struct ipip_bytes inner, enum ipip_status why)
{
    static const uint8_t header_min[] = {
        [IPIP_PAYLOAD_IPV4] = IPIP_IPV4_HEADER_MIN,
        [IPIP_PAYLOAD_IPV6] = IPIP_IPV6_HEADER,
        [IPIP_PAYLOAD_ETHERNET] = ETHERNET_HEADER,
    };
    gboolean is_ipv6 = type == IPIP_PAYLOAD_IPV6 ||
                       (type == IPIP_PAYLOAD_ETHERNET && t->frame.packet.announced == IPIP_ANNOUNCED_IPV6);

    transform_refused(t, why);
    t->counts.beyond_mtu[is_ipv6] += why == IPIP_MTU_EXCEEDED;
    return inner.captured >= header_min[type] ? TRANSFORM_DROPPED : TRANSFORM_REFUSED;
}

static inline enum transform_result push(struct transform *t, enum ipip_payload type, struct ipip_bytes inner,
                                         const struct ipip_encap_values *values)
{
    uint8_t head[IPIP_ENCAP_HEAD_MAX];
    struct packet_pieces made = {.head = head};
    enum ipip_status status = ipip_encap(&made.ip, head, sizeof head, &t->options->tunnel, values, type, inner);

    return status == IPIP_OK ? write_encapsulated(t, &made) : refuse_packet(t, type, inner, status);
}

/* Only what goes out is numbered. */
static __attribute__((noinline)) enum transform_result
push_with_more(struct transform *t, enum ipip_payload type, struct ipip_bytes inner, struct ipip_encap_values *values)
{
    struct encapsulator *e = t->context;
    enum transform_result result;

    set_more(values, t, type, inner);
    result = push(t, type, inner, values);
    if (e->has_sequence && result == TRANSFORM_DONE)
        e->sequence++;
    return result;
}

static enum transform_result encap_packet(struct transform *t)
{
    const struct encapsulator *e = t->context;
    /* By the frame: several threads have no counter in common. */
    struct ipip_encap_values values = {.id = (uint16_t)t->record->frame};
    enum ipip_payload type = IPIP_PAYLOAD_IPV4;
    struct ipip_bytes inner;

    if (t->options->inner != NULL && is_filtered(t))
        return TRANSFORM_FILTERED;
    if (e->kinds[IPIP_PAYLOAD_IPV4] != IPIP_KIND_NONE && t->frame.packet.ip.data[0] >> 4 == 4)
        inner = ipip_ipv4_unpadded(t->frame.packet.ip);
    else if (!find_other(t, &type, &inner))
        return leave_packet(t);
    return e->has_more ? push_with_more(t, type, inner, &values) : push(t, type, inner, &values);
}

int verb_encap(int argc, char **argv)
{
    struct options options;
    struct encapsulator encapsulator;
    int status;

    if (!options_parse(&options, &usage, argc, argv, &status))
        return status;
    encapsulator_begin(&encapsulator, &options.tunnel);
    status = transform_run(&options, "encapsulated", encap_packet, &encapsulator, NULL);
    options_clear(&options);
    return status;
}
