/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipip/ipv6.h"
#include "wire/ipv6_options.h"

/*       version 6, class 0xbb, label 0xabcde  payload length  next header  hop limit 7 */
#define HEADER(length, next) \
    "6bbabcde" length next "07 20010db8000000000000000000000001 20010db80000000000000000000000fe "

static uint8_t packet[512];
static struct ipip_ip ip;

static uint32_t read_hex(const char *hex)
{
    uint32_t bytes = from_hex(packet, sizeof packet, hex);

    assert_int_equal(ipip_ipv6_read(&ip, whole(packet, bytes)), IPIP_OK);
    return bytes;
}

static void test_reads_every_field(void **state)
{
    (void)state;
    read_hex(HEADER("0004", "06") "00000000");
    assert_int_equal(ip.version, 6);
    assert_int_equal(ip.tclass, 0xbb);
    assert_int_equal(ipip_ipv6_flow_label(packet), 0xabcde);
    assert_int_equal(ip.total_bytes, 44);
    assert_int_equal(ip.header_bytes, 40);
    assert_int_equal(ip.protocol, 6);
    assert_int_equal(ip.ttl, 7);
    assert_true(ip.src.high == 0x20010db800000000 && ip.src.low == 1);
    assert_true(ip.dst.high == 0x20010db800000000 && ip.dst.low == 0xfe);
    assert_int_equal(ip.flags, IPIP_IP_DF);
    assert_int_equal(ip.id, 0);
    assert_int_equal(ip.checksum, 0);
}

static void test_payload_length_zero(void **state)
{
    (void)state;
    read_hex(HEADER("0000", "3b"));
    assert_int_equal(ip.total_bytes, 40);
    /* Without the option it is a length as any other: TCP is announced, and has no room; so are options. */
    read_hex(HEADER("0000", "06") "00000000");
    assert_int_equal(ip.total_bytes, 40);
    read_hex(HEADER("0000", "00") "0600 0104 00000000 00000000");
    assert_int_equal(ip.total_bytes, 40);
    assert_int_equal(ip.header_bytes, 40);
    assert_int_equal(ip.protocol, 0);
    /* Before segmentation no 16 bits hold it. */
    assert_int_equal(ipip_ipv6_read(&ip, (struct ipip_bytes){packet, 40, 40 + 65536}), IPIP_OK);
    assert_int_equal(ip.total_bytes, 0);
    /* A hop-by-hop header with a jumbo payload option: type 194, length 4. */
    read_hex(HEADER("0000", "00") "0600 c204 00000004 00000000");
    assert_int_equal(ip.total_bytes, 0);
    assert_int_equal(ip.header_bytes, 48);
    assert_int_equal(ip.protocol, 6);
}

static void test_extension_headers(void **state)
{
    struct ipip_extension_walk walk;
    struct ipip_extension extension;
    static const uint8_t types[] = {0, 60, 43, 60};
    static const uint16_t offsets[] = {0, 8, 16, 40};
    unsigned count = 0;

    (void)state;
    /* hop-by-hop, destination options, routing of 24 octets, destination options of 16 octets, then TCP */
    uint32_t bytes = read_hex(HEADER("003c", "00") "3c00 010400000000 2b00 010400000000 "
                                                   "3c02 0001 00000000 20010db8000000000000000000000009 "
                                                   "0601 010c 0000000000000000 00000000 00000000");
    assert_int_equal(ip.header_bytes, 40 + 56);
    assert_int_equal(ip.protocol, 6);
    assert_int_equal(ip.flags, IPIP_IP_DF | IPIP_IP_OPTIONS);
    walk = ipip_extensions(packet[6], whole(packet + 40, bytes - 40));
    while (ipip_extension_next(&walk, &extension)) {
        assert_int_equal(extension.type, types[count]);
        assert_int_equal(extension.offset, offsets[count]);
        count++;
    }
    assert_int_equal(count, 4);
    assert_int_equal(walk.next, 6);
}

static void test_fragments(void **state)
{
    (void)state;
    /* offset 0x1230, more fragments, Identification 0xdeadbeef; destination options are part of the payload */
    read_hex(HEADER("0010", "2c") "3c00 1231 deadbeef 0600010400000000");
    assert_int_equal(ip.header_bytes, 48);
    assert_int_equal(ip.protocol, 60);
    assert_int_equal(ip.fragment_offset, 0x1230);
    assert_int_equal(ip.id, 0xdeadbeef);
    assert_int_equal(ip.flags, IPIP_IP_DF | IPIP_IP_OPTIONS | IPIP_IP_FRAGMENT | IPIP_IP_MF);
    read_hex(HEADER("0010", "2c") "3c00 1230 deadbeef 0600010400000000");
    assert_false(ipip_ip_mf(&ip));
    /* An atomic fragment is none: what follows is walked, too. */
    read_hex(HEADER("0010", "2c") "3c00 0000 deadbeef 0600010400000000");
    assert_int_equal(ip.header_bytes, 56);
    assert_int_equal(ip.protocol, 6);
    assert_false(ipip_ip_is_fragment(&ip));
    assert_int_equal(ip.id, 0xdeadbeef);
    /* Reserved bits. */
    read_hex(HEADER("0008", "2c") "0600 0006 deadbeef");
    assert_int_equal(ip.flags & IPIP_IP_RESERVED, IPIP_IP_RESERVED);
    read_hex(HEADER("0008", "2c") "06ff 0000 deadbeef");
    assert_int_equal(ip.flags & IPIP_IP_RESERVED, IPIP_IP_RESERVED);
}

static void test_bounds(void **state)
{
    char hex[1024];
    int length = snprintf(hex, sizeof hex, "%s", HEADER("0088", "3c"));

    (void)state;
    read_hex(HEADER("0008", "3c") "0601 010400000000 0000000000000000"); /* longer than Payload Length allows */
    assert_int_equal(ip.header_bytes, 40);
    assert_int_equal(ip.protocol, 60);
    for (int i = 0; i < 17; i++)
        length += snprintf(hex + length, sizeof hex - (size_t)length, "3c00010400000000 ");
    read_hex(hex);
    assert_int_equal(ip.header_bytes, 40 + 16 * 8);
    assert_int_equal(ip.protocol, 60);
}

static void test_every_truncation(void **state)
{
    static const char hex[] = HEADER("001c", "3c") "2c00 0401 04 010100 0400 0001 00000009 000000000000000000000000";
    uint32_t bytes = from_hex(packet, sizeof packet, hex);

    (void)state;
    for (uint32_t captured = 0; captured <= bytes; captured++) {
        uint8_t *exact = malloc(captured > 0 ? captured : 1);
        struct ipip_bytes cut = {exact, captured, bytes};

        memcpy(exact, packet, captured);
        assert_int_equal(ipip_ipv6_read(&ip, cut), captured < 40 ? IPIP_TRUNCATED : IPIP_OK);
        if (captured >= 40) { /* the first two octets are enough, but for a Fragment header */
            assert_int_equal(ip.protocol, captured < 42 ? 60 : captured < 56 ? 44 : 4);
            assert_int_equal(ip.header_bytes, captured < 42 ? 40 : captured < 56 ? 48 : 56);
        }
        assert_int_equal(ipip_ipv6_limit_offset(cut), captured < 45 ? 0 : 44);
        free(exact);
    }
}

/* Options of which the capture has only the first octets: what is there is read, and the rest is cut, not broken. */
static void test_options_cut(void **state)
{
    static const uint8_t header[] = {59, 0, 0, 4, 1, 7, 1, 0};  /* Pad1; a limit of 7; PadN of 2 octets */
    static const unsigned read[] = {0, 0, 0, 1, 1, 2, 2, 2, 3}; /* of each the type and the length */

    (void)state;
    for (uint32_t captured = 2; captured <= sizeof header; captured++) {
        struct ipv6_option_walk walk = ipv6_options((struct ipip_bytes){header, captured, sizeof header});
        struct ipv6_option option;
        unsigned count = 0;

        while (ipv6_option_next(&walk, &option))
            count++;
        assert_int_equal(count, read[captured]);
        assert_int_equal(walk.is_cut, captured < sizeof header);
        assert_false(walk.is_broken);
    }
}

static void test_limit(void **state)
{
    static const struct {
        const char *hex;
        uint32_t offset;
    } limits[] = {
        {HEADER("0008", "3c") "0400 0401 04 010100", 44},
        {HEADER("0008", "3c") "0400 010100 0401 03", 47},
        {HEADER("0008", "3c") "0400 00 00 00 0401 03", 47}, /* Pad1 */
        {HEADER("0010", "00") "3c00 010400000000 0400 0401 04 010100", 52},
        {HEADER("0008", "00") "0400 0401 04 010100", 0}, /* in hop-by-hop options */
        {HEADER("0008", "3c") "0400 0104 00000000", 0},  /* none */
        {HEADER("0008", "3c") "0400 04ff 04 010100", 0}, /* beyond the header */
        {HEADER("0008", "3c") "0400 0400 0104 0000", 0}, /* without a value */
        {HEADER("0008", "06") "0400 0401 04 010100", 0},
        /* Behind an authentication header; behind a Fragment header only where headers follow it. */
        {HEADER("0020", "33") "3c04 0000 00000100 00000001 000000000000000000000000 0400 0401 04 010100", 68},
        {HEADER("0020", "33") "3c06 0000 00000100 00000001 000000000000000000000000 0400 0401 04 010100",
         0}, /* longer */
        {HEADER("0010", "2c") "3c00 0001 00000001 0400 0401 04 010100", 52},
        {HEADER("0010", "2c") "3c00 0009 00000001 0400 0401 04 010100", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        uint32_t bytes = from_hex(packet, sizeof packet, limits[i].hex);

        assert_int_equal(ipip_ipv6_limit_offset(whole(packet, bytes)), limits[i].offset);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_every_field),
        cmocka_unit_test(test_payload_length_zero),
        cmocka_unit_test(test_extension_headers),
        cmocka_unit_test(test_fragments),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_every_truncation),
        cmocka_unit_test(test_options_cut),
        cmocka_unit_test(test_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
