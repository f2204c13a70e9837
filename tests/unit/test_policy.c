/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "ipip/policy.h"

static const struct ipip_addr A = IPV4_CONSTANT(0x0a000001);
static const struct ipip_addr B = IPV4_CONSTANT(0x0a000002);
static const struct ipip_addr C = IPV4_CONSTANT(0x0a000003);

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
    struct ipip_prefix sites[] = {{IPV4_CONSTANT(0xc0000201), 96 + 32},
                                  {IPV4_CONSTANT(0x0a010000), 96 + 16},
                                  {IPV4_CONSTANT(0x80000000), 96 + 1}};
    struct ipip_policy policy = {.sites = sites, .site_count = ipip_prefixes_order(sites, 2)};
    static const struct ipip_prefix all = {IPV4_CONSTANT(0), 96};

    (void)state;
    assert_int_equal(policy.site_count, 2);
    assert_false(ipip_policy_is_site(&policy, ipip_address_ipv4(0x0a00ffff)));
    assert_true(ipip_policy_is_site(&policy, ipip_address_ipv4(0x0a010000)));
    assert_true(ipip_policy_is_site(&policy, ipip_address_ipv4(0x0a01ffff)));
    assert_false(ipip_policy_is_site(&policy, ipip_address_ipv4(0x0a020000)));
    assert_false(ipip_policy_is_site(&policy, ipip_address_ipv4(0xc0000200)));
    assert_true(ipip_policy_is_site(&policy, ipip_address_ipv4(0xc0000201)));
    assert_false(ipip_policy_is_site(&policy, ipip_address_ipv4(0xc0000202)));
    policy.site_count = ipip_prefixes_order(sites, 3);
    assert_int_equal(policy.site_count, 2); /* one is within another */
    assert_false(ipip_policy_is_site(&policy, ipip_address_ipv4(0x7fffffff)));
    assert_true(ipip_policy_is_site(&policy, ipip_address_ipv4(0xc0000201)));
    assert_true(ipip_policy_is_site(&policy, ipip_address_ipv4(0xffffffff)));
    policy.sites = &all;
    policy.site_count = 1;
    assert_true(ipip_policy_is_site(&policy, ipip_address_ipv4(0)));
    assert_true(ipip_policy_is_site(&policy, ipip_address_ipv4(0xffffffff)));
}

static uint32_t next_random(void)
{
    static uint32_t random = 1;

    random = random * 1664525 + 1013904223;
    return random ^ random >> 16;
}

/* Against asking every prefix. The addresses are few, so that prefixes contain each other and are there twice. */
static void test_any_sites(void **state)
{
    enum { MOST = 12, ADDRESSES = 256 };

    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct ipip_prefix given[MOST];
        struct ipip_prefix sites[MOST];
        size_t count = next_random() % (MOST + 1);
        struct ipip_policy policy = {.sites = sites};

        for (size_t i = 0; i < count; i++) {
            uint8_t bits = (uint8_t)(24 + next_random() % 9);

            sites[i] = given[i] = (struct ipip_prefix){
                ipip_address_ipv4(0x0a000000 | (next_random() & 255 & ~0U << (32 - bits))), (uint8_t)(96 + bits)};
        }
        policy.site_count = ipip_prefixes_order(sites, count);
        assert_true(policy.site_count <= count);
        for (uint32_t address = 0x0a000000 - 1; address <= 0x0a000000 + ADDRESSES; address++) {
            bool expected = false;

            for (size_t i = 0; i < count; i++)
                expected |= ipip_prefix_has(&given[i], ipip_address_ipv4(address));
            assert_int_equal(ipip_policy_is_site(&policy, ipip_address_ipv4(address)), expected);
        }
    }
}

static void test_endpoints(void **state)
{
    struct ipip_endpoints endpoints[] = {{C, A}, {A, B}, {B, A}};
    const struct ipip_policy policy = {.endpoints = endpoints, .endpoint_count = ipip_endpoints_order(endpoints, 3)};

    (void)state;
    assert_int_equal(policy.endpoint_count, 2);
    assert_true(ipip_policy_is_endpoint(&policy, A, B));
    assert_true(ipip_policy_is_endpoint(&policy, B, A));
    assert_true(ipip_policy_is_endpoint(&policy, A, C));
    assert_true(ipip_policy_is_endpoint(&policy, C, A));
    assert_false(ipip_policy_is_endpoint(&policy, B, C)); /* each an end, but not of one tunnel */
    assert_false(ipip_policy_is_endpoint(&policy, A, A));
}

static void test_any_endpoints(void **state)
{
    enum { COUNT = 40, ENDS = 16 };
    struct ipip_endpoints endpoints[COUNT];
    bool are_ends[ENDS][ENDS] = {0};
    struct ipip_policy policy = {.endpoints = endpoints};

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        uint32_t a = next_random() % ENDS;
        uint32_t b = next_random() % ENDS;

        endpoints[i] = (struct ipip_endpoints){ipip_address_ipv4(a << 28), ipip_address_ipv4(b << 28)};
        are_ends[a][b] = are_ends[b][a] = true;
    }
    policy.endpoint_count = ipip_endpoints_order(endpoints, COUNT);
    for (uint32_t a = 0; a < ENDS; a++) {
        for (uint32_t b = 0; b < ENDS; b++)
            assert_int_equal(ipip_policy_is_endpoint(&policy, ipip_address_ipv4(a << 28), ipip_address_ipv4(b << 28)),
                             are_ends[a][b]);
    }
}

static void test_expectations_are_of_one_direction(void **state)
{
    struct ipip_expectation tunnels[] = {
        {.src = B, .dst = C, .mtu = 1}, {.src = A, .dst = B, .mtu = 2}, {.src = B, .dst = C, .mtu = 3}};
    const struct ipip_policy policy = {.tunnels = tunnels, .tunnel_count = ipip_expectations_order(tunnels, 3)};

    (void)state;
    assert_int_equal(policy.tunnel_count, 2);
    assert_int_equal(ipip_policy_expectation(&policy, B, C)->mtu, 1); /* the first one stays */
    assert_int_equal(ipip_policy_expectation(&policy, A, B)->mtu, 2);
    assert_null(ipip_policy_expectation(&policy, B, A));
    assert_null(ipip_policy_expectation(&policy, A, C));
}

/* By source, the longest prefix first and of equal ones the last; then by expectation; then that of all. */
static void test_vantages(void **state)
{
    struct ipip_source_vantage vantages[] = {{{IPV4_CONSTANT(0x0a000000), 96 + 8}, IPIP_VANTAGE_MID},
                                             {{A, 96 + 32}, IPIP_VANTAGE_ENTRY},
                                             {{IPV4_CONSTANT(0x0a000000), 96 + 8}, IPIP_VANTAGE_EXIT},
                                             {{IPV4_CONSTANT(0), 96}, IPIP_VANTAGE_HOST_TX}};
    struct ipip_expectation tunnels[] = {{.src = A, .dst = B, .has_vantage = true, .vantage = IPIP_VANTAGE_MID},
                                         {.src = B, .dst = A}};
    struct ipip_policy policy = ipip_policy_default();
    bool is_of_all;

    (void)state;
    policy.vantage = IPIP_VANTAGE_EXIT;
    policy.tunnels = tunnels;
    policy.tunnel_count = ipip_expectations_order(tunnels, 2);
    assert_int_equal(ipip_policy_vantage(&policy, A, B, &is_of_all), IPIP_VANTAGE_MID);
    assert_false(is_of_all);
    assert_int_equal(ipip_policy_vantage(&policy, B, A, &is_of_all), IPIP_VANTAGE_EXIT);
    assert_true(is_of_all);
    policy.vantages = vantages;
    policy.vantage_count = ipip_source_vantages_order(vantages, 4);
    assert_int_equal(policy.vantage_count, 3);
    assert_int_equal(ipip_policy_vantage(&policy, A, B, &is_of_all), IPIP_VANTAGE_ENTRY);
    assert_int_equal(ipip_policy_vantage(&policy, ipip_address_ipv4(0x0a000000), B, &is_of_all), IPIP_VANTAGE_EXIT);
    assert_int_equal(ipip_policy_vantage(&policy, ipip_address_ipv4(~0x0a000001U), B, &is_of_all),
                     IPIP_VANTAGE_HOST_TX);
    assert_false(is_of_all);
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
        cmocka_unit_test(test_default),       cmocka_unit_test(test_sites),
        cmocka_unit_test(test_any_sites),     cmocka_unit_test(test_endpoints),
        cmocka_unit_test(test_any_endpoints), cmocka_unit_test(test_expectations_are_of_one_direction),
        cmocka_unit_test(test_names),         cmocka_unit_test(test_vantages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
