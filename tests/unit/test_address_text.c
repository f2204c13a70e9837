/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses, prefixes and pairs of addresses as text. */
#include <arpa/inet.h>

#include "unit.h"

#include "ipip/address.h"

static void test_text(void **state)
{
    static const char *const good[] = {"0.0.0.0", "1.2.3.4", "10.0.0.1", "255.255.255.255", "192.168.100.200"};
    static const char *const bad[] = {"",          "1",        "1.2.3",      "1.2.3.4.",  "1.2.3.4.5",
                                      "1.2.3.256", "01.2.3.4", "1..2.3",     " 1.2.3.4",  "1.2.3.4 ",
                                      "1.2.3.-4",  "a.b.c.d",  "1.2.3.4/24", "0x1.2.3.4", "1.2.3.1234"};
    char text[IPIP_ADDRESS_TEXT];
    struct ipip_addr address = {7, 8};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(ipip_address_parse(&address, bad[i]));
        assert_true(ipip_address_equal(address, (struct ipip_addr){7, 8}));
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(ipip_address_parse(&address, good[i]));
        assert_string_equal(ipip_address_text(text, address), good[i]);
    }
    assert_true(ipip_address_parse(&address, "10.1.2.3"));
    assert_ipv4(address, 0x0a010203);
}

static void test_ipv6_text(void **state)
{
    /* RFC 4291 section 2.2 and RFC 5952: as it may be written, and as it is to be written. */
    static const struct {
        const char *read, *written;
        struct ipip_addr address;
    } good[] = {
        {"::", "::", {0, 0}},
        {"0:0:0:0:0:0:0:0", "::", {0, 0}},
        {"::1", "::1", {0, 1}},
        {"1::", "1::", {0x0001000000000000, 0}},
        {"2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a", {0x20010db800000000, 0x00080800200c417a}},
        {"FF01:0:0:0:0:0:0:101", "ff01::101", {0xff01000000000000, 0x101}},
        /* One group 0 stays. */
        {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1", {0x20010db800000001, 0x0001000100010001}},
        /* The longest run, and of two equal ones the first. */
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1", {0x2001000000000001, 1}},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", {0x20010db800000000, 0x0001000000000001}},
        {"2001:0db8:00aa::0001", "2001:db8:aa::1", {0x20010db800aa0000, 1}},
        {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", {0x0001000200030004, 0x0005000600070008}},
        {"0:2:3:4:5:6:7:0", "0:2:3:4:5:6:7:0", {0x0000000200030004, 0x0005000600070000}},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", {0x0001000200030004, 0x0005000600070000}},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8", {0x0000000200030004, 0x0005000600070008}},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221", {0x0064ff9b00000000, 0xc0000221}},
        {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304", {0x0001000200030004, 0x0005000601020304}},
        {"::ffff:10.0.0.1", "10.0.0.1", {0, 0xffff0a000001}},
        {"::ffff:a00:1", "10.0.0.1", {0, 0xffff0a000001}},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         {UINT64_MAX, UINT64_MAX}},
    };
    static const char *const bad[] = {":",
                                      ":::",
                                      "1:",
                                      ":1",
                                      "1:2:3:4:5:6:7",
                                      "1:2:3:4:5:6:7:8:9",
                                      "1:2:3:4:5:6:7:8:",
                                      "1:2:3:4:5:6:7:8::",
                                      "::1:2:3:4:5:6:7:8",
                                      "1::2::3",
                                      "1:::2",
                                      "12345::",
                                      "::g",
                                      "::1.2.3",
                                      "::1.2.3.4:5",
                                      "1:2:3:4:5:6:7:1.2.3.4",
                                      "::1.2.3.256",
                                      "1.2.3.4::",
                                      "::1 ",
                                      " ::1",
                                      "::1%eth0",
                                      "[::1]",
                                      "::1/64",
                                      "1",
                                      "1:2",
                                      "0x1::",
                                      "-1::"};
    char text[IPIP_ADDRESS_TEXT];
    struct ipip_addr address = {7, 8};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(ipip_address_parse(&address, bad[i]));
        assert_true(ipip_address_equal(address, (struct ipip_addr){7, 8}));
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(ipip_address_parse(&address, good[i].read));
        assert_true(ipip_address_equal(address, good[i].address));
        assert_string_equal(ipip_address_text(text, address), good[i].written);
    }
}

/* Any address, with few and with many groups 0: what inet_ntop() and inet_pton() make of it. */
static void test_text_beside_libc(void **state)
{
    uint64_t x = 1;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct ipip_addr address = {0, 0};
        struct ipip_addr again;
        uint8_t octets[IPIP_ADDRESS_OCTETS];
        uint8_t libc[IPIP_ADDRESS_OCTETS];
        char text[IPIP_ADDRESS_TEXT];
        char expected[INET6_ADDRSTRLEN];

        for (int group = 0; group < 8; group++) {
            x = x * 6364136223846793005U + 1442695040888963407U;
            address.high = address.high << 16 | address.low >> 48;
            address.low = address.low << 16 | ((x >> 62) == 0 ? x >> 32 & 0xffff : (x >> 62) == 1 ? x >> 32 & 15 : 0);
        }
        /* Those that libc writes with a dotted quad, which RFC 5952 section 5 leaves to well-known prefixes. */
        if (address.high == 0 && address.low >> 48 == 0)
            continue;
        ipip_address_octets(octets, address);
        assert_string_equal(ipip_address_text(text, address), inet_ntop(AF_INET6, octets, expected, sizeof expected));
        assert_int_equal(inet_pton(AF_INET6, text, libc), 1);
        assert_memory_equal(libc, octets, sizeof octets);
        assert_true(ipip_address_parse(&again, text));
        assert_true(ipip_address_equal(again, address));
    }
}

static void test_prefixes(void **state)
{
    static const struct {
        const char *text;
        uint32_t address;
        uint8_t bits;
    } good[] = {
        {"10.1.0.0/16", 0x0a010000, 16},
        {"10.1.2.3", 0x0a010203, 32},
        {"10.1.2.3/32", 0x0a010203, 32},
        {"0.0.0.0/0", 0, 0},
        {"128.0.0.0/1", 0x80000000, 1},
        {"10.1.2.2/31", 0x0a010202, 31},
        {"172.16.0.0/12", 0xac100000, 12},
        {"255.255.255.255", 0xffffffff, 32},
        {"0.0.0.0/9", 0, 9},
    };
    static const struct {
        const char *text;
        struct ipip_prefix prefix;
    } ipv6[] = {
        {"2001:db8::/32", {{0x20010db800000000, 0}, 32}},
        {"::/0", {{0, 0}, 0}},
        {"::1", {{0, 1}, 128}},
        {"::1/128", {{0, 1}, 128}},
        {"8000::/1", {{0x8000000000000000, 0}, 1}},
        {"2001:db8:0:1::/64", {{0x20010db800000001, 0}, 64}},
        {"2001:db8:0:1:8000::/65", {{0x20010db800000001, 0x8000000000000000}, 65}},
        {"::ffff:10.0.0.0/104", {{0, 0xffff0a000000}, 104}},
    };
    static const char *const bad[] = {"",
                                      "10.1.0.0/",
                                      "10.1.0.0/33",
                                      "10.1.0.0/160",
                                      "10.1.0.0/-1",
                                      "10.1.0.0/+8",
                                      "10.1.0.0/ 8",
                                      "10.1.0.0/16 ",
                                      " 10.1.0.0/16",
                                      "10.1/16",
                                      "/16",
                                      "10.1.0.0/016",
                                      "10.1.0.0/00",
                                      "10.1.0.0/a",
                                      "10.1.0.0//16",
                                      "10.1.0.0/1 6",
                                      "10.1.0.0/16/8",
                                      "10.1.0.0/99",
                                      "10.1.0.1/16",
                                      "0.0.0.1/0",
                                      "10.1.2.3/31",
                                      "192.0.0.0/1",
                                      "10.1.0.0 /16",
                                      "10.01.0.0/16",
                                      "10.1.0.256/32",
                                      "2001:db8::/31/",
                                      "2001:db8::/28",
                                      "2001:db8::/129",
                                      "2001:db8::/999",
                                      "2001:db8::/0032",
                                      "2001:db8::/",
                                      "::1/127",
                                      "8000::/0",
                                      "10.1.0.0/16.0",
                                      "10.1.0.0\\16",
                                      "10.1.0.0/4294967312"};
    struct ipip_prefix prefix = {{7, 7}, 7};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(ipip_prefix_parse(&prefix, bad[i]));
        assert_true(ipip_address_equal(prefix.address, (struct ipip_addr){7, 7}));
        assert_int_equal(prefix.bits, 7);
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(ipip_prefix_parse(&prefix, good[i].text));
        assert_ipv4(prefix.address, good[i].address);
        assert_int_equal(prefix.bits, IPIP_ADDRESS_IPV4_BITS + good[i].bits);
    }
    for (size_t i = 0; i < sizeof ipv6 / sizeof ipv6[0]; i++) {
        assert_true(ipip_prefix_parse(&prefix, ipv6[i].text));
        assert_true(ipip_address_equal(prefix.address, ipv6[i].prefix.address));
        assert_int_equal(prefix.bits, ipv6[i].prefix.bits);
    }
}

/* At every length: the last bit of the prefix counts, the first one behind it does not. */
static void test_prefixes_have(void **state)
{
    const struct ipip_addr address = {0x20010db8a5a5c3c3, 0x0123456789abcdef};

    (void)state;
    for (unsigned bits = 0; bits <= IPIP_ADDRESS_BITS; bits++) {
        struct ipip_addr mask = ipip_address_mask(bits);
        struct ipip_prefix prefix = {{address.high & mask.high, address.low & mask.low}, (uint8_t)bits};

        assert_true(ipip_prefix_has(&prefix, address));
        for (unsigned bit = 0; bit < IPIP_ADDRESS_BITS; bit++) {
            struct ipip_addr other = address;

            *(bit < 64 ? &other.high : &other.low) ^= UINT64_C(1) << (63 - bit % 64);
            assert_int_equal(ipip_prefix_has(&prefix, other), bit >= bits);
        }
    }
}

static void test_endpoints(void **state)
{
    static const char *const bad[] = {"",
                                      "10.0.0.1",
                                      "10.0.0.1-",
                                      "-10.0.0.2",
                                      "10.0.0.1 - 10.0.0.2",
                                      "10.0.0.1-10.0.0.2 ",
                                      " 10.0.0.1-10.0.0.2",
                                      "10.0.0.1--10.0.0.2",
                                      "10.0.0.1-10.0.0.2-10.0.0.3",
                                      "10.0.0.1-2",
                                      "10.0.0.1-10.0.0.256",
                                      "10.0.0-10.0.0.2",
                                      "10.0.0.1,10.0.0.2",
                                      "10.0.0.1/32-10.0.0.2",
                                      "10.0.0.1-2001:db8::2",
                                      "2001:db8::1-10.0.0.2",
                                      "2001:db8::1-",
                                      "10.0.0.01-10.0.0.2"};
    struct ipip_endpoints endpoints = {{7, 7}, {7, 7}};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(ipip_endpoints_parse(&endpoints, bad[i]));
        assert_true(ipip_address_equal(endpoints.a, (struct ipip_addr){7, 7}));
        assert_true(ipip_address_equal(endpoints.b, (struct ipip_addr){7, 7}));
    }
    assert_true(ipip_endpoints_parse(&endpoints, "10.0.0.1-192.0.2.200"));
    assert_ipv4(endpoints.a, 0x0a000001);
    assert_ipv4(endpoints.b, 0xc00002c8);
    assert_true(ipip_endpoints_parse(&endpoints, "2001:db8::1-2001:db8::2"));
    assert_true(ipip_address_equal(endpoints.a, (struct ipip_addr){0x20010db800000000, 1}));
    assert_true(ipip_address_equal(endpoints.b, (struct ipip_addr){0x20010db800000000, 2}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),     cmocka_unit_test(test_ipv6_text),     cmocka_unit_test(test_text_beside_libc),
        cmocka_unit_test(test_prefixes), cmocka_unit_test(test_prefixes_have), cmocka_unit_test(test_endpoints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
