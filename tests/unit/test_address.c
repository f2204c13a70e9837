/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "ipip/address.h"
#include "ipip/dscp.h"

static void expect_kind(const char *text, enum ipip_address_kind kind)
{
    uint32_t address = 0;

    assert_true(ipip_address_parse(&address, text));
    assert_int_equal(ipip_address_kind(address), kind);
}

static void test_edges_of_every_prefix(void **state)
{
    /* RFC 6890: the first and last address of each block, and its neighbours. */
    static const struct {
        const char *before, *first, *last, *after;
        enum ipip_address_kind kind;
    } blocks[] = {
        {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0", IPIP_ADDRESS_PRIVATE},
        {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0", IPIP_ADDRESS_SHARED},
        {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0", IPIP_ADDRESS_LOOPBACK},
        {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0", IPIP_ADDRESS_LINK_LOCAL},
        {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0", IPIP_ADDRESS_PRIVATE},
        {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0", IPIP_ADDRESS_PROTOCOL},
        {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0", IPIP_ADDRESS_DOCUMENTATION},
        {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0", IPIP_ADDRESS_PRIVATE},
        {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0", IPIP_ADDRESS_BENCHMARKING},
        {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0", IPIP_ADDRESS_DOCUMENTATION},
        {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0", IPIP_ADDRESS_DOCUMENTATION},
    };

    (void)state;
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        expect_kind(blocks[i].before, IPIP_ADDRESS_GLOBAL);
        expect_kind(blocks[i].first, blocks[i].kind);
        expect_kind(blocks[i].last, blocks[i].kind);
        expect_kind(blocks[i].after, IPIP_ADDRESS_GLOBAL);
    }
    expect_kind("0.0.0.0", IPIP_ADDRESS_UNSPECIFIED);
    expect_kind("0.0.0.1", IPIP_ADDRESS_THIS_NETWORK);
    expect_kind("0.255.255.255", IPIP_ADDRESS_THIS_NETWORK);
    expect_kind("1.0.0.0", IPIP_ADDRESS_GLOBAL);
    expect_kind("223.255.255.255", IPIP_ADDRESS_GLOBAL);
    expect_kind("224.0.0.0", IPIP_ADDRESS_MULTICAST);
    expect_kind("239.255.255.255", IPIP_ADDRESS_MULTICAST);
    expect_kind("240.0.0.0", IPIP_ADDRESS_RESERVED);
    expect_kind("255.255.255.254", IPIP_ADDRESS_RESERVED);
    expect_kind("255.255.255.255", IPIP_ADDRESS_BROADCAST);
}

static void test_text(void **state)
{
    static const char *const good[] = {"0.0.0.0", "1.2.3.4", "10.0.0.1", "255.255.255.255", "192.168.100.200"};
    static const char *const bad[] = {"",          "1",        "1.2.3",      "1.2.3.4.",  "1.2.3.4.5",
                                      "1.2.3.256", "01.2.3.4", "1..2.3",     " 1.2.3.4",  "1.2.3.4 ",
                                      "1.2.3.-4",  "a.b.c.d",  "1.2.3.4/24", "0x1.2.3.4", "1.2.3.1234"};
    char text[IPIP_ADDRESS_TEXT];
    uint32_t address = 7;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(ipip_address_parse(&address, bad[i]));
        assert_int_equal(address, 7);
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(ipip_address_parse(&address, good[i]));
        assert_string_equal(ipip_address_text(text, address), good[i]);
    }
    assert_true(ipip_address_parse(&address, "10.1.2.3"));
    assert_int_equal(address, 0x0a010203);
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
                                      "2001:db8::/32",
                                      "10.1.0.0/16.0",
                                      "10.1.0.0\\16",
                                      "10.1.0.0/4294967312"};
    struct ipip_prefix prefix = {7, 7};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(ipip_prefix_parse(&prefix, bad[i]));
        assert_int_equal(prefix.address, 7);
        assert_int_equal(prefix.bits, 7);
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(ipip_prefix_parse(&prefix, good[i].text));
        assert_int_equal(prefix.address, good[i].address);
        assert_int_equal(prefix.bits, good[i].bits);
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
                                      "10.0.0.01-10.0.0.2"};
    struct ipip_endpoints endpoints = {7, 7};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(ipip_endpoints_parse(&endpoints, bad[i]));
        assert_int_equal(endpoints.a, 7);
        assert_int_equal(endpoints.b, 7);
    }
    assert_true(ipip_endpoints_parse(&endpoints, "10.0.0.1-192.0.2.200"));
    assert_int_equal(endpoints.a, 0x0a000001);
    assert_int_equal(endpoints.b, 0xc00002c8);
}

static void test_every_kind_has_words(void **state)
{
    (void)state;
    for (int kind = 0; kind < IPIP_ADDRESS_KINDS; kind++)
        assert_string_not_equal(ipip_address_kind_text((enum ipip_address_kind)kind), "an address");
}

static void test_dscp_names(void **state)
{
    (void)state;
    assert_string_equal(ipip_dscp_name(46), "EF");
    assert_string_equal(ipip_dscp_name(26), "AF31");
    assert_null(ipip_dscp_name(63));
    assert_int_equal(ipip_dscp_find("CS6"), 48);
    assert_int_equal(ipip_dscp_find("cs6"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edges_of_every_prefix),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_endpoints),
        cmocka_unit_test(test_every_kind_has_words),
        cmocka_unit_test(test_dscp_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
