/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP errors: about which tunnel packet, and what the encapsulator passed on of them (RFC 2003 section 4). */
#define WS_BUILD_DLL
#include "ipip/age.h"
#include "last_seen.h"
#include "link_sources.h"

enum {
    LOGGED = 1 << 17, /* tunnel packets seen last */
    PACKET_BITS = 16, /* those that ICMP errors may quote */
    REPORT_BITS = 12, /* ICMP errors about them */
    ICMP_HEADER = 8,
};

/* As long as an encapsulator may remember what was reported to it (RFC 1191 section 6.3). */
static const uint64_t MEMORY = 600 * IPIP_AGE_SECOND;

/* What the shortest quote has of a tunnel packet: the tunnel header, and length and Identification inside. */
struct quotable {
    uint32_t id;
    uint16_t inner_bytes;
    uint16_t inner_id;
    uint8_t inner_first;
};

/* Most captures have no ICMP error: packets are put down as they come, and entered into the table when one has come. */
struct logged {
    struct link_end end;
    struct quotable quotable;
};

static struct logged *logged; /* a ring of LOGGED; NULL before the first */
static uint64_t logged_count;
static uint64_t entered_count;

static struct last_seen packets;
static struct last_seen reports;

void link_errors_open(uint64_t seed)
{
    logged_count = entered_count = 0;
    last_seen_open(&packets, PACKET_BITS, seed);
    last_seen_open(&reports, REPORT_BITS, seed);
}

void link_errors_close(void)
{
    g_free(logged);
    logged = NULL;
    last_seen_close(&packets);
    last_seen_close(&reports);
}

static bool read_quotable(const struct ipip_layer *tunnel, struct ipip_bytes inside, struct quotable *quotable)
{
    if (tunnel->kind == IPIP_KIND_NONE || tunnel->ip.fragment_offset != 0 || inside.captured < 6)
        return false;
    quotable->id = tunnel->ip.id;
    quotable->inner_first = inside.data[0];
    quotable->inner_bytes = (uint16_t)(inside.data[2] << 8 | inside.data[3]);
    quotable->inner_id = (uint16_t)(inside.data[4] << 8 | inside.data[5]);
    return true;
}

static struct last_seen_key key_of_packet(struct ipip_addr src, struct ipip_addr dst, const struct quotable *quotable)
{
    return (struct last_seen_key){{src.high, src.low, dst.high, dst.low,
                                   (uint64_t)quotable->id << 8 | quotable->inner_first, quotable->inner_bytes,
                                   quotable->inner_id}};
}

/* Each packet is entered once, however many errors there are. */
static void enter_logged(void)
{
    if (logged_count - entered_count > LOGGED)
        entered_count = logged_count - LOGGED;
    for (; entered_count < logged_count; entered_count++) {
        const struct logged *packet = &logged[entered_count % LOGGED];
        struct last_seen_key key = key_of_packet(packet->end.src, packet->end.dst, &packet->quotable);

        last_seen_put(&packets, &key, &packet->end);
    }
}

/* A report, by the inner packet; without Identification, by its flow and the type of the error. */
static struct last_seen_key key_of_report(struct ipip_addr src, struct ipip_addr dst, uint32_t id, uint8_t type)
{
    return (struct last_seen_key){{src.high, src.low, dst.high, dst.low, id, type}};
}

/* The addresses inside: of the next layer, or, of a fragment at offset 0, where it is not read yet. */
static void set_inner(struct link_end *end, const struct ipip_stack *stack, unsigned k, struct ipip_bytes inside)
{
    struct ipip_ip first = {0};
    const struct ipip_ip *inner = &first;

    if (k + 1 < stack->count)
        inner = &stack->layers[k + 1].ip;
    else
        ipip_ipv4_read(&first, inside.data, inside.captured);
    end->inner_src = inner->src;
    end->inner_dst = inner->dst;
}

void link_errors_learn_packet(const struct ipip_stack *stack, const struct ipip_packet *packet)
{
    if (logged == NULL)
        logged = g_new(struct logged, LOGGED);
    for (unsigned k = 0; k < stack->count && stack->layers[k].kind != IPIP_KIND_NONE; k++) {
        const struct ipip_layer *tunnel = &stack->layers[k];
        struct ipip_bytes inside = ipip_layer_inside(tunnel);
        struct logged *entry = &logged[logged_count % LOGGED];

        if (!read_quotable(tunnel, inside, &entry->quotable))
            continue;
        entry->end.time = packet->time;
        entry->end.frame = (uint32_t)packet->frame;
        entry->end.layer = k;
        entry->end.src = tunnel->ip.src;
        entry->end.dst = tunnel->ip.dst;
        set_inner(&entry->end, stack, k, inside);
        logged_count++;
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
    struct quotable quotable;

    if (!read_quotable(quoted, ipip_layer_inside(quoted), &quotable))
        return false;
    enter_logged();
    key = key_of_packet(quoted->ip.src, quoted->ip.dst, &quotable);
    packet = last_seen_find(&packets, &key);
    if (packet == NULL)
        return false;
    end.layer = LINK_OF_QUOTE;
    end.src = packet->src;
    end.dst = packet->dst;
    links_tie(LINK_QUOTES, &end, packet);
    if (ipip_address_is_none(packet->inner_src) && ipip_address_is_none(packet->inner_dst))
        return true;
    end.inner_src = packet->inner_src;
    end.inner_dst = packet->inner_dst;
    key = key_of_report(end.inner_src, end.inner_dst, quotable.inner_id, 0);
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

void link_errors_learn_message(const struct ipip_layer *icmp, const struct ipip_packet *packet)
{
    struct ipip_bytes message = ipip_layer_payload(icmp);
    struct ipip_stack quote;

    if (icmp->ip.fragment_offset != 0 || message.captured < ICMP_HEADER || !is_error(message.data[0]) ||
        ipip_stack_read(&quote, session_kinds(), ipip_bytes_after(message, ICMP_HEADER)) != IPIP_OK)
        return;
    if (!take_report(&quote.layers[0], message.data[0], link_end_at(packet)))
        take_relay(&quote.layers[0].ip, message.data[0], link_end_at(packet));
}
