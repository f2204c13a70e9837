/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP errors: about which tunnel packet, and what the encapsulator passed on of them (RFC 2003 section 4). */
#define WS_BUILD_DLL
#include "ipip/age.h"
#include "last_seen.h"
#include "link_sources.h"

enum {
    PACKET_BITS = 16, /* tunnel packets seen last */
    REPORT_BITS = 12, /* ICMP errors about them */
    ICMP_HEADER = 8,
};

/* As long as an encapsulator may remember what was reported to it (RFC 1191 section 6.3). */
static const uint64_t MEMORY = 600 * IPIP_AGE_SECOND;

static struct last_seen packets;
static struct last_seen reports;

void link_errors_open(uint64_t seed)
{
    last_seen_open(&packets, PACKET_BITS, seed);
    last_seen_open(&reports, REPORT_BITS, seed);
}

void link_errors_close(void)
{
    last_seen_close(&packets);
    last_seen_close(&reports);
}

/* A tunnel packet, by what the shortest quote has of it: the tunnel header, and length and Identification inside. */
static bool key_of_packet(const struct ipip_layer *tunnel, struct ipip_bytes inside, struct last_seen_key *key)
{
    if (!tunnel->is_tunnel || tunnel->ip.fragment_offset != 0 || inside.captured < 6)
        return false;
    *key = (struct last_seen_key){{tunnel->ip.src.high, tunnel->ip.src.low, tunnel->ip.dst.high, tunnel->ip.dst.low,
                                   (uint64_t)tunnel->ip.id << 8 | inside.data[0],
                                   (uint64_t)inside.data[2] << 8 | inside.data[3],
                                   (uint64_t)inside.data[4] << 8 | inside.data[5]}};
    return true;
}

/* A report, by the inner packet; without Identification, by its flow and the type of the error. */
static struct last_seen_key key_of_report(struct ipip_addr src, struct ipip_addr dst, uint32_t id, uint8_t type)
{
    return (struct last_seen_key){{src.high, src.low, dst.high, dst.low, id, type}};
}

/* The addresses inside: of the next layer, or, of a fragment at offset 0, where it is not read yet. */
static void set_inner(struct link_end *end, const struct ipip_stack *stack, unsigned k, struct ipip_bytes inside)
{
    struct ipip_ip inner = {0};

    if (k + 1 < stack->count)
        inner = stack->layers[k + 1].ip;
    else
        ipip_ipv4_read(&inner, inside.data, inside.captured);
    end->inner_src = inner.src;
    end->inner_dst = inner.dst;
}

void link_errors_learn_packet(const struct ipip_stack *stack, struct link_end end)
{
    struct last_seen_key key;

    for (unsigned k = 0; k < stack->count && stack->layers[k].is_tunnel; k++) {
        const struct ipip_layer *tunnel = &stack->layers[k];
        struct ipip_bytes inside = ipip_layer_inside(tunnel);

        if (!key_of_packet(tunnel, inside, &key))
            continue;
        end.layer = k;
        end.src = tunnel->ip.src;
        end.dst = tunnel->ip.dst;
        set_inner(&end, stack, k, inside);
        last_seen_put(&packets, &key, &end);
    }
}

static bool is_error(uint8_t type)
{
    return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

/* An error about a tunnel packet. It is remembered for the sake of what is passed on of it. */
static bool take_report(const struct ipip_layer *quoted, uint8_t type, struct link_end end)
{
    const struct link_end *packet;
    struct last_seen_key key;
    struct ipip_bytes inside = ipip_layer_inside(quoted);

    if (!key_of_packet(quoted, inside, &key) || (packet = last_seen_find(&packets, &key)) == NULL)
        return false;
    end.layer = LINK_OF_QUOTE;
    end.src = packet->src;
    end.dst = packet->dst;
    links_tie(LINK_QUOTES, &end, packet);
    if (ipip_address_is_none(packet->inner_src) && ipip_address_is_none(packet->inner_dst))
        return true;
    end.inner_src = packet->inner_src;
    end.inner_dst = packet->inner_dst;
    key = key_of_report(end.inner_src, end.inner_dst, (uint16_t)(inside.data[4] << 8 | inside.data[5]), 0);
    last_seen_put(&reports, &key, &end);
    key = key_of_report(end.inner_src, end.inner_dst, 0, type);
    last_seen_put(&reports, &key, &end);
    return true;
}

/* An error to an inner sender: about the packet that was reported, else about a later one of its flow. */
static void take_relay(const struct ipip_ip *quoted, uint8_t type, struct link_end end)
{
    struct last_seen_key key = key_of_report(quoted->src, quoted->dst, quoted->id, 0);
    const struct link_end *report = quoted->id != 0 ? last_seen_find(&reports, &key) : NULL;

    if (report == NULL) {
        key = key_of_report(quoted->src, quoted->dst, 0, type);
        report = last_seen_find(&reports, &key);
    }
    if (report == NULL || ipip_age_distance(end.time, report->time) > MEMORY)
        return;
    end.layer = LINK_INNER_SIDE;
    end.src = report->src;
    end.dst = report->dst;
    links_tie(LINK_RELAYS, &end, report);
}

void link_errors_learn_message(const struct ipip_layer *icmp, struct link_end end)
{
    struct ipip_bytes message = ipip_layer_payload(icmp);
    struct ipip_stack quote;

    if (icmp->ip.fragment_offset != 0 || message.captured < ICMP_HEADER || !is_error(message.data[0]) ||
        ipip_stack_read(&quote, ipip_bytes_after(message, ICMP_HEADER)) != IPIP_OK)
        return;
    if (!take_report(&quote.layers[0], message.data[0], end))
        take_relay(&quote.layers[0].ip, message.data[0], end);
}
