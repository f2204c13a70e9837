/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame.h"

#include <string.h>

enum { ETHERNET = 14, IPV4 = 20, IPV6 = 40, UDP = 8, TCP = 20, ROUTER_ALERT = 4, MSS = 4, ICMP = 8, QUOTED_MAX = 100 };
enum { TCP_ACK = 0x10 };

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

static uint32_t sum_of(const uint8_t *octets, size_t length)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < length; i += 2) {
        sum += (uint32_t)octets[i] << 8 | octets[i + 1];
    }
    return sum;
}

static uint16_t folded(uint32_t sum)
{
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static unsigned header_length(const struct header *header)
{
    return IPV4 + (header->router_alert ? ROUTER_ALERT : 0);
}

static void put_ipv4(uint8_t *at, const struct header *header, unsigned total, uint8_t protocol)
{
    const unsigned length = header_length(header);
    at[0] = (uint8_t)(0x40 | length / 4);
    at[1] = header->tos;
    put16(at + 2, total + header->length_error);
    put16(at + 4, header->id);
    put16(at + 6, header->flags);
    at[8] = header->ttl;
    at[9] = protocol;
    put16(at + 10, 0);
    put32(at + 12, header->source);
    put32(at + 16, header->destination);
    if (header->router_alert) {
        put32(at + IPV4, 0x94040000);
    }
    put16(at + 10, (uint16_t)(folded(sum_of(at, length)) + header->checksum_error));
}

static void put_ipv6(uint8_t *at, const struct header *header, unsigned label, unsigned size, uint8_t protocol)
{
    memset(at, 0, IPV6);
    put32(at, 0x60000000 | (uint32_t)header->tos << 20 | label);
    put16(at + 4, size - IPV6);
    at[6] = protocol;
    at[7] = header->ttl;
    put32(at + 8, 0xfd000000);
    put32(at + 20, header->source);
    put32(at + 24, 0xfd000000);
    put32(at + 36, header->destination);
}

/* Protocol, S bit, checksum, destination, source: RFC 2004 section 3.1. */
static void put_minimal(uint8_t *at, const struct header *inner, uint8_t protocol)
{
    put16(at, (unsigned)protocol << 8 | 0x80);
    put16(at + 2, 0);
    put32(at + 4, inner->destination);
    put32(at + 8, inner->source);
    put16(at + 2, folded(sum_of(at, 12)));
}

/* The data are the same in every packet, so that their sum is known beforehand: prefix[n] is that of 2n octets. */
static uint32_t data_sum(uint8_t *at, unsigned length)
{
    static uint8_t data[FRAME_MAX];
    static uint32_t prefix[FRAME_MAX / 2 + 1];
    if (prefix[1] == 0) {
        for (unsigned i = 0; i < FRAME_MAX; i++) {
            data[i] = (uint8_t)('a' + i % 23);
        }
        for (unsigned i = 0; i < FRAME_MAX / 2; i++) {
            prefix[i + 1] = prefix[i] + sum_of(data + 2 * (size_t)i, 2);
        }
    }
    memcpy(at, data, length);
    return prefix[length / 2];
}

static void put_transport(uint8_t *at, const struct plan *plan, unsigned length, uint32_t addresses)
{
    const bool tcp = plan->protocol == PROTOCOL_TCP;
    const unsigned header = tcp ? TCP + (plan->mss != 0 ? MSS : 0) : UDP;
    put16(at, plan->source_port);
    put16(at + 2, plan->destination_port);
    if (tcp) {
        put32(at + 4, plan->sequence);
        put32(at + 8, plan->acknowledged);
        const uint8_t flags = plan->tcp_flags != 0 ? plan->tcp_flags : TCP_ACK;
        put32(at + 12, header / 4 << 28 | flags << 16 | 501);
        put32(at + 16, 0);
        if (plan->mss != 0) {
            put32(at + TCP, 0x02040000 | plan->mss);
        }
    } else {
        put16(at + 4, length);
        put16(at + 6, 0);
    }
    const uint32_t sum =
        addresses + plan->protocol + length + sum_of(at, header) + data_sum(at + header, length - header);
    put16(at + (tcp ? 16 : 6), (uint16_t)(folded(sum) + plan->transport_checksum_error));
}

static size_t cut(uint8_t *frame, const struct plan *plan)
{
    uint8_t *ip = frame + ETHERNET;
    const unsigned header = header_length(&plan->layers[0]);
    const unsigned whole = (unsigned)ip[2] << 8 | ip[3], length = plan->part.to - plan->part.from;
    const bool more = plan->part.to < whole - header;
    memmove(ip + header, ip + header + plan->part.from, length);
    struct header outer = plan->layers[0];
    outer.flags = (uint16_t)(outer.flags | (more ? FLAG_MF : 0) | plan->part.from / 8);
    put_ipv4(ip, &outer, header + length, ip[9]);
    return ETHERNET + header + length;
}

static size_t put_error(uint8_t *frame, const struct plan *plan)
{
    uint8_t *ip = frame + ETHERNET, *icmp = ip + IPV4;
    const uint8_t *about = ip;
    for (unsigned i = 0; i < plan->icmp_error.layer; i++) {
        about += header_length(&plan->layers[i]);
    }
    const struct header *lost = &plan->layers[plan->icmp_error.layer];
    const unsigned whole = (unsigned)about[2] << 8 | about[3], quoted = whole < QUOTED_MAX ? whole : QUOTED_MAX;
    memmove(icmp + ICMP, about, quoted);
    put16(icmp, 0x0300 | plan->icmp_error.code);
    put16(icmp + 2, 0);
    put32(icmp + 4, 0);
    put16(icmp + 2, folded(sum_of(icmp, ICMP + quoted)));
    const struct header header = {
        .source = plan->icmp_error.router, .destination = lost->source, .id = lost->id, .ttl = 64};
    put_ipv4(ip, &header, IPV4 + ICMP + quoted, PROTOCOL_ICMP);
    return ETHERNET + IPV4 + ICMP + quoted;
}

/* Packet too big: RFC 4443 section 3.2. */
static size_t put_error_ipv6(uint8_t *frame, const struct plan *plan)
{
    enum { TOO_BIG = 0x0200, MTU = 1400, PROTOCOL_ICMPV6 = 58 };
    uint8_t *ip = frame + ETHERNET, *icmp = ip + IPV6;
    const unsigned whole = IPV6 + ((unsigned)ip[4] << 8 | ip[5]), quoted = whole < QUOTED_MAX ? whole : QUOTED_MAX;
    const struct header header = {.source = plan->icmp_error.router, .destination = plan->layers[0].source, .ttl = 64};
    memmove(icmp + ICMP, ip, quoted);
    put_ipv6(ip, &header, 0, IPV6 + ICMP + quoted, PROTOCOL_ICMPV6);
    put16(icmp, TOO_BIG);
    put16(icmp + 2, 0);
    put32(icmp + 4, MTU);
    put16(icmp + 2, folded(sum_of(ip + 8, 32) + PROTOCOL_ICMPV6 + ICMP + quoted + sum_of(icmp, ICMP + quoted)));
    return ETHERNET + IPV6 + ICMP + quoted;
}

/* Around what stands behind it; the source port follows the flow: RFC 8086 section 3.2.1. */
static void put_udp(uint8_t *at, unsigned length, unsigned flow, uint32_t addresses)
{
    put16(at, 0xc000 | (flow & 0x3fff));
    put16(at + 4, length);
    put16(at + 6, 0);
    put16(at + 6, folded(addresses + PROTOCOL_UDP + length + sum_of(at, length)));
}

static size_t put_carried(uint8_t *at, const struct plan *plan)
{
    const struct carrier *carrier = plan->carrier;
    const struct header *outer = &plan->layers[0], *inner = &plan->layers[1];
    const unsigned header = carrier->outer_ipv6 ? IPV6 : IPV4, inner_header = carrier->inner_ipv6 ? IPV6 : IPV4;
    const unsigned transport = plan->size - IPV4, flow = plan->source_port ^ plan->destination_port;
    const unsigned total = header + carrier->length + (carrier->is_minimal ? 0 : inner_header) + transport;
    if (carrier->outer_ipv6) {
        put_ipv6(at, outer, flow, total, carrier->protocol);
    } else {
        put_ipv4(at, outer, total, carrier->protocol);
    }
    uint8_t *shim = at + header, *carried = shim + carrier->length;
    if (carrier->length != 0) {
        memcpy(shim, carrier->shim, carrier->length);
    }
    if (carrier->sequence != 0) {
        put32(shim + carrier->sequence, plan->carried);
    }
    if (carrier->is_minimal) {
        put_minimal(shim, inner, plan->protocol);
        const struct header addresses = {.source = inner->source, .destination = inner->destination};
        uint8_t whole[IPV4];
        put_ipv4(whole, &addresses, plan->size, plan->protocol);
        put_transport(carried, plan, transport, sum_of(whole + 12, 8));
    } else if (carrier->inner_ipv6) {
        put_ipv6(carried, inner, flow ^ 0xf0000, IPV6 + transport, plan->protocol);
        put_transport(carried + IPV6, plan, transport, sum_of(carried + 8, 32));
    } else {
        put_ipv4(carried, inner, plan->size, plan->protocol);
        put_transport(carried + IPV4, plan, transport, sum_of(carried + 12, 8));
    }
    if (carrier->udp) {
        put_udp(shim, total - header, flow, sum_of(at + 12, 8));
    }
    return ETHERNET + total;
}

static size_t put_datagram(uint8_t *frame, const struct plan *plan)
{
    static const uint8_t ends[] = {0x02, 0, 0, 0, 0, 2, 0x02, 0, 0, 0, 0, 1};
    memcpy(frame, ends, sizeof ends);
    put16(frame + 12, plan->ipv6 || (plan->carrier != NULL && plan->carrier->outer_ipv6) ? 0x86dd : 0x0800);
    uint8_t *at = frame + ETHERNET;
    if (plan->carrier != NULL) {
        return put_carried(at, plan);
    }
    const struct header *inner = &plan->layers[plan->count - 1];
    if (plan->ipv6) {
        put_ipv6(at, inner, 0, plan->size, plan->protocol);
        put_transport(at + IPV6, plan, plan->size - IPV6, sum_of(at + 8, 32));
        return ETHERNET + plan->size;
    }
    unsigned total = plan->size + plan->excess;
    for (const struct header *outer = plan->layers; outer < inner; outer++) {
        total += header_length(outer);
    }
    const size_t length = ETHERNET + total;
    for (const struct header *outer = plan->layers; outer < inner; outer++) {
        put_ipv4(at, outer, total, PROTOCOL_IPIP);
        at += header_length(outer);
        total -= header_length(outer);
    }
    put_ipv4(at, inner, plan->size, plan->protocol);
    put_transport(at + IPV4, plan, plan->size - IPV4, sum_of(at + 12, 8));
    memset(at + plan->size, 0, plan->excess);
    return length;
}

size_t frame_build(const struct plan *plan, uint8_t frame[FRAME_MAX])
{
    const size_t length = put_datagram(frame, plan);
    if (plan->part.to != 0) {
        return cut(frame, plan);
    }
    if (plan->icmp_error.router == 0) {
        return length;
    }
    return frame[12] == 0x86 ? put_error_ipv6(frame, plan) : put_error(frame, plan);
}
