/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/link.h"

/* Headers of each link type, by hand; an IPv4 header follows. */
static const struct {
    uint16_t type;
    const char *header;
    enum ipip_announced announced;
    enum ipip_direction direction;
    bool is_loopback;
    uint32_t length_offset;
} links[] = {
    {1, "020000000002 020000000001 0800", IPIP_ANNOUNCED_IPV4, 0, false, 0},
    {1, "020000000002 020000000001 86dd", IPIP_ANNOUNCED_IPV6, 0, false, 0},
    {1, "020000000002 020000000001 8100 0064 0800", IPIP_ANNOUNCED_IPV4, 0, false, 0},
    {1, "020000000002 020000000001 88a8 0064 8100 00c8 0800", IPIP_ANNOUNCED_IPV4, 0, false, 0},
    {1, "020000000002 020000000001 9100 0001 9200 0002 9300 0003 8100 0004 0800", IPIP_ANNOUNCED_IPV4, 0, false, 0},
    {1, "020000000002 020000000001 8847 00064 040 000c8 140", IPIP_ANNOUNCED_ANY, 0, false, 0},
    {1, "020000000002 020000000001 8864 11 00 0001 0056 0021", IPIP_ANNOUNCED_IPV4, 0, false, 18},
    {1, "020000000002 020000000001 8100 0001 8864 11 00 0001 0056 0021", IPIP_ANNOUNCED_IPV4, 0, false, 22},
    {1, "020000000002 020000000001 005c aaaa03 000000 0800", IPIP_ANNOUNCED_IPV4, 0, false, 12},
    {0, "02000000", IPIP_ANNOUNCED_IPV4, 0, true, 0},
    {0, "00000002", IPIP_ANNOUNCED_IPV4, 0, true, 0},
    {0, "1e000000", IPIP_ANNOUNCED_IPV6, 0, true, 0},
    {9, "ff03 0021", IPIP_ANNOUNCED_IPV4, 0, false, 0},
    {9, "0021", IPIP_ANNOUNCED_IPV4, 0, false, 0},
    {9, "21", IPIP_ANNOUNCED_IPV4, 0, false, 0},
    {9, "ff03 0057", IPIP_ANNOUNCED_IPV6, 0, false, 0},
    {9, "ff03 0281 00064140", IPIP_ANNOUNCED_ANY, 0, false, 0},
    {9, "0f00 0800", IPIP_ANNOUNCED_IPV4, 0, false, 0},
    {10, "50 020000000002 020000000001 aaaa03 000000 0800", IPIP_ANNOUNCED_IPV4, 0, false, 0},
    {12, "", IPIP_ANNOUNCED_ANY, 0, false, 0},
    {14, "", IPIP_ANNOUNCED_ANY, 0, false, 0},
    {50, "ff03 0021", IPIP_ANNOUNCED_IPV4, 0, false, 0},
    {51, "11 00 0001 0056 0021", IPIP_ANNOUNCED_IPV4, 0, false, 4},
    {100, "aaaa03 000000 0800", IPIP_ANNOUNCED_IPV4, 0, false, 0},
    {101, "", IPIP_ANNOUNCED_ANY, 0, false, 0},
    {104, "0f00 0800", IPIP_ANNOUNCED_IPV4, 0, false, 0},
    {108, "00000002", IPIP_ANNOUNCED_IPV4, 0, true, 0},
    {109, "02000000 00000100 00000000", IPIP_ANNOUNCED_IPV4, 0, false, 0},
    {113, "0000 0001 0006 0200000000010000 0800", IPIP_ANNOUNCED_IPV4, IPIP_DIRECTION_RECEIVED, false, 0},
    {113, "0004 0001 0006 0200000000010000 0800", IPIP_ANNOUNCED_IPV4, IPIP_DIRECTION_SENT, false, 0},
    {113, "0000 0304 0006 0000000000000000 0800", IPIP_ANNOUNCED_IPV4, IPIP_DIRECTION_RECEIVED, true, 0},
    {276, "0800 0000 00000002 0001 04 06 0200000000010000", IPIP_ANNOUNCED_IPV4, IPIP_DIRECTION_SENT, false, 0},
    {228, "", IPIP_ANNOUNCED_IPV4, 0, false, 0},
    {229, "", IPIP_ANNOUNCED_IPV6, 0, false, 0},
    /* NFLOG: AF_INET, version 0, resource 0; timestamp (12 octets, type 8); payload (24 octets, type 9) */
    {239, "02 00 0000 0c00 0940 0000000000000000 1800 0980", IPIP_ANNOUNCED_IPV4, 0, false, 16}, /* flags of netlink */
    {239, "02 00 0000 0c00 0800 0000000000000000 1800 0900", IPIP_ANNOUNCED_IPV4, 0, false, 16},
};

static uint8_t frame[256];

static uint32_t make(size_t i)
{
    static const char ip[] = "45 00 00 14 00 00 00 00 40 04 66 e4 0a 00 00 01 0a 00 00 02";
    uint32_t header = from_hex(frame, sizeof frame, links[i].header);

    return header + from_hex(frame + header, sizeof frame - header, ip);
}

static void test_every_link_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        uint32_t bytes = make(i);
        struct ipip_link link;

        assert_non_null(ipip_link_type_name(links[i].type));
        assert_int_equal(ipip_link_find_ip(&link, links[i].type, whole(frame, bytes)), IPIP_LINK_IP);
        assert_int_equal(link.link_bytes, bytes - 20);
        assert_ptr_equal(link.ip.data, frame + bytes - 20);
        assert_int_equal(link.ip.captured, 20);
        assert_int_equal(link.announced, links[i].announced);
        assert_int_equal(link.direction, links[i].direction);
        assert_int_equal(link.is_loopback, links[i].is_loopback);
        assert_int_equal(link.length_offset, links[i].length_offset);
    }
}

/* Link headers with an address family (that of IPv6 as Darwin, OpenBSD and Linux number it), or of no octet, and one octet of PPP. */
static void test_announce(void **state)
{
    static const struct {
        uint16_t type;
        const char *of_ipv4, *of_ipv6; /* NULL: it can't announce that */
    } rows[] = {
        {0, "02000000", "1e000000"},
        {0, "00000002", "0000001e"},
        {108, "00000002", "00000018"},
        {109, "02000000 00000100 00000000", "18000000 00000100 00000000"},
        {109, "00000002 00000100 00000000", "00000018 00000100 00000000"},
        {239, "02 00 0000 0c00 0800 0000000000000000 1800 0900", "0a 00 0000 0c00 0800 0000000000000000 1800 0900"},
        {9, "21", "57"},
        {228, "", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t header[32], expected[32];
        uint32_t bytes = from_hex(header, sizeof header, rows[i].of_ipv4);
        struct ipip_link link = {.link_bytes = bytes, .announced = IPIP_ANNOUNCED_IPV4};

        memcpy(expected, header, bytes);
        assert_false(ipip_link_announce(header, &link, rows[i].type, IPIP_ANNOUNCED_MPLS));
        assert_memory_equal(header, expected, bytes);
        assert_int_equal(ipip_link_announce(header, &link, rows[i].type, IPIP_ANNOUNCED_IPV6), rows[i].of_ipv6 != NULL);
        if (rows[i].of_ipv6 != NULL)
            assert_int_equal(from_hex(expected, sizeof expected, rows[i].of_ipv6), bytes);
        assert_memory_equal(header, expected, bytes);
    }
}

static void test_every_truncation(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        uint32_t bytes = make(i);

        for (uint32_t captured = 0; captured <= bytes - 20; captured++) {
            uint8_t *exact = malloc(captured > 0 ? captured : 1);
            struct ipip_link link;

            memcpy(exact, frame, captured);
            assert_int_equal(ipip_link_find_ip(&link, links[i].type, (struct ipip_bytes){exact, captured, bytes}),
                             IPIP_LINK_TRUNCATED);
            free(exact);
        }
    }
}

static void test_what_is_no_ip(void **state)
{
    static const struct {
        uint16_t type;
        const char *frame;
        enum ipip_link_result result;
    } others[] = {
        {1, "ffffffffffff 020000000001 0806 0001", IPIP_LINK_OTHER},
        {1, "020000000002 020000000001 8100 0064 0806 0001", IPIP_LINK_OTHER},
        {1, "0180c2000000 020000000001 0026 424203 0000000000", IPIP_LINK_OTHER},  /* spanning tree */
        {1, "020000000002 020000000001 0010 aaaa03 00000c 2000", IPIP_LINK_OTHER}, /* CDP: another organisation */
        {1, "020000000002 020000000001 0010 aaaa03 000000 0010 aaaa03 000000 0800", IPIP_LINK_OTHER},
        {1, "020000000002 020000000001 8847 00064 140 00", IPIP_LINK_OTHER},
        {1, "020000000002 020000000001 8864 11 00 0001 0004 c021", IPIP_LINK_OTHER}, /* LCP */
        {0, "07000000 00", IPIP_LINK_OTHER},
        {9, "ff03 c021 00", IPIP_LINK_OTHER},
        {108, "00000007 00", IPIP_LINK_OTHER},
        {239, "02 00 0000 0300 0900 45", IPIP_LINK_OTHER}, /* an attribute shorter than its header */
        {105, "080000000000", IPIP_LINK_UNSUPPORTED},
        {65535, "45", IPIP_LINK_UNSUPPORTED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        uint32_t bytes = from_hex(frame, sizeof frame, others[i].frame);
        struct ipip_link link;

        assert_int_equal(ipip_link_find_ip(&link, others[i].type, whole(frame, bytes)), others[i].result);
    }
    assert_null(ipip_link_type_name(105));
}

static void test_lengths_follow(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        uint32_t bytes = make(i);
        uint8_t before[256];
        struct ipip_link link;

        memcpy(before, frame, sizeof frame);
        ipip_link_find_ip(&link, links[i].type, whole(frame, bytes));
        assert_true(ipip_link_resize(frame, &link, -20));
        if (links[i].length_offset != 0) {
            uint8_t *field = before + links[i].length_offset;
            uint8_t *low = links[i].type == 239 ? field : field + 1;

            *low = (uint8_t)(*low - 20); /* 0x56, 0x5c and 0x18: no borrow */
        }
        assert_memory_equal(frame, before, sizeof frame);
        if (links[i].length_offset != 0) {
            assert_false(ipip_link_resize(frame, &link, -1000));
            assert_false(ipip_link_resize(frame, &link, 66000));
            assert_int_equal(ipip_link_resize(frame, &link, 1500 - 0x5c + 21), link.length_max != 1500);
            assert_memory_equal(frame + bytes - 20, before + bytes - 20, 20);
        }
    }
}

static void test_endless_tags(void **state)
{
    static uint8_t tags[65536];

    (void)state;
    for (size_t i = 12; i + 1 < sizeof tags; i += 2) {
        tags[i] = 0x81;
        tags[i + 1] = 0x00;
    }
    struct ipip_link link;
    assert_int_equal(ipip_link_find_ip(&link, 1, whole(tags, sizeof tags)), IPIP_LINK_TRUNCATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_link_type),  cmocka_unit_test(test_announce),
        cmocka_unit_test(test_every_truncation), cmocka_unit_test(test_what_is_no_ip),
        cmocka_unit_test(test_lengths_follow),   cmocka_unit_test(test_endless_tags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
