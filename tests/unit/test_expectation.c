/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <string.h>

#include "ipip/expectation.h"
#include "ipip/policy.h"

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
    memset(&e, 0x55, sizeof e);
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
    static const char *const keys[] = {"profile", "ttl", "tos", "df", "mtu", "vantage", "encap-hops", "allow", NULL};

    (void)state;
    for (size_t i = 0; keys[i] != NULL; i++)
        assert_string_equal(ipip_expectation_key(i), keys[i]);
    assert_null(ipip_expectation_key(8));
    assert_null(ipip_expectation_key(SIZE_MAX));
    refused("TTL", "64", "one of profile, ttl, tos, df, mtu, vantage, encap-hops, allow");
    refused("", "64", "one of profile, ttl, tos, df, mtu, vantage, encap-hops, allow");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ttl),     cmocka_unit_test(test_tos),
        cmocka_unit_test(test_df),      cmocka_unit_test(test_mtu),
        cmocka_unit_test(test_profile), cmocka_unit_test(test_a_later_value_replaces_an_earlier_one),
        cmocka_unit_test(test_keys),    cmocka_unit_test(test_encap_hops),
        cmocka_unit_test(test_allow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
