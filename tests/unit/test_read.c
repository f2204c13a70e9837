/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is found out about a packet is what its fields say, whichever way it was read (packet/plain.h). */
#include "unit.h"

#include <string.h>

#include "any_packet.h"
#include "facts_oracle.h"
#include "lab.h"
#include "packet/parse.h"

enum { ROOM = 128, HEADERS = 2 * IPIP_IPV4_HEADER_MIN };

static struct hash_keys keys;
static struct ipip_parser *parser;
static unsigned compared;

/* ICMP in a tunnel: the first with DF clear and an Identification below 256, the second with DF set. */
static const char *const headers[] = {LAB_OUTER_1 LAB_INNER_1, LAB_OUTER_2 LAB_INNER_2};

static uint32_t lab_packet(uint8_t out[ROOM], unsigned which)
{
    uint32_t bytes = from_hex(out, ROOM, headers[which]);

    for (; bytes < (which == 0 ? 120 : 104); bytes++)
        out[bytes] = (uint8_t)(bytes * 37);
    return bytes;
}

static struct ipip_bytes packet_of(const uint8_t *data, uint32_t captured, uint32_t wire)
{
    return (struct ipip_bytes){data, captured, wire};
}

static void assert_same_layer(const struct ipip_layer *a, const struct ipip_layer *b)
{
    assert_ptr_equal(a->bytes.data, b->bytes.data);
    assert_int_equal(a->bytes.captured, b->bytes.captured);
    assert_int_equal(a->bytes.wire, b->bytes.wire);
    assert_int_equal(a->ip.version, b->ip.version);
    assert_int_equal(a->ip.header_bytes, b->ip.header_bytes);
    assert_int_equal(a->ip.tclass, b->ip.tclass);
    assert_int_equal(a->ip.ttl, b->ip.ttl);
    assert_int_equal(a->ip.total_bytes, b->ip.total_bytes);
    assert_int_equal(a->ip.id, b->ip.id);
    assert_int_equal(a->ip.fragment_offset, b->ip.fragment_offset);
    assert_int_equal(a->ip.flags, b->ip.flags);
    assert_int_equal(a->ip.protocol, b->ip.protocol);
    assert_int_equal(a->ip.checksum, b->ip.checksum);
    assert_true(ipip_address_equal(a->ip.src, b->ip.src));
    assert_true(ipip_address_equal(a->ip.dst, b->ip.dst));
    assert_int_equal(a->ecn, b->ecn);
    assert_int_equal(a->shim_bytes, b->shim_bytes);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->is_reassembled, b->is_reassembled);
}

static void parse(struct parsed_room *room, struct ipip_bytes bytes)
{
    struct ipip_packet packet = {.ip = bytes, .frame = 7, .time = 11};

    parser_parse(parser, room, &packet, false);
    assert_int_equal(room->parsed.packet.frame, 7);
    assert_int_equal(room->parsed.packet.time, 11);
    parsed_layers(&room->parsed);
}

static void compare_facts(const struct parsed_packet *parsed, const struct oracle *oracle)
{
    unsigned read = parsed->stack.end == IPIP_END_FRAGMENT ? oracle->count - 1 : oracle->count;

    for (unsigned k = 0; k < read; k++) {
        assert_int_equal(parsed->of[k].facts.context, oracle->facts[k].context);
        assert_int_equal(parsed->of[k].facts.triggers, oracle->facts[k].triggers);
    }
}

static void compare(struct ipip_bytes bytes)
{
    static struct parsed_room room;
    static struct ipip_stack stack;
    static struct oracle oracle;
    const struct parsed_packet *parsed = &room.parsed;

    parse(&room, bytes);
    compared++;
    assert_int_equal(parsed->status, ipip_stack_read(&stack, ipip_kinds_ipip(), bytes));
    if (parsed->status != IPIP_OK)
        return;
    assert_int_equal(parsed->stack.count, stack.count);
    assert_int_equal(parsed->stack.end, stack.end);
    assert_int_equal(parsed->stack.next, stack.next);
    assert_int_equal(parsed->stack.carrier_bytes, stack.carrier_bytes);
    for (unsigned k = 0; k < stack.count; k++)
        assert_same_layer(&parsed->stack.layers[k], &stack.layers[k]);
    if (stack.layers[0].kind == IPIP_KIND_NONE || stack.carrier_bytes != 0)
        return;
    oracle_read(&oracle, bytes);
    assert_int_equal(parsed->stack.count, oracle.count);
    assert_int_equal(parsed->stack.end, oracle.end);
    compare_facts(parsed, &oracle);
}

/* Every value of every octet of both headers, with the checksums as they come out and with those that were there. */
static void change_octets(unsigned which)
{
    uint8_t base[ROOM];
    uint8_t data[ROOM];
    uint32_t bytes = lab_packet(base, which);

    for (unsigned at = 0; at < HEADERS; at++) {
        for (unsigned value = 0; value < 256; value++) {
            memcpy(data, base, sizeof data);
            data[at] = (uint8_t)value;
            compare(packet_of(data, bytes, bytes));
            put_checksum(data);
            put_checksum(data + IPIP_IPV4_HEADER_MIN);
            compare(packet_of(data, bytes, bytes));
        }
    }
}

static void test_any_octet(void **state)
{
    (void)state;
    change_octets(0);
    change_octets(1);
}

/* Lengths that disagree, one with the other and with what is captured. */
static void test_any_length(void **state)
{
    uint8_t data[ROOM];
    uint32_t bytes = lab_packet(data, 1);

    (void)state;
    for (uint32_t captured = 0; captured <= bytes; captured++) {
        compare(packet_of(data, captured, captured));
        compare(packet_of(data, captured, bytes));
    }
    for (unsigned outer = 0; outer < bytes + 8; outer++) {
        for (unsigned inner = 0; inner < bytes + 8; inner += 1 + (inner > 60)) {
            lab_packet(data, 1);
            data[2] = 0;
            data[3] = (uint8_t)outer;
            data[IPIP_IPV4_HEADER_MIN + 2] = 0;
            data[IPIP_IPV4_HEADER_MIN + 3] = (uint8_t)inner;
            put_checksum(data);
            put_checksum(data + IPIP_IPV4_HEADER_MIN);
            compare(packet_of(data, bytes, bytes));
        }
    }
}

/* The same headers around payloads of which some are headers themselves. */
static void test_any_payload(void **state)
{
    static const uint8_t protocols[] = {IPIP_PROTOCOL_ICMP, IPIP_PROTOCOL_IPIP, IPIP_PROTOCOL_TCP,
                                        IPIP_PROTOCOL_UDP,  IPIP_PROTOCOL_GRE,  IPIP_PROTOCOL_AH};
    static const char *const payloads[] = {
        "00 00 00 00",             /* nothing of the kind */
        "45 00 00 40 00 01 40 00", /* IPv4 */
        "04 01 00 00 00 00 00 01", /* authentication header in front of IP-in-IP */
        "11 01 00 00 00 00 00 01", /* and of UDP */
        "13 88 13 89 00 40 00 00", /* UDP without a checksum */
        "13 88 13 89 00 40 12 34", /* and with a wrong one */
    };
    uint8_t data[ROOM];
    uint32_t bytes = lab_packet(data, 1);

    (void)state;
    for (size_t i = 0; i < sizeof protocols; i++) {
        for (size_t k = 0; k < 2 * sizeof payloads / sizeof payloads[0]; k++) {
            lab_packet(data, 1);
            data[IPIP_IPV4_HEADER_MIN + 9] = protocols[i];
            from_hex(data + HEADERS, ROOM - HEADERS, payloads[k % (sizeof payloads / sizeof payloads[0])]);
            put_checksum(data + IPIP_IPV4_HEADER_MIN);
            compare(packet_of(data, bytes, bytes));
        }
    }
}

/* Packets of two, three or four headers with anything in them. */
static void test_any_packet(void **state)
{
    static const uint8_t protocols[] = {IPIP_PROTOCOL_TCP, IPIP_PROTOCOL_UDP, IPIP_PROTOCOL_ICMP, IPIP_PROTOCOL_ESP};
    static uint8_t data[4 * IPIP_IPV4_HEADER_MIN + 10000];

    (void)state;
    for (unsigned i = 0; i < 400000; i++) {
        uint32_t count = chance(8) == 0 ? 3 + chance(2) : 2;
        uint32_t payload = chance(2000) == 0 ? 9000 + chance(1000) : chance(100);
        uint32_t bytes = count * IPIP_IPV4_HEADER_MIN + payload;
        uint8_t protocol = protocols[chance(sizeof protocols)];
        uint32_t wire = chance(8) == 0 ? bytes + chance(40) : bytes;
        uint32_t captured = chance(8) == 0 ? chance(bytes + 1) : bytes;
        uint8_t *at = data;

        for (uint32_t k = 1; k < count; k++, at += IPIP_IPV4_HEADER_MIN)
            put_header(at, bytes - (uint32_t)(at - data), IPIP_PROTOCOL_IPIP);
        for (uint32_t k = 0; k < payload; k++)
            at[IPIP_IPV4_HEADER_MIN + k] = (uint8_t)chance(256);
        put_header(at, payload + IPIP_IPV4_HEADER_MIN, protocol);
        put_transport(at, payload);
        if (chance(10) == 0) /* back through the tunnel */
            memcpy(data + IPIP_IPV4_HEADER_MIN + 12, data + (chance(2) == 0 ? 12 : 16), 4);
        put_checksum(data + IPIP_IPV4_HEADER_MIN);
        compare(packet_of(data, captured, wire));
    }
}

/* A datagram is the same one for all that changes on its way; nothing else may. */
static void test_content(void **state)
{
    static const uint8_t changes[IPIP_IPV4_HEADER_MIN] = {[1] = 0xff, [6] = 0xc0, [8] = 0xff, [10] = 0xff, [11] = 0xff};
    static struct parsed_room base, changed;
    uint8_t data[ROOM];
    uint32_t bytes = lab_packet(data, 1);

    (void)state;
    parse(&base, packet_of(data, bytes, bytes));
    for (unsigned bit = 0; bit < 8 * IPIP_IPV4_HEADER_MIN; bit++) {
        uint8_t *octet = &data[IPIP_IPV4_HEADER_MIN + bit / 8];

        if (bit / 8 == 0)
            continue; /* another version or length of the header is no such datagram */
        *octet ^= (uint8_t)(1U << bit % 8);
        parse(&changed, packet_of(data, bytes, bytes));
        *octet ^= (uint8_t)(1U << bit % 8);
        if (changed.parsed.stack.count == 2)
            assert_int_equal(changed.parsed.of[1].content == base.parsed.of[1].content,
                             (changes[bit / 8] >> bit % 8 & 1) != 0);
    }
}

/* The first 44 octets of a payload count, but not a checksum that a network card may have left to do; nothing behind them. */
static void content_of_payload(uint8_t protocol, uint32_t payload, uint32_t checksum)
{
    static struct parsed_room base, changed;
    uint8_t data[ROOM];
    uint32_t bytes = HEADERS + payload;

    lab_packet(data, 1);
    put_number(data + 2, bytes);
    put_number(data + IPIP_IPV4_HEADER_MIN + 2, bytes - IPIP_IPV4_HEADER_MIN);
    data[IPIP_IPV4_HEADER_MIN + 9] = protocol;
    put_checksum(data);
    put_checksum(data + IPIP_IPV4_HEADER_MIN);
    parse(&base, packet_of(data, bytes, bytes));
    assert_int_equal(base.parsed.stack.count, 2);
    for (uint32_t at = 0; at < ROOM - HEADERS; at++) {
        bool counts = at < payload && at < 44 && at != checksum && at != checksum + 1;

        data[HEADERS + at] ^= 0x81;
        parse(&changed, packet_of(data, bytes, bytes));
        data[HEADERS + at] ^= 0x81;
        assert_int_equal(changed.parsed.of[1].content != base.parsed.of[1].content, counts);
    }
}

static void test_content_of_payload(void **state)
{
    (void)state;
    for (uint32_t payload = 0; payload <= ROOM - HEADERS; payload++) {
        content_of_payload(IPIP_PROTOCOL_TCP, payload, 16);
        content_of_payload(IPIP_PROTOCOL_UDP, payload, 6);
        content_of_payload(IPIP_PROTOCOL_ICMP, payload, ROOM);
    }
}

/* Both directions of a tunnel have hashes that differ in one bit, so that they lie side by side; other pairs have others. */
static void test_addresses(void **state)
{
    static struct parsed_room there, back;
    uint8_t data[ROOM];
    uint32_t bytes = lab_packet(data, 1);
    uint8_t src[4];

    (void)state;
    parse(&there, packet_of(data, bytes, bytes));
    memcpy(src, data + 12, sizeof src);
    memcpy(data + 12, data + 16, sizeof src);
    memcpy(data + 16, src, sizeof src);
    parse(&back, packet_of(data, bytes, bytes));
    assert_int_equal(there.parsed.of[0].addresses ^ back.parsed.of[0].addresses, 1);
    assert_int_equal(there.parsed.of[1].addresses, back.parsed.of[1].addresses);
    data[12]++;
    parse(&back, packet_of(data, bytes, bytes));
    assert_int_not_equal((uint32_t)there.parsed.of[0].addresses, (uint32_t)back.parsed.of[0].addresses);
}

/* Around a tunnel over UDP the headers are the usual ones, and yet it is a nest: GUE by its port, FOU by the one that is declared. */
static void test_udp_tunnel_inside(void **state)
{
    enum { UDP = HEADERS, GUE = UDP + 8, INNERMOST = GUE + 4 };
    static struct parsed_room room;
    struct ipip_kinds kinds = *ipip_kinds_all();
    uint8_t data[ROOM];
    uint32_t bytes = lab_packet(data, 1);
    struct ipip_parser *all;

    (void)state;
    assert_true(ipip_udp_tunnel_find(&kinds.udp[0], "fou-ipip"));
    kinds.udp[0].port = 5555;
    kinds.udp_count = 1;
    all = parser_new(&keys, &kinds);
    memcpy(data + INNERMOST, data + IPIP_IPV4_HEADER_MIN, IPIP_IPV4_HEADER_MIN);
    put_number(data + INNERMOST + 2, bytes - INNERMOST);
    put_checksum(data + INNERMOST);
    data[IPIP_IPV4_HEADER_MIN + 9] = IPIP_PROTOCOL_UDP;
    put_checksum(data + IPIP_IPV4_HEADER_MIN);
    from_hex(data + GUE, ROOM - GUE, "00 04 00 00");
    from_hex(data + UDP, ROOM - UDP, "c0 00 17 c0 00 40 00 00");
    parser_parse(all, &room, &(struct ipip_packet){.ip = packet_of(data, bytes, bytes)}, false);
    assert_int_equal(room.parsed.stack.count, 3);
    assert_int_equal(room.parsed.stack.layers[1].kind, IPIP_KIND_GUE);
    from_hex(data + UDP, ROOM - UDP, "c0 00 00 35 00 40 00 00"); /* DNS */
    parser_parse(all, &room, &(struct ipip_packet){.ip = packet_of(data, bytes, bytes)}, false);
    assert_int_equal(room.parsed.stack.count, 2);
    memmove(data + GUE, data + INNERMOST, bytes - INNERMOST);
    put_number(data + GUE + 2, bytes - INNERMOST);
    put_checksum(data + GUE);
    from_hex(data + UDP, ROOM - UDP, "c0 00 15 b3 00 40 00 00");
    parser_parse(all, &room, &(struct ipip_packet){.ip = packet_of(data, bytes, bytes)}, false);
    assert_int_equal(room.parsed.stack.count, 3);
    assert_int_equal(room.parsed.stack.layers[1].kind, IPIP_KIND_FOU);
    parser_free(all);
}

/* A packet takes no more room than its headers need, and can be copied to where there is more. */
static void test_room(void **state)
{
    static struct parsed_room room, copy;
    const struct parsed_packet *copied;
    uint8_t data[ROOM];
    uint32_t bytes = lab_packet(data, 1);

    (void)state;
    parse(&room, packet_of(data, bytes, bytes));
    assert_true((uint8_t *)parsed_packet_end(&room.parsed) <= (uint8_t *)&room + 320);
    copied = parsed_room_take(&copy, &room.parsed);
    assert_ptr_equal(copied->of, copy.of);
    assert_int_equal(copied->stack.count, 2);
    for (unsigned k = 0; k < 2; k++) {
        assert_same_layer(&copied->stack.layers[k], &room.parsed.stack.layers[k]);
        assert_int_equal(copied->of[k].facts.context, room.parsed.of[k].facts.context);
        assert_int_equal(copied->of[k].addresses, room.parsed.of[k].addresses);
    }
    assert_int_equal(copied->of[1].content, room.parsed.of[1].content);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_octet),  cmocka_unit_test(test_any_length), cmocka_unit_test(test_any_payload),
        cmocka_unit_test(test_any_packet), cmocka_unit_test(test_content),    cmocka_unit_test(test_content_of_payload),
        cmocka_unit_test(test_addresses),  cmocka_unit_test(test_room),       cmocka_unit_test(test_udp_tunnel_inside),
    };
    int failed;

    hash_init(&keys, 1);
    parser = parser_new(&keys, ipip_kinds_ipip());
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    print_message("%u packets compared\n", compared);
    parser_free(parser);
    return failed;
}
