/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is counted of TTLs by two readers of one capture, put together. */
#include "unit.h"

#include "ipip/ttl_stats.h"

static void see(struct ipip_ttl_stats *stats, unsigned times, uint8_t outer, uint8_t inner)
{
    for (unsigned i = 0; i < times; i++)
        ipip_ttl_stats_add(stats, outer, inner);
}

static void test_the_sum_of_two_parts(void **state)
{
    struct ipip_ttl_stats first = {0}, second = {0};

    (void)state;
    see(&first, 3, 64, 63);
    see(&second, 5, 255, 126);
    see(&second, 1, 64, 63);
    ipip_ttl_stats_sum(&first, &second);

    assert_int_equal(first.packets, 9);
    assert_int_equal(first.outer[0], 255);
    assert_int_equal(first.outer_count[0], 5);
    assert_int_equal(first.outer[1], 64);
    assert_int_equal(first.outer_count[1], 4);
    assert_int_equal(first.hops[0], 127); /* 126 - 255 + 256 */
    assert_int_equal(first.hops_count[0], 5);
    assert_int_equal(first.hops[1], 255); /* 63 - 64 + 256 */
    assert_int_equal(first.hops_count[1], 4);
    assert_int_equal(first.inner_count, 2);
    assert_int_equal(first.inner[0], 63);
    assert_int_equal(first.inner[1], 126);
}

static void test_nothing_more_changes_nothing(void **state)
{
    struct ipip_ttl_stats stats = {0}, nothing = {0};

    (void)state;
    see(&stats, 2, 64, 63);
    ipip_ttl_stats_sum(&stats, &nothing);
    assert_int_equal(stats.packets, 2);
    assert_int_equal(stats.outer_count[0], 2);
    assert_int_equal(stats.outer_count[1], 0);
    assert_int_equal(stats.inner_count, 1);
}

/* A fourth inner TTL tells no more than three do. */
static void test_three_inner_ttls_are_enough(void **state)
{
    struct ipip_ttl_stats stats = {0};

    (void)state;
    for (uint8_t ttl = 10; ttl < 15; ttl++)
        see(&stats, 1, 64, ttl);
    see(&stats, 1, 64, 11);
    assert_int_equal(stats.packets, 6);
    assert_int_equal(stats.inner_count, 3);
    assert_int_equal(stats.inner[2], 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_sum_of_two_parts),
        cmocka_unit_test(test_nothing_more_changes_nothing),
        cmocka_unit_test(test_three_inner_ttls_are_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
