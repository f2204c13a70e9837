/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "ipip/address.h"
#include "ipip/dscp.h"

static void expect_kind(const char *text, enum ipip_address_kind kind)
{
    struct ipip_addr address;

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
        {"fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "fe00::", IPIP_ADDRESS_PRIVATE},
        {"fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "fec0::", IPIP_ADDRESS_LINK_LOCAL},
        {"2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
         "2001:200::", IPIP_ADDRESS_PROTOCOL},
        {"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
         "2001:db9::", IPIP_ADDRESS_DOCUMENTATION},
        {"3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
         "3fff:1000::", IPIP_ADDRESS_DOCUMENTATION},
        {"ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "100::", "100::ffff:ffff:ffff:ffff",
         "100:0:0:1::", IPIP_ADDRESS_RESERVED},
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
    expect_kind("::", IPIP_ADDRESS_UNSPECIFIED);
    expect_kind("::1", IPIP_ADDRESS_LOOPBACK);
    expect_kind("::2", IPIP_ADDRESS_GLOBAL);
    expect_kind("2001:1:ffff:ffff:ffff:ffff:ffff:ffff", IPIP_ADDRESS_PROTOCOL);
    expect_kind("2001:2::", IPIP_ADDRESS_BENCHMARKING);
    expect_kind("2001:2:0:ffff:ffff:ffff:ffff:ffff", IPIP_ADDRESS_BENCHMARKING);
    expect_kind("2001:2:1::", IPIP_ADDRESS_PROTOCOL);
    expect_kind("feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", IPIP_ADDRESS_GLOBAL);
    expect_kind("ff00::", IPIP_ADDRESS_MULTICAST);
    expect_kind("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", IPIP_ADDRESS_MULTICAST);
    /* Neighbours of ::ffff:0.0.0.0/96, where IPv4 addresses are. */
    expect_kind("::fffe:7f00:1", IPIP_ADDRESS_GLOBAL);
    expect_kind("::1:ffff:7f00:1", IPIP_ADDRESS_GLOBAL);
    expect_kind("::ffff:7f00:1", IPIP_ADDRESS_LOOPBACK);
}

/* RFC 3927 section 2.7, RFC 5771 section 4, RFC 4291 sections 2.5.6 and 2.7: the first and last address, and neighbours. */
static void test_of_link(void **state)
{
    static const struct {
        const char *address;
        bool is_of_link;
    } cases[] = {
        {"169.253.255.255", false},
        {"169.254.0.0", true},
        {"169.254.255.255", true},
        {"169.255.0.0", false},
        {"223.255.255.255", false},
        {"224.0.0.0", true},
        {"224.0.0.255", true},
        {"224.0.1.0", false},
        {"255.255.255.255", false},
        {"fe7f::1", false},
        {"fe80::", true},
        {"febf:ffff::", true},
        {"fec0::", false},
        {"ff01::1", false},
        {"ff02::", true},
        {"ff02::1:ff00:2", true},
        {"ff12::1", true},
        {"fff2:ffff::1", true},
        {"ff03::1", false},
        {"ff05::1", false},
        {"ff20::1", false},
        {"2001:db8::1", false},
        {"::", false},
        {"fd02::1", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ipip_addr address;

        assert_true(ipip_address_parse(&address, cases[i].address));
        assert_int_equal(ipip_address_is_of_link(address), cases[i].is_of_link);
    }
}

/* RFC 6890 and those that updated it, the more specific ones first. */
static const struct {
    const char *prefix;
    enum ipip_address_kind kind;
} registered[] = {
    {"0.0.0.0", IPIP_ADDRESS_UNSPECIFIED},
    {"255.255.255.255", IPIP_ADDRESS_BROADCAST},
    {"192.0.0.0/24", IPIP_ADDRESS_PROTOCOL},
    {"192.0.2.0/24", IPIP_ADDRESS_DOCUMENTATION},
    {"198.51.100.0/24", IPIP_ADDRESS_DOCUMENTATION},
    {"203.0.113.0/24", IPIP_ADDRESS_DOCUMENTATION},
    {"169.254.0.0/16", IPIP_ADDRESS_LINK_LOCAL},
    {"192.168.0.0/16", IPIP_ADDRESS_PRIVATE},
    {"198.18.0.0/15", IPIP_ADDRESS_BENCHMARKING},
    {"172.16.0.0/12", IPIP_ADDRESS_PRIVATE},
    {"100.64.0.0/10", IPIP_ADDRESS_SHARED},
    {"0.0.0.0/8", IPIP_ADDRESS_THIS_NETWORK},
    {"10.0.0.0/8", IPIP_ADDRESS_PRIVATE},
    {"127.0.0.0/8", IPIP_ADDRESS_LOOPBACK},
    {"224.0.0.0/4", IPIP_ADDRESS_MULTICAST},
    {"240.0.0.0/4", IPIP_ADDRESS_RESERVED},
};

enum { REGISTERED = sizeof registered / sizeof registered[0] };

static void expect_registered(const struct ipip_prefix prefixes[REGISTERED], uint32_t number)
{
    struct ipip_addr address = ipip_address_ipv4(number);
    enum ipip_address_kind kind = IPIP_ADDRESS_GLOBAL;

    for (size_t i = REGISTERED; i-- > 0;) {
        if (ipip_prefix_has(&prefixes[i], address))
            kind = registered[i].kind;
    }
    assert_int_equal(ipip_address_kind(address), kind);
}

/* Every /16, where it begins and ends, and the ends and neighbours of every block. */
static void test_every_ipv4_prefix(void **state)
{
    struct ipip_prefix prefixes[REGISTERED];

    (void)state;
    for (size_t i = 0; i < REGISTERED; i++)
        assert_true(ipip_prefix_parse(&prefixes[i], registered[i].prefix));
    for (uint32_t prefix = 0; prefix < 1 << 16; prefix++) {
        expect_registered(prefixes, prefix << 16);
        expect_registered(prefixes, prefix << 16 | 1);
        expect_registered(prefixes, prefix << 16 | 0xffff);
    }
    for (size_t i = 0; i < REGISTERED; i++) {
        uint32_t first = (uint32_t)prefixes[i].address.low;
        uint32_t last = first | ~(uint32_t)ipip_address_mask(prefixes[i].bits).low;

        expect_registered(prefixes, first - 1);
        expect_registered(prefixes, first);
        expect_registered(prefixes, last);
        expect_registered(prefixes, last + 1);
    }
}

static void test_order(void **state)
{
    static const struct ipip_addr ordered[] = {{0, 0}, {0, 1},          {0, UINT64_MAX},
                                               {1, 0}, {UINT64_MAX, 0}, {UINT64_MAX, UINT64_MAX}};
    enum { COUNT = sizeof ordered / sizeof ordered[0] };

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        for (int j = 0; j < COUNT; j++) {
            assert_int_equal(ipip_address_less(ordered[i], ordered[j]), i < j);
            assert_int_equal(ipip_address_equal(ordered[i], ordered[j]), i == j);
            assert_int_equal(ipip_address_compare(ordered[i], ordered[j]), (i > j) - (i < j));
        }
    }
    assert_true(ipip_address_less(ipip_address_ipv4(0x7fffffff), ipip_address_ipv4(0x80000000)));
}

static void test_families(void **state)
{
    static const uint8_t octets_of_10_0_0_1[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1};
    uint8_t octets[IPIP_ADDRESS_OCTETS];

    (void)state;
    assert_true(ipip_address_is_ipv4(ipip_address_ipv4(0)));
    assert_true(ipip_address_is_ipv4(ipip_address_ipv4(UINT32_MAX)));
    assert_false(ipip_address_is_ipv4((struct ipip_addr){0, 0x0a000001}));
    assert_false(ipip_address_is_ipv4((struct ipip_addr){0, 0x1ffff00000000}));
    assert_false(ipip_address_is_ipv4((struct ipip_addr){1, 0xffff00000000}));
    assert_true(ipip_address_is_none((struct ipip_addr){0, 0}));
    assert_false(ipip_address_is_none(ipip_address_ipv4(0)));
    ipip_address_octets(octets, ipip_address_ipv4(0x0a000001));
    assert_memory_equal(octets, octets_of_10_0_0_1, sizeof octets);
}

static void test_groups(void **state)
{
    static const char *const groups[] = {"224.0.0.0", "239.255.255.255", "255.255.255.255", "ff02::1"};
    static const char *const hosts[] = {"223.255.255.255", "240.0.0.0", "255.255.255.254", "0.0.0.0", "fe80::1", "::"};
    struct ipip_addr address;

    (void)state;
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        assert_true(ipip_address_parse(&address, groups[i]));
        assert_true(ipip_address_is_group(address));
    }
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        assert_true(ipip_address_parse(&address, hosts[i]));
        assert_false(ipip_address_is_group(address));
    }
}

static void test_words_name_the_block(void **state)
{
    static const struct {
        const char *address, *words;
    } kinds[] = {
        {"192.0.1.1", "a global unicast address"},
        {"2001:4860::1", "a global unicast address"},
        {"0.0.0.0", "the unspecified address"},
        {"::", "the unspecified address"},
        {"127.0.0.1", "a loopback address (127.0.0.0/8)"},
        {"::1", "the loopback address"},
        {"192.168.1.1", "a private address (RFC 1918)"},
        {"fd00::1", "a unique local address (fc00::/7)"},
        {"169.254.0.1", "a link-local address (169.254.0.0/16)"},
        {"fe80::1", "a link-local address (fe80::/10)"},
        {"224.0.0.1", "a multicast address (224.0.0.0/4)"},
        {"ff02::1", "a multicast address (ff00::/8)"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct ipip_addr address;

        assert_true(ipip_address_parse(&address, kinds[i].address));
        assert_string_equal(ipip_address_kind_text(address), kinds[i].words);
    }
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
        cmocka_unit_test(test_of_link),
        cmocka_unit_test(test_every_ipv4_prefix),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_words_name_the_block),
        cmocka_unit_test(test_dscp_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
