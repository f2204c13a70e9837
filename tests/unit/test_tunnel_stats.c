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

/* Two directions of a balancer: a packet of 100 octets in one, three in the other. */
/* Of what can't be read inside, the outer header counts: the first Identification, and whether others came. */
static void test_opaque(void **state)
{
    struct ipip_layer outer = {.ip = {.version = 4, .ttl = 64, .total_bytes = 120, .id = 7, .flags = IPIP_IP_DF}};

    (void)state;
    stats = (struct ipip_tunnel_stats){0};
    ipip_tunnel_stats_add_opaque(&stats, &outer);
    ipip_tunnel_stats_add_opaque(&stats, &outer);
    assert_int_equal(stats.habits.ttl.packets, 2);
    assert_int_equal(stats.habits.id_first, 7);
    assert_false(stats.habits.id_varies);
    outer.ip.id = 8;
    outer.is_reassembled = true;
    ipip_tunnel_stats_add_opaque(&stats, &outer);
    assert_int_equal(stats.habits.id_first, 7);
    assert_true(stats.habits.id_varies);
    assert_int_equal(stats.reassembled, 1);
    stats = (struct ipip_tunnel_stats){0};
}

static void fill(struct ipip_tunnel_stats *one, struct ipip_tunnel_stats *other)
{
    struct ipip_layer outer = {.ip = {.header_bytes = 20, .total_bytes = 100, .ttl = 64, .tclass = 0x28, .id = 7}};
    struct ipip_layer inner = {.ip = {.ttl = 63, .tclass = 0x29, .id = 7}};

    ipip_tunnel_stats_add(one, &outer, &inner, true);
    ipip_tunnel_stats_add(other, &outer, &inner, true);
    outer.ip = (struct ipip_ip){.header_bytes = 24, .total_bytes = 60, .ttl = 60, .tclass = 3, .flags = IPIP_IP_DF};
    inner.ip = (struct ipip_ip){.ttl = 63, .tclass = 0xbb, .flags = IPIP_IP_DF | IPIP_IP_FRAGMENT};
    outer.is_reassembled = true;
    ipip_tunnel_stats_add(other, &outer, &inner, true);
    outer.ip.total_bytes = 1500;
    outer.ip.id = 9;
    outer.shim_bytes = 8;
    ipip_tunnel_stats_add(other, &outer, &inner, true);
}

static void assert_sum(const struct ipip_tunnel_stats *sum)
{
    uint32_t count;

    assert_int_equal(sum->habits.ttl.packets, 4);
    assert_int_equal(sum->largest, 1500);
    assert_int_equal(sum->overhead_min, 20);
    assert_int_equal(sum->overhead_max, 32);
    assert_int_equal(sum->dscp_copied, 2);
    assert_int_equal(sum->ecn[1][0], 2);
    assert_int_equal(sum->ecn[3][3], 2);
    assert_int_equal(sum->df[0][0], 2);
    assert_int_equal(sum->df[1][1], 2);
    assert_int_equal(sum->id_zero, 1);
    assert_int_equal(sum->id_zero_df, 1);
    assert_int_equal(sum->id_other, 2);
    assert_int_equal(sum->reassembled, 2);
    assert_int_equal(sum->inner_fragments, 2);
    assert_int_equal(sum->ttls.count[0], 2);
    assert_int_equal(sum->ttls.value[1], 60);
    assert_int_equal(sum->ttls.count[1], 2);
    assert_int_equal(sum->hops.value[0], 255); /* 63 - 64 + 256 */
    assert_int_equal(sum->hops.value[1], 3);
    assert_int_equal(sum->hops.count[1], 2);
    assert_int_equal(ipip_values_best(&sum->dscp, &count), 10);
    assert_int_equal(count, 2);
    assert_int_equal(sum->flows.ttl_moved, 1);
    assert_int_equal(sum->flows.ttl_kept, 1);
    assert_int_equal(sum->flows.hops_moved, 1);
    assert_int_equal(sum->flows.hops_kept, 1);
    assert_int_equal(sum->habits.dscps, 1 | 1 << 10);
    assert_int_equal(sum->habits.ect_packets, 4);
    assert_int_equal(sum->habits.id_copied, 3);
    assert_true(sum->habits.id_varies);
    assert_true(sum->habits.has_outer_ecn);
    assert_int_equal(sum->ids.clock, 0); /* counters of two directions are no counters of one */
}

static void test_two_directions_summed(void **state)
{
    struct ipip_tunnel_stats one = {0}, other = {0}, nothing = {0}, sum = {0};

    (void)state;
    fill(&one, &other);
    assert_int_equal(other.id_rising, 1); /* 0 to 9; not 7 to 0 */
    sum = one;
    ipip_tunnel_stats_merge(&sum, &other);
    assert_sum(&sum);
    assert_int_equal(sum.id_rising, 1);
    ipip_tunnel_stats_merge(&sum, &nothing);
    assert_sum(&sum);

    sum = (struct ipip_tunnel_stats){0};
    ipip_tunnel_stats_merge(&sum, &other);
    assert_int_equal(sum.overhead_min, 20);
    assert_int_equal(sum.habits.id_first, 7);
    assert_int_equal(sum.largest, 1500);
}

/* Of a fifth value the count of the rarest one is kept, so that frequent ones stay; and it is told. */
static void test_more_values_than_are_counted(void **state)
{
    struct ipip_tunnel_stats one = {0}, other = {0};
    struct ipip_layer outer = {.ip = {.header_bytes = 20}}, inner = {.ip = {.ttl = 200}};

    (void)state;
    for (uint8_t ttl = 60; ttl < 64; ttl++) {
        outer.ip.ttl = ttl;
        for (uint8_t i = 60; i <= ttl; i++) /* once, twice, three and four times */
            ipip_tunnel_stats_add(&one, &outer, &inner, true);
    }
    outer.ip.ttl = 50;
    ipip_tunnel_stats_add(&other, &outer, &inner, true);
    assert_false(one.ttls.is_inexact);
    ipip_tunnel_stats_merge(&one, &other);
    assert_true(one.ttls.is_inexact);
    assert_int_equal(one.ttls.value[0], 50);
    assert_int_equal(one.ttls.count[0], 2);
    assert_int_equal(one.ttls.count[3], 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linux_default),
        cmocka_unit_test(test_fixed_ttl_behind_a_router),
        cmocka_unit_test(test_inherited_ttl_behind_routers),
        cmocka_unit_test(test_compatibility_mode_and_strays),
        cmocka_unit_test(test_opaque),
        cmocka_unit_test(test_two_directions_summed),
        cmocka_unit_test(test_more_values_than_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
