/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip encap: encapsulate every IPv4 packet. */
#include "exit_status.h"
#include "transform.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "encap",
    .parameters = "-w OUT --tunnel WORDS CAPTURE",
    .description =
        "Encapsulates every IPv4 packet as --tunnel describes, in the syntax of ip-tunnel(8); an `ip tunnel add`\n"
        "line can be pasted. Defaults are those of Linux. Other packets are kept unless --only-tunnel. With --mtu\n"
        "a packet that is too large leaves in outer fragments where DF allows that, else it is left out; the\n"
        "summary shows whether its sender gets an ICMP error.",
    .groups = OPTIONS_WRITE | OPTIONS_TUNNEL | OPTIONS_ENCAP | OPTIONS_READ | OPTIONS_QUIET,
    .needs_tunnel = TRUE,
    .operand = "capture",
    .paths_min = 1,
    .paths_max = 1,
};

static enum transform_result write_fragments(struct transform *t, const struct packet_pieces *datagram)
{
    struct ipip_fragmentation f = {datagram->head, datagram->ip, t->options->tunnel.mtu, 0};
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

static enum transform_result encap_packet(struct transform *t)
{
    const struct ipip_packet *packet = &t->frame.packet;
    uint8_t head[IPIP_ENCAP_HEAD_MAX];
    struct packet_pieces made = {.head = head};
    /* By the frame: several threads have no counter in common. */
    struct ipip_encap_values values = {.id = (uint16_t)t->record->frame};
    enum ipip_status status;

    if (t->options->inner != NULL) {
        struct ipip_stack stack;

        ipip_stack_read(&stack, ipip_kinds_judged(), packet->ip);
        if (!frames_inner_matches(t->options, packet, &stack))
            return TRANSFORM_FILTERED;
    }
    if (packet->ip.data[0] >> 4 != 4)
        return TRANSFORM_NOT_CONCERNED;
    if (packet->ip.captured < IPIP_IPV4_HEADER_MIN) {
        transform_refused(t, packet->ip.wire < IPIP_IPV4_HEADER_MIN ? IPIP_MALFORMED : IPIP_TRUNCATED);
        return TRANSFORM_REFUSED;
    }
    status = ipip_encap(&made.ip, head, sizeof head, &t->options->tunnel, &values, IPIP_PAYLOAD_IPV4,
                        ipip_ipv4_unpadded(packet->ip));
    if (status == IPIP_OK)
        return write_encapsulated(t, &made);
    transform_refused(t, status);
    return TRANSFORM_DROPPED;
}

int verb_encap(int argc, char **argv)
{
    struct options options;
    int status;

    if (!options_parse(&options, &usage, argc, argv, &status))
        return status;
    status = transform_run(&options, "encapsulated", encap_packet, NULL, NULL);
    options_clear(&options);
    return status;
}
