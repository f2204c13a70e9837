/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reader that has seen many packets finds out about the next one what a new reader does. */
#include "unit.h"

#include <string.h>

#include "lab.h"
#include "packet/parse.h"

enum { ROOM = 128, HEADERS = 2 * IPIP_IPV4_HEADER_MIN };

static struct hash_keys keys;
static struct ipip_parser *old_hand;
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
    assert_int_equal(a->is_tunnel, b->is_tunnel);
    assert_int_equal(a->is_reassembled, b->is_reassembled);
}

static void compare(struct ipip_bytes bytes)
{
    static struct parsed_packet seen, fresh;
    struct ipip_packet packet = {.ip = bytes, .frame = 7, .time = 11};
    struct ipip_parser *novice = parser_new(&keys);

    assert_non_null(novice);
    parser_parse(old_hand, &seen, &packet);
    parser_parse(novice, &fresh, &packet);
    parser_free(novice);
    compared++;
    assert_int_equal(seen.status, fresh.status);
    assert_int_equal(seen.packet.frame, 7);
    assert_int_equal(seen.packet.time, 11);
    if (fresh.status != IPIP_OK)
        return;
    assert_int_equal(seen.stack.count, fresh.stack.count);
    assert_int_equal(seen.stack.end, fresh.stack.end);
    assert_int_equal(seen.stack.next, fresh.stack.next);
    for (unsigned k = 0; k < fresh.stack.count; k++)
        assert_same_layer(&seen.stack.layers[k], &fresh.stack.layers[k]);
    if (!fresh.stack.layers[0].is_tunnel)
        return;
    for (unsigned k = 0; k < fresh.stack.count; k++) {
        assert_int_equal(seen.of[k].addresses, fresh.of[k].addresses);
        assert_true(k == 0 || seen.of[k].content == fresh.of[k].content);
        assert_true(fresh.stack.end == IPIP_END_FRAGMENT || seen.of[k].facts.context == fresh.of[k].facts.context);
        assert_true(fresh.stack.end == IPIP_END_FRAGMENT || seen.of[k].facts.triggers == fresh.of[k].facts.triggers);
    }
}

static void put_checksum(uint8_t *header)
{
    uint16_t sum;

    header[10] = header[11] = 0;
    sum = ipip_checksum(header, IPIP_IPV4_HEADER_MIN);
    header[10] = (uint8_t)(sum >> 8);
    header[11] = (uint8_t)sum;
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
            compare(packet_of(data, bytes, bytes));
            data[at] = (uint8_t)value;
            compare(packet_of(data, bytes, bytes));
            put_checksum(data);
            put_checksum(data + IPIP_IPV4_HEADER_MIN);
            compare(packet_of(data, bytes, bytes));
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
        compare(packet_of(data, bytes, bytes));
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

/* A datagram is the same one for all that changes on its way; nothing else may. */
static void test_content(void **state)
{
    static const uint8_t changes[IPIP_IPV4_HEADER_MIN] = {[1] = 0xff, [6] = 0xc0, [8] = 0xff, [10] = 0xff, [11] = 0xff};
    static struct parsed_packet base, changed;
    uint8_t data[ROOM];
    uint32_t bytes = lab_packet(data, 1);
    struct ipip_packet packet = {.ip = packet_of(data, bytes, bytes)};

    (void)state;
    parser_parse(old_hand, &base, &packet);
    for (unsigned bit = 0; bit < 8 * IPIP_IPV4_HEADER_MIN; bit++) {
        uint8_t *octet = &data[IPIP_IPV4_HEADER_MIN + bit / 8];

        if (bit / 8 == 0)
            continue; /* another version or length of the header is no such datagram */
        *octet ^= (uint8_t)(1U << bit % 8);
        parser_parse(old_hand, &changed, &packet);
        *octet ^= (uint8_t)(1U << bit % 8);
        if (changed.stack.count == 2)
            assert_int_equal(changed.of[1].content == base.of[1].content, (changes[bit / 8] >> bit % 8 & 1) != 0);
    }
}

/* Both directions of a tunnel have hashes that differ in one bit, so that they lie side by side; other pairs have others. */
static void test_addresses(void **state)
{
    static struct parsed_packet there, back;
    uint8_t data[ROOM];
    uint32_t bytes = lab_packet(data, 1);
    struct ipip_packet packet = {.ip = packet_of(data, bytes, bytes)};
    uint8_t src[4];

    (void)state;
    parser_parse(old_hand, &there, &packet);
    memcpy(src, data + 12, sizeof src);
    memcpy(data + 12, data + 16, sizeof src);
    memcpy(data + 16, src, sizeof src);
    parser_parse(old_hand, &back, &packet);
    assert_int_equal(there.of[0].addresses ^ back.of[0].addresses, UINT64_C(1) << 47);
    assert_int_equal(there.of[1].addresses, back.of[1].addresses);
    data[12]++;
    parser_parse(old_hand, &back, &packet);
    assert_int_not_equal((uint32_t)there.of[0].addresses, (uint32_t)back.of[0].addresses);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_octet), cmocka_unit_test(test_any_length), cmocka_unit_test(test_any_payload),
        cmocka_unit_test(test_content),   cmocka_unit_test(test_addresses),
    };
    int failed;

    hash_init(&keys, 1);
    old_hand = parser_new(&keys);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    print_message("%u parsed compared\n", compared);
    parser_free(old_hand);
    return failed;
}
