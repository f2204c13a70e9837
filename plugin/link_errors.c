/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ICMP errors, of both families: about which tunnel packet, and what the encapsulator passed on of them (RFC 2003 section 4, RFC 2473
 * section 8).
 */
#define WS_BUILD_DLL
#include <string.h>

#include "ipip/age.h"
#include "ipip/ipv6.h"
#include "last_seen.h"
#include "link_sources.h"

enum {
    LOGGED = 1 << 17, /* tunnel packets seen last */
    PACKET_BITS = 17, /* those that ICMP errors may quote, twice each */
    REPORT_BITS = 12, /* ICMP errors about them */
    ICMP_HEADER = 8,
    FIRST = 8,  /* octets behind a header that every quote has (RFC 792) */
    BEGIN = 96, /* and that most have */
    PLAIN = IPIP_KIND_BIT(IPIP_KIND_IPIP) | IPIP_KIND_BIT(IPIP_KIND_6IN4) | IPIP_KIND_BIT(IPIP_KIND_4IN6) |
            IPIP_KIND_BIT(IPIP_KIND_6IN6), /* with nothing between the headers */
};

/* As long as an encapsulator may remember what was reported to it (RFC 1191 section 6.3). */
static const uint64_t MEMORY = 600 * IPIP_AGE_SECOND;

/*
 * What tells a tunnel packet from others of its direction: Identification, and the octets behind its header, which no router changes. IPv6, and
 * IPv4 with DF (RFC 6864), may have no Identification; then it takes more than the first octets.
 */
struct quotable {
    uint32_t id;
    uint64_t first;
    uint64_t begin; /* 0: not all of them are there */
};

/* Most captures have no ICMP error: packets are put down as they come, and entered into the table when one has come. */
struct logged {
    struct link_end end;
    struct quotable quotable;
};

static struct logged *logged; /* a ring of LOGGED; NULL before the first */
static uint64_t logged_count;
static uint64_t entered_count;
static uint64_t hash_seed;

static struct last_seen packets;
static struct last_seen reports;

void link_errors_open(uint64_t seed)
{
    logged_count = entered_count = 0;
    hash_seed = seed;
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

static uint64_t word(const uint8_t *octets)
{
    uint64_t word;

    memcpy(&word, octets, sizeof word); /* only compared and hashed, so its byte order has no meaning */
    return word;
}

static uint64_t mixed(uint64_t sum, uint64_t more)
{
    sum = (sum ^ more) * UINT64_C(0x9e3779b97f4a7c15);
    return sum ^ sum >> 29;
}

/* Never 0. */
static uint64_t hash_of(const uint8_t *octets, uint32_t count)
{
    uint64_t sum = hash_seed + count;

    for (; count >= FIRST; count -= FIRST, octets += FIRST)
        sum = mixed(sum, word(octets));
    for (; count > 0; count--)
        sum = mixed(sum, *octets++);
    return sum | 1;
}

static bool read_quotable(const struct ipip_layer *tunnel, struct quotable *quotable)
{
    struct ipip_bytes behind = ipip_layer_payload(tunnel);
    uint32_t bytes = BEGIN;

    if (tunnel->kind == IPIP_KIND_NONE || tunnel->ip.fragment_offset != 0 || behind.captured < FIRST)
        return false;
    if (tunnel->ip.total_bytes > tunnel->ip.header_bytes)
        bytes = MIN(bytes, tunnel->ip.total_bytes - tunnel->ip.header_bytes);
    quotable->id = tunnel->ip.id;
    quotable->first = word(behind.data);
    quotable->begin = behind.captured >= bytes ? hash_of(behind.data, bytes) : 0;
    return true;
}

static struct last_seen_key key_of_packet(struct ipip_addr src, struct ipip_addr dst, const struct quotable *quotable,
                                          uint64_t begin)
{
    return (struct last_seen_key){{src.high, src.low, dst.high, dst.low, quotable->id, quotable->first, begin}};
}

static void enter(const struct logged *packet, uint64_t begin)
{
    struct last_seen_key key = key_of_packet(packet->end.src, packet->end.dst, &packet->quotable, begin);

    last_seen_put(&packets, &key, &packet->end);
}

/* Each packet is entered once, however many errors there are. */
static void enter_logged(void)
{
    if (logged_count - entered_count > LOGGED)
        entered_count = logged_count - LOGGED;
    for (; entered_count < logged_count; entered_count++) {
        const struct logged *packet = &logged[entered_count % LOGGED];

        enter(packet, 0);
        if (packet->quotable.begin != 0)
            enter(packet, packet->quotable.begin);
    }
}

/* A report, by the inner packet; else by its flow and the type of the error. */
static struct last_seen_key key_of_report(struct ipip_addr src, struct ipip_addr dst, uint64_t mark, uint8_t type)
{
    return (struct last_seen_key){{src.high, src.low, dst.high, dst.low, mark, type}};
}

/* What tells a packet from others of its flow: of IPv4 the Identification, of IPv6 the first octets behind the header. 0: not known. */
static uint64_t mark_of(const struct ipip_layer *layer)
{
    struct ipip_bytes payload = ipip_layer_payload(layer);

    if (layer->ip.version != 6)
        return layer->ip.id;
    return payload.captured >= FIRST ? word(payload.data) : 0;
}

/* What is inside: the next layer, or, of a fragment at offset 0, what is not read yet. */
static void set_inner(struct link_end *end, const struct ipip_stack *stack, unsigned k)
{
    struct ipip_layer first = {.bytes = ipip_layer_payload(&stack->layers[k])};
    const struct ipip_layer *inner = k + 1 < stack->count ? &stack->layers[k + 1] : &first;

    if (inner == &first && (PLAIN & IPIP_KIND_BIT(stack->layers[k].kind)) != 0) {
        if (first.bytes.data[0] >> 4 == 6)
            ipip_ipv6_read(&first.ip, first.bytes);
        else
            ipip_ipv4_read(&first.ip, first.bytes.data, first.bytes.captured);
    }
    end->inner_src = inner->ip.src;
    end->inner_dst = inner->ip.dst;
    end->inner_mark = inner->ip.header_bytes > 0 ? mark_of(inner) : 0;
}

void link_errors_learn_packet(const struct ipip_stack *stack, const struct ipip_packet *packet)
{
    if (logged == NULL)
        logged = g_new(struct logged, LOGGED);
    for (unsigned k = 0; k < stack->count && stack->layers[k].kind != IPIP_KIND_NONE; k++) {
        const struct ipip_layer *tunnel = &stack->layers[k];
        struct logged *entry = &logged[logged_count % LOGGED];

        if (!read_quotable(tunnel, &entry->quotable))
            continue;
        entry->end.time = packet->time;
        entry->end.frame = (uint32_t)packet->frame;
        entry->end.layer = k;
        entry->end.src = tunnel->ip.src;
        entry->end.dst = tunnel->ip.dst;
        set_inner(&entry->end, stack, k);
        logged_count++;
    }
}

/* The type, that of ICMPv6 (RFC 4443) as the one of ICMP that it is passed on as; 0: no error. */
static uint8_t type_of_error(const struct ipip_layer *icmp, uint8_t type)
{
    static const uint8_t of_ipv6[] = {[1] = 3, [2] = 3, [3] = 11, [4] = 12};

    if (icmp->ip.version == 6)
        return type < G_N_ELEMENTS(of_ipv6) ? of_ipv6[type] : 0;
    return type == 3 || type == 4 || type == 5 || type == 11 || type == 12 ? type : 0;
}

/* The latest packet that has all that the quote shows; where there is none, the one with its Identification. */
static const struct link_end *find_packet(const struct ipip_ip *quoted, const struct quotable *quotable)
{
    struct last_seen_key key = key_of_packet(quoted->src, quoted->dst, quotable, quotable->begin);
    const struct link_end *packet = last_seen_find(&packets, &key);

    if (packet != NULL || quotable->begin == 0 || quotable->id == 0)
        return packet;
    key = key_of_packet(quoted->src, quoted->dst, quotable, 0);
    return last_seen_find(&packets, &key);
}

/* An error about a tunnel packet. It is remembered for the sake of what is passed on of it. */
static bool take_report(const struct ipip_layer *quoted, uint8_t type, struct link_end end)
{
    const struct link_end *packet;
    struct last_seen_key key;
    struct quotable quotable;

    if (!read_quotable(quoted, &quotable))
        return false;
    enter_logged();
    packet = find_packet(&quoted->ip, &quotable);
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
    end.inner_mark = packet->inner_mark;
    key = key_of_report(end.inner_src, end.inner_dst, end.inner_mark, 0);
    last_seen_put(&reports, &key, &end);
    key = key_of_report(end.inner_src, end.inner_dst, 0, type);
    last_seen_put(&reports, &key, &end);
    return true;
}

/* An error to an inner sender: about the packet that was reported, else about a later one of its flow. */
static void take_relay(const struct ipip_layer *quoted, uint8_t type, struct link_end end)
{
    uint64_t mark = mark_of(quoted);
    struct last_seen_key key = key_of_report(quoted->ip.src, quoted->ip.dst, mark, 0);
    const struct link_end *report = mark != 0 ? last_seen_find(&reports, &key) : NULL;

    if (report == NULL) {
        key = key_of_report(quoted->ip.src, quoted->ip.dst, 0, type);
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
    uint8_t type;

    if (icmp->ip.fragment_offset != 0 || message.captured < ICMP_HEADER)
        return;
    type = type_of_error(icmp, message.data[0]);
    if (type == 0 || ipip_stack_read(&quote, session_kinds(), ipip_bytes_after(message, ICMP_HEADER)) != IPIP_OK)
        return;
    if (!take_report(&quote.layers[0], type, link_end_at(packet)))
        take_relay(&quote.layers[0], type, link_end_at(packet));
}
