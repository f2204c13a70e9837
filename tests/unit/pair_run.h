/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two captures of one tunnel: a network inside, 10.1.0.1 > 10.2.0.1, and the wire, 192.0.2.1 > 192.0.2.2. */
#ifndef IPIP_TESTS_PAIR_RUN_H
#define IPIP_TESTS_PAIR_RUN_H

#include "unit.h"

#include <string.h>

#include "ipip/pair.h"

enum { INNER = 28, OUTER = 48, ERROR = 56, EVENTS = 16, SECOND = 1000000000, INSIDE = 0, WIRE = 1 };

static struct ipip_pair *pair;
static struct ipip_pair_event events[EVENTS];
static unsigned event_count;
static uint64_t frame;

static inline void take_event(void *context, const struct ipip_pair_event *event)
{
    (void)context;
    assert_true(event_count < EVENTS);
    events[event_count++] = *event;
}

static inline int begin(bool is_device)
{
    struct ipip_pair_layout layout = {
        .relation = IPIP_PAIR_INNER_OUTER,
        .sides = {{.file = INSIDE, .is_any_place = true, .is_any_kind = true},
                  {.file = WIRE, .is_any_place = true, .is_any_kind = true}},
        .depth_max = 1,
        .payload_max = UINT32_MAX,
    };

    event_count = 0;
    frame = 0;
    pair = ipip_pair_new(ipip_kinds_ipip(), &layout, is_device, SECOND, take_event, NULL, 1);
    return pair == NULL;
}

static inline int setup(void **state)
{
    (void)state;
    return begin(true);
}

/* The inner side is a network, on which there is other traffic, too. */
static inline int setup_network(void **state)
{
    (void)state;
    return begin(false);
}

static inline int teardown(void **state)
{
    (void)state;
    ipip_pair_free(pair);
    return 0;
}

/* RFC 1071 section 4.1. */
static inline void put_sum(uint8_t *field, const uint8_t *data, unsigned bytes)
{
    uint32_t sum = 0;

    field[0] = field[1] = 0;
    for (unsigned i = 0; i < bytes; i += 2)
        sum += (uint32_t)data[i] << 8 | data[i + 1];
    sum = (sum & 0xffff) + (sum >> 16);
    sum = ~(sum + (sum >> 16)) & 0xffff;
    field[0] = (uint8_t)(sum >> 8);
    field[1] = (uint8_t)sum;
}

/* UDP from the network on this side of the tunnel, or, `is_back`, to it. */
struct datagram {
    uint8_t id, tos, ttl, outer_tos;
    bool is_back, has_no_df, is_damaged;
    bool is_of_other; /* host, 10.1.0.3, whose tunnel ends at 192.0.2.3 */
};

static inline void put_datagram(uint8_t *at, struct datagram d)
{
    from_hex(at, INNER, "45 00 00 1c 00 00 40 00 40 11 00 00 0a 01 00 01 0a 02 00 01  10 00 20 00 00 08 00 00");
    at[1] = d.tos;
    at[5] = d.id;
    at[6] = d.has_no_df ? 0 : 0x40;
    at[8] = d.ttl;
    at[d.is_back ? 13 : 17] = 2;
    at[d.is_back ? 17 : 13] = 1;
    at[d.is_back ? 19 : 15] = d.is_of_other ? 3 : 1;
    put_sum(at + 10, at, 20);
    at[11] ^= d.is_damaged;
}

static inline void take(unsigned file, uint8_t *octets, uint32_t bytes, int64_t time)
{
    struct ipip_packet packet = {
        .ip = whole(octets, bytes), .announced = IPIP_ANNOUNCED_IPV4, .frame = ++frame, .time = time};

    ipip_pair_take(pair, file, &packet);
}

static inline void inside(struct datagram d, int64_t time)
{
    uint8_t octets[INNER];

    put_datagram(octets, d);
    take(INSIDE, octets, INNER, time);
}

static inline void on_wire(struct datagram d, int64_t time)
{
    uint8_t octets[OUTER];

    from_hex(octets, 20, "45 00 00 30 00 00 40 00 40 04 00 00 c0 00 02 01 c0 00 02 02");
    octets[1] = d.outer_tos;
    octets[d.is_back ? 19 : 15] = 1;
    octets[d.is_back ? 15 : 19] = d.is_of_other ? 3 : 2;
    put_sum(octets + 10, octets, 20);
    put_datagram(octets + 20, d);
    take(WIRE, octets, OUTER, time);
}

/* A router inside returns the datagram with this ICMP error. */
static inline void returned(struct datagram d, uint8_t type, uint8_t code, uint16_t mtu, int64_t time)
{
    uint8_t octets[ERROR] = {0};

    from_hex(octets, 20, "45 00 00 38 00 07 00 00 40 01 00 00 0a 01 00 fe 0a 01 00 01");
    put_sum(octets + 10, octets, 20);
    octets[20] = type;
    octets[21] = code;
    octets[26] = (uint8_t)(mtu >> 8);
    octets[27] = (uint8_t)mtu;
    put_datagram(octets + 28, d);
    put_sum(octets + 22, octets + 20, ERROR - 20);
    take(INSIDE, octets, ERROR, time);
}

/* Of the datagram of this Identification. */
static inline const struct ipip_pair_event *told(uint32_t id)
{
    for (unsigned i = 0; i < event_count; i++) {
        if (events[i].id == id && events[i].protocol == 17)
            return &events[i];
    }
    fail();
    return NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
