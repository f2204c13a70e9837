/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <string.h>

#include "ipip/expectation.h"
#include "ipip/policy.h"

static const struct ipip_addr A = IPV4_CONSTANT(1);
static const struct ipip_addr B = IPV4_CONSTANT(2);
static const struct ipip_addr A6 = {UINT64_C(0x20010db800000000), 1};
static const struct ipip_addr B6 = {UINT64_C(0x20010db800000000), 2};

static struct ipip_expectation accepted(const char *key, const char *value)
{
    struct ipip_expectation e = {.src = IPV4_CONSTANT(1), .dst = IPV4_CONSTANT(2)};

    assert_null(ipip_expectation_set(&e, key, value));
    assert_ipv4(e.src, 1);
    assert_ipv4(e.dst, 2);
    return e;
}

/* What would have been right is said, and nothing is changed. */
static void refused(const char *key, const char *value, const char *right)
{
    struct ipip_expectation e;
    struct ipip_expectation before;

    memset(&before, 0x55, sizeof before);
    before.src = A;
    before.dst = B;
    memcpy(&e, &before, sizeof e);
    assert_string_equal(ipip_expectation_set(&e, key, value), right);
    assert_memory_equal(&e, &before, sizeof e);
}

static void test_ttl(void **state)
{
    static const char *const bad[] = {"", "0", "256", "-1", "+1", " 1", "1 ", "0x40", "64.0", "Inherit", "4294967297"};

    (void)state;
    assert_int_equal(accepted("ttl", "1").ttl, IPIP_EXPECT_FIXED);
    assert_int_equal(accepted("ttl", "1").ttl_value, 1);
    assert_int_equal(accepted("ttl", "255").ttl_value, 255);
    assert_int_equal(accepted("ttl", "064").ttl_value, 64);
    assert_int_equal(accepted("ttl", "inherit").ttl, IPIP_EXPECT_INHERIT);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        refused("ttl", bad[i], "1 to 255, or inherit");
}

static void test_tos(void **state)
{
    static const char *const bad[] = {"", "0x", "0x100", "x10", "16", "0xg0", "ef", "0x-1", "INHERIT", "0x100000010"};

    (void)state;
    assert_int_equal(accepted("tos", "0x00").tos, IPIP_EXPECT_FIXED);
    assert_int_equal(accepted("tos", "0x00").tos_value, 0);
    assert_int_equal(accepted("tos", "0xB8").tos_value, 0xb8);
    assert_int_equal(accepted("tos", "0xff").tos_value, 0xfc); /* the ECN field is not a matter of the TOS */
    assert_int_equal(accepted("tos", "0x3").tos_value, 0);
    assert_int_equal(accepted("tos", "EF").tos_value, 46 << 2);
    assert_int_equal(accepted("tos", "CS6").tos_value, 48 << 2);
    assert_int_equal(accepted("tos", "inherit").tos, IPIP_EXPECT_INHERIT);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        refused("tos", bad[i], "0x00 to 0xff, the name of a DSCP such as EF, or inherit");
}

static void test_df(void **state)
{
    (void)state;
    assert_int_equal(accepted("df", "any").df, IPIP_EXPECT_DF_ANY);
    assert_int_equal(accepted("df", "set").df, IPIP_EXPECT_DF_SET);
    assert_int_equal(accepted("df", "copy").df, IPIP_EXPECT_DF_COPY);
    assert_int_equal(accepted("df", "clear").df, IPIP_EXPECT_DF_CLEAR);
    refused("df", "", "set, copy, clear or any");
    refused("df", "1", "set, copy, clear or any");
    refused("df", "Set", "set, copy, clear or any");
    refused("df", "set ", "set, copy, clear or any");
}

static void test_mtu(void **state)
{
    (void)state;
    assert_int_equal(accepted("mtu", "68").mtu, 68);
    assert_int_equal(accepted("mtu", "1480").mtu, 1480);
    assert_int_equal(accepted("mtu", "65535").mtu, 65535);
    refused("mtu", "67", "68 to 65535");
    refused("mtu", "65536", "68 to 65535");
    refused("mtu", "1480 bytes", "68 to 65535");
    refused("mtu", "0x5dc", "68 to 65535");
    refused("mtu", "", "68 to 65535");
}

static void test_encap_hops(void **state)
{
    (void)state;
    assert_int_equal(accepted("encap-hops", "1").encap_hops, 1);
    assert_int_equal(accepted("encap-hops", "255").encap_hops, 255);
    refused("encap-hops", "0", "1 to 255");
    refused("encap-hops", "256", "1 to 255");
    refused("encap-hops", "", "1 to 255");
}

static void test_allow(void **state)
{
    static const char *const bad[] = {"", ";", " ", "dscp,df-clear", "DSCP", "dscp;nat", "dscpx", "dsc", "df-clea"};

    (void)state;
    assert_int_equal(accepted("allow", "dscp").allow, IPIP_ALLOW_DSCP);
    assert_int_equal(accepted("allow", "df-clear").allow, IPIP_ALLOW_DF_CLEAR);
    assert_int_equal(accepted("allow", "dscp;df-clear").allow, IPIP_ALLOW_DSCP | IPIP_ALLOW_DF_CLEAR);
    assert_int_equal(accepted("allow", " df-clear ; dscp;").allow, IPIP_ALLOW_DSCP | IPIP_ALLOW_DF_CLEAR);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        refused("allow", bad[i], "dscp, df-clear, or both with ; between");
}

/* Over IPv6; over IPv4 it is not one of the keys. */
static struct ipip_expectation accepted_over_ipv6(const char *key, const char *value)
{
    struct ipip_expectation e = {.src = A6, .dst = B6};

    assert_null(ipip_expectation_set(&e, key, value));
    return e;
}

static void refused_over_ipv6(const char *key, const char *value, const char *right)
{
    struct ipip_expectation e = {.src = A6, .dst = B6};
    struct ipip_expectation before = e;

    assert_string_equal(ipip_expectation_set(&e, key, value), right);
    assert_memory_equal(&e, &before, sizeof e);
}

static void test_mode(void **state)
{
    static const char right[] =
        "a tunnel that these addresses can have: over IPv4 ipip, gre, sit, isatap, gretap, erspan, vti, over IPv6 "
        "ipip6, ip6ip6, ip6gre, ip6gretap, ip6erspan, vti6, over both any, fou, gue, gre-in-udp; or several with ; "
        "between";

    (void)state;
    assert_int_equal(accepted("mode", "gre").kinds, IPIP_KIND_BIT(IPIP_KIND_GRE));
    assert_int_equal(accepted("mode", "gre; esp").kinds, IPIP_KIND_BIT(IPIP_KIND_GRE) | IPIP_KIND_BIT(IPIP_KIND_ESP));
    assert_int_equal(accepted("mode", "sit").kinds, IPIP_KIND_BIT(IPIP_KIND_6IN4));
    assert_true(accepted("mode", "sit").is_configured);
    assert_true(accepted("mode", "sit;gre").is_configured);
    assert_false(accepted("mode", "gre").is_configured);
    assert_false(accepted("mode", "isatap").is_configured);
    assert_false(accepted("mode", "sit;isatap").is_configured);
    assert_false(accepted("mode", "6in4").is_configured);
    assert_int_equal(accepted("mode", "any").kinds,
                     IPIP_KIND_BIT(IPIP_KIND_IPIP) | IPIP_KIND_BIT(IPIP_KIND_6IN4) | IPIP_KIND_BIT(IPIP_KIND_MPLS));
    assert_int_equal(accepted_over_ipv6("mode", "any").kinds,
                     IPIP_KIND_BIT(IPIP_KIND_4IN6) | IPIP_KIND_BIT(IPIP_KIND_6IN6) | IPIP_KIND_BIT(IPIP_KIND_MPLS));
    assert_int_equal(accepted_over_ipv6("mode", "ip6gre").kinds, IPIP_KIND_BIT(IPIP_KIND_GRE6));
    assert_int_equal(accepted_over_ipv6("mode", "gue").kinds, IPIP_KIND_BIT(IPIP_KIND_GUE));
    refused("mode", "", right);
    refused("mode", "GRE", right);
    refused("mode", "gre;nat", right);
    refused("mode", "ip6gre", right);
    refused("mode", "pptp", right); /* named, not read */
    refused("mode", "gre-gre-gre-gre-gre-gre-gre-gre-gre-gre-gre-gre-gre-gre-gre-gre-gre", right);
    refused_over_ipv6("mode", "gre", right);
}

static void test_gre(void **state)
{
    static const char right[] = "a number from 0 to 4294967295 (0xffffffff), four octets such as 0.0.0.42, or none";

    (void)state;
    assert_int_equal(accepted("key", "0").key, IPIP_EXPECT_THERE);
    assert_int_equal(accepted("key", "4294967295").key_value, UINT32_MAX);
    assert_int_equal(accepted("key", "1.2.3.4").key_value, 0x01020304);
    assert_int_equal(accepted("key", "0x1122aAbB").key_value, 0x1122aabb);
    refused("key", "0x", right);
    refused("key", "0x100000000", right);
    assert_int_equal(accepted("key", "none").key, IPIP_EXPECT_ABSENT);
    refused("key", "4294967296", right);
    refused("key", "18446744073709551617", right);
    refused("key", "2001:db8::1", right);
    refused("key", "", right);
    assert_int_equal(accepted("csum", "yes").checksum, IPIP_EXPECT_THERE);
    assert_int_equal(accepted("csum", "no").checksum, IPIP_EXPECT_ABSENT);
    assert_int_equal(accepted("seq", "yes").sequence, IPIP_EXPECT_THERE);
    refused("seq", "1", "yes or no");
}

static void test_over_ipv6(void **state)
{
    static const char over_ipv4[] = "left out: the outer header is IPv4, which has none";

    (void)state;
    assert_int_equal(accepted_over_ipv6("encaplimit", "4").limit_value, 4);
    assert_int_equal(accepted_over_ipv6("encaplimit", "none").limit, IPIP_EXPECT_ABSENT);
    assert_int_equal(accepted_over_ipv6("flowlabel", "0xFFFFF").label_value, 0xfffff);
    assert_int_equal(accepted_over_ipv6("flowlabel", "inherit").label, IPIP_EXPECT_INHERIT);
    refused_over_ipv6("encaplimit", "256", "0 to 255, or none");
    refused_over_ipv6("flowlabel", "0x100000", "0x0 to 0xfffff, or inherit");
    refused_over_ipv6("flowlabel", "12", "0x0 to 0xfffff, or inherit");
    refused("encaplimit", "4", over_ipv4);
    refused("flowlabel", "inherit", over_ipv4);
    refused_over_ipv6("df", "set", "left out: the outer header is IPv6, which has no DF");
    refused_over_ipv6("prefix", "2001:db8::/32", "left out: it is about 6in4, whose outer header is IPv4");
}

static void test_udp(void **state)
{
    (void)state;
    assert_int_equal(accepted("sport", "1").source_port, 1);
    assert_int_equal(accepted("dport", "65535").destination_port, 65535);
    assert_true(accepted("zero-checksum", "ok").is_zero_checksum_fine);
    refused("sport", "0", "1 to 65535");
    refused("dport", "65536", "1 to 65535");
    refused("zero-checksum", "no", "ok, or left out");
    assert_true(accepted("eth-inner", "judge").is_frame_judged);
    assert_true(accepted_over_ipv6("eth-inner", "judge").is_frame_judged);
    refused("eth-inner", "yes", "judge, or left out");
}

/* RFC 7597 section 5: prefix and embedded bits make a /64 at most, offset and PSID 16 bits of a port. */
static void test_map(void **state)
{
    static const char right[] =
        "the rule of a MAP-E domain: IPv6 prefix, IPv4 prefix, bits that are embedded, and the PSID offset if it is "
        "not 6, such as 2001:db8::/40 192.0.2.0/24 16";
    struct ipip_map_rule rule = accepted_over_ipv6("map-rule", "2001:db8::/40 192.0.2.0/24 16").map_rule;

    (void)state;
    assert_true(rule.ipv6.bits == 40 && rule.ipv4.bits == 96 + 24 && rule.ea_bits == 16 && rule.psid_offset == 6);
    assert_int_equal(accepted_over_ipv6("map-rule", "2001:db8::/40;192.0.2.0/24;18;0").map_rule.psid_offset, 0);
    assert_int_equal(accepted_over_ipv6("map-rule", "2001:db8::/64 192.0.2.1/32 0").map_rule.ea_bits, 0);
    refused_over_ipv6("map-rule", "2001:db8::/40 192.0.2.0/24 25", right);
    refused_over_ipv6("map-rule", "2001:db8::/40 192.0.2.0/24 16 9", right);
    refused_over_ipv6("map-rule", "2001:db8::/40 192.0.2.0/24 16 6 1", right);
    refused_over_ipv6("map-rule", "2001:db8::/40 192.0.2.0/24", right);
    refused_over_ipv6("map-rule", "192.0.2.0/24 2001:db8::/40 16", right);
    refused_over_ipv6("map-rule", "", right);
    refused("map-rule", "2001:db8::/40 192.0.2.0/24 16", "left out: the outer header is IPv4, which has none");
}

static void test_6in4(void **state)
{
    static const char right[] =
        "the prefix of a 6rd domain, such as 2001:db8::/32, then, where its IPv4 addresses begin alike, their prefix, "
        "as in 2001:db8::/32 10.0.0.0/8";
    static const char addresses[] = "1 to 4 IPv4 addresses with ; between, such as 192.0.2.1";

    (void)state;
    assert_true(accepted("mtu-mode", "static").is_mtu_static);
    assert_false(accepted("mtu-mode", "dynamic").is_mtu_static);
    assert_int_equal(accepted("prefix", "2001:db8::/32").prefix.bits, 32);
    assert_int_equal(accepted("prefix", "2001:db8::/32").common.bits, 0);
    assert_int_equal(accepted("prefix", "2001:db8::/40; 10.0.0.0/8").common.bits, 96 + 8);
    refused("prefix", "2001:db8::/40", right); /* more than /64 would be delegated */
    refused("prefix", "10.0.0.0/8", right);
    refused("prefix", "2001:db8::/32 2001:db8::/32", right);
    refused("prefix", "2001:db8::/32 10.0.0.0/8 10.0.0.0/8", right);
    refused("prefix", "", right);
    assert_int_equal(accepted("br", "192.0.2.1;192.0.2.2").br.count, 2);
    assert_ipv4(accepted("br-anycast", "192.0.2.1").br_anycast.at[0], 0xc0000201);
    assert_int_equal(accepted("prl", "192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4").prl.count, 4);
    assert_int_equal(accepted("relay", "192.0.2.1").relay.count, 1);
    refused("br", "192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5", addresses);
    refused("br", "2001:db8::1", addresses);
    refused("relay", "", addresses);
}

static void test_profile(void **state)
{
    (void)state;
    assert_ptr_equal(accepted("profile", "vpp").profile, ipip_profile_find("vpp"));
    refused("profile", "VPP", "the name of a profile: `ipip rules --profiles` lists them");
    refused("profile", "", "the name of a profile: `ipip rules --profiles` lists them");
}

static void test_a_later_value_replaces_an_earlier_one(void **state)
{
    struct ipip_expectation e = {0};

    (void)state;
    assert_null(ipip_expectation_set(&e, "ttl", "64"));
    assert_null(ipip_expectation_set(&e, "ttl", "inherit"));
    assert_null(ipip_expectation_set(&e, "tos", "EF"));
    assert_null(ipip_expectation_set(&e, "tos", "inherit"));
    assert_int_equal(e.ttl, IPIP_EXPECT_INHERIT);
    assert_int_equal(e.ttl_value, 0);
    assert_int_equal(e.tos, IPIP_EXPECT_INHERIT);
    assert_int_equal(e.tos_value, 0);
}

static void test_keys(void **state)
{
    static const char *const keys[] = {"profile",    "ttl",       "tos",        "df",    "mtu",           "vantage",
                                       "encap-hops", "allow",     "mode",       "key",   "csum",          "seq",
                                       "encaplimit", "flowlabel", "sport",      "dport", "zero-checksum", "mtu-mode",
                                       "prefix",     "br",        "br-anycast", "prl",   "relay",         "map-rule",
                                       "eth-inner",  NULL};
    size_t count = sizeof keys / sizeof keys[0] - 1;

    (void)state;
    for (size_t i = 0; keys[i] != NULL; i++)
        assert_string_equal(ipip_expectation_key(i), keys[i]);
    assert_null(ipip_expectation_key(count));
    assert_null(ipip_expectation_key(SIZE_MAX));
    refused("TTL", "64", "a key of a tunnel");
    refused("", "64", "a key of a tunnel");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ttl),     cmocka_unit_test(test_tos),
        cmocka_unit_test(test_df),      cmocka_unit_test(test_mtu),
        cmocka_unit_test(test_profile), cmocka_unit_test(test_a_later_value_replaces_an_earlier_one),
        cmocka_unit_test(test_keys),    cmocka_unit_test(test_encap_hops),
        cmocka_unit_test(test_allow),   cmocka_unit_test(test_mode),
        cmocka_unit_test(test_gre),     cmocka_unit_test(test_over_ipv6),
        cmocka_unit_test(test_udp),     cmocka_unit_test(test_6in4),
        cmocka_unit_test(test_map),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
