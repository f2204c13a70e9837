/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "ipip/tunnel_stats.h"

static struct ipip_tunnel_stats stats;
static uint8_t hops;

static void see(uint8_t outer_ttl, uint8_t outer_tos, bool outer_df, uint8_t inner_ttl, uint8_t inner_tos,
                bool inner_df)
{
    struct ipip_layer outer = {.ip = {.ttl = outer_ttl, .tclass = outer_tos, .flags = outer_df ? IPIP_IP_DF : 0}};
    struct ipip_layer inner = {.ip = {.ttl = inner_ttl, .tclass = inner_tos, .flags = inner_df ? IPIP_IP_DF : 0}};

    ipip_tunnel_stats_add(&stats, &outer, &inner, true);
}

static struct ipip_tunnel conclude(void)
{
    struct ipip_tunnel tunnel = ipip_tunnel_stats_best(&stats, ipip_address_ipv4(1), ipip_address_ipv4(2), &hops);

    stats = (struct ipip_tunnel_stats){0};
    assert_ipv4(tunnel.local, 1);
    assert_ipv4(tunnel.remote, 2);
    return tunnel;
}

static void test_linux_default(void **state)
{
    struct ipip_tunnel tunnel;

    (void)state;
    /* ttl inherit, tos 0, pmtudisc, CE becomes ECT(0). */
    see(64, 0, true, 64, 0xb8, false);
    see(255, 0, true, 255, 0, true);
    see(1, 2, true, 1, 0xbb, false);
    see(63, 2, true, 63, 0x02, true);
    tunnel = conclude();
    assert_int_equal(tunnel.ttl, 0);
    assert_int_equal(hops, 0);
    assert_false(tunnel.tos_inherit);
    assert_int_equal(tunnel.tos, 0);
    assert_int_equal(tunnel.ecn, IPIP_ECN_RFC3168_FULL);
    assert_int_equal(tunnel.df, IPIP_DF_SET);
}

static void test_fixed_ttl_behind_a_router(void **state)
{
    struct ipip_tunnel tunnel;

    (void)state;
    see(63, 0xb8, false, 64, 0xb8, false);
    see(63, 0x00, true, 255, 0x00, true);
    see(63, 0x28, false, 2, 0x28, false);
    tunnel = conclude();
    assert_int_equal(tunnel.ttl, 63);
    assert_int_equal(hops, 0);
    assert_true(tunnel.tos_inherit);
    assert_int_equal(tunnel.df, IPIP_DF_COPY);
    assert_int_equal(tunnel.ecn, IPIP_ECN_NORMAL);
}

static void test_inherited_ttl_behind_routers(void **state)
{
    struct ipip_tunnel tunnel;

    (void)state;
    see(61, 0x10, false, 64, 0x00, true);
    see(252, 0x10, false, 255, 0xb8, true);
    see(2, 0x10, false, 5, 0x10, false);
    tunnel = conclude();
    assert_int_equal(tunnel.ttl, 0);
    assert_int_equal(hops, 3);
    assert_false(tunnel.tos_inherit);
    assert_int_equal(tunnel.tos, 0x10);
    assert_int_equal(tunnel.df, IPIP_DF_CLEAR);
}

static void test_compatibility_mode_and_strays(void **state)
{
    struct ipip_tunnel tunnel;

    (void)state;
    for (int i = 0; i < 20; i++)
        see(64, 0, true, (uint8_t)(100 + i), (uint8_t)(i % 4), true);
    see(17, 0x77, false, 100, 0x03, true); /* a packet of another direction changes nothing */
    tunnel = conclude();
    assert_int_equal(tunnel.ttl, 64);
    assert_int_equal(tunnel.ecn, IPIP_ECN_COMPATIBILITY);
    assert_int_equal(tunnel.df, IPIP_DF_SET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linux_default),
        cmocka_unit_test(test_fixed_ttl_behind_a_router),
        cmocka_unit_test(test_inherited_ttl_behind_routers),
        cmocka_unit_test(test_compatibility_mode_and_strays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
