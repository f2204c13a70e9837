/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "ipip/policy.h"

enum { A = 0x0a000001, B = 0x0a000002, C = 0x0a000003 };

static void test_default(void **state)
{
    const struct ipip_policy policy = ipip_policy_default();

    (void)state;
    assert_string_equal(policy.profile->name, "modern");
    assert_int_equal(policy.vantage, IPIP_VANTAGE_UNKNOWN);
    assert_int_equal(policy.inner_side, IPIP_INNER_SIDE_UNKNOWN);
    for (size_t i = 0; i < IPIP_RULES_MAX; i++) {
        assert_false(policy.is_off[i]);
        assert_int_equal(policy.severity[i], IPIP_SEVERITY_USUAL);
    }
    assert_false(ipip_policy_is_site(&policy, A));
    assert_false(ipip_policy_is_endpoint(&policy, A, B));
    assert_null(ipip_policy_expectation(&policy, A, B));
}

static void test_sites(void **state)
{
    static const struct ipip_prefix sites[] = {{0x0a010000, 16}, {0xc0000201, 32}, {0x80000000, 1}};
    struct ipip_policy policy = {.sites = sites, .site_count = 2};
    static const struct ipip_prefix all = {0, 0};

    (void)state;
    assert_false(ipip_policy_is_site(&policy, 0x0a00ffff));
    assert_true(ipip_policy_is_site(&policy, 0x0a010000));
    assert_true(ipip_policy_is_site(&policy, 0x0a01ffff));
    assert_false(ipip_policy_is_site(&policy, 0x0a020000));
    assert_false(ipip_policy_is_site(&policy, 0xc0000200));
    assert_true(ipip_policy_is_site(&policy, 0xc0000201));
    assert_false(ipip_policy_is_site(&policy, 0xc0000202));
    policy.site_count = 3;
    assert_false(ipip_policy_is_site(&policy, 0x7fffffff));
    assert_true(ipip_policy_is_site(&policy, 0xffffffff));
    policy.sites = &all;
    policy.site_count = 1;
    assert_true(ipip_policy_is_site(&policy, 0));
    assert_true(ipip_policy_is_site(&policy, 0xffffffff));
}

static void test_endpoints(void **state)
{
    static const struct ipip_endpoints endpoints[] = {{A, B}, {C, A}};
    const struct ipip_policy policy = {.endpoints = endpoints, .endpoint_count = 2};

    (void)state;
    assert_true(ipip_policy_is_endpoint(&policy, A, B));
    assert_true(ipip_policy_is_endpoint(&policy, B, A));
    assert_true(ipip_policy_is_endpoint(&policy, A, C));
    assert_true(ipip_policy_is_endpoint(&policy, C, A));
    assert_false(ipip_policy_is_endpoint(&policy, B, C)); /* each an end, but not of one tunnel */
    assert_false(ipip_policy_is_endpoint(&policy, A, A));
}

static void test_expectations_are_of_one_direction(void **state)
{
    static const struct ipip_expectation tunnels[] = {{.src = A, .dst = B, .mtu = 1}, {.src = B, .dst = C, .mtu = 2}};
    const struct ipip_policy policy = {.tunnels = tunnels, .tunnel_count = 2};

    (void)state;
    assert_ptr_equal(ipip_policy_expectation(&policy, A, B), &tunnels[0]);
    assert_ptr_equal(ipip_policy_expectation(&policy, B, C), &tunnels[1]);
    assert_null(ipip_policy_expectation(&policy, B, A));
    assert_null(ipip_policy_expectation(&policy, A, C));
}

static void test_names(void **state)
{
    static const char *const sides[] = {"unknown", "lan", "tundev", NULL};
    static const char *const vantages[] = {"unknown", "entry", "mid", "exit", "host-tx", NULL};

    (void)state;
    for (int i = 0; sides[i] != NULL; i++)
        assert_string_equal(ipip_inner_side_name((enum ipip_inner_side)i), sides[i]);
    for (int i = 0; vantages[i] != NULL; i++)
        assert_string_equal(ipip_vantage_name((enum ipip_vantage)i), vantages[i]);
    assert_null(ipip_inner_side_name(IPIP_INNER_SIDE_COUNT));
    assert_null(ipip_vantage_name(IPIP_VANTAGE_COUNT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_default),   cmocka_unit_test(test_sites),
        cmocka_unit_test(test_endpoints), cmocka_unit_test(test_expectations_are_of_one_direction),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
