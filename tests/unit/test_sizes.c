/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sizes that get through a direction, and those that never do: the smallest, each once. */
#include "unit.h"

#include "ipip/sizes.h"

static void expect_lost(const struct ipip_sizes *sizes, uint16_t size, uint32_t flows)
{
    unsigned rows = 0;

    for (unsigned i = 0; i < IPIP_SIZES_LOST; i++) {
        if (sizes->lost[i] != size || sizes->lost_flows[i] == 0)
            continue;
        assert_int_equal(sizes->lost_flows[i], flows);
        rows++;
    }
    assert_int_equal(rows, flows > 0);
}

static void test_the_smallest_stay(void **state)
{
    struct ipip_sizes sizes = {0};

    (void)state;
    ipip_sizes_add_lost(&sizes, 1500, 1);
    ipip_sizes_add_lost(&sizes, 1400, 2);
    ipip_sizes_add_lost(&sizes, 1450, 3);
    ipip_sizes_add_lost(&sizes, 1500, 4);
    expect_lost(&sizes, 1500, 5);
    ipip_sizes_add_lost(&sizes, 1460, 6);
    expect_lost(&sizes, 1500, 0);
    ipip_sizes_add_lost(&sizes, 1470, 7);
    expect_lost(&sizes, 1470, 0);
    expect_lost(&sizes, 1400, 2);
    expect_lost(&sizes, 1450, 3);
    expect_lost(&sizes, 1460, 6);
    ipip_sizes_add_lost(&sizes, 1460, 1); /* the largest that is kept is no smaller */
    expect_lost(&sizes, 1460, 7);
}

/* Every place can be the one of the largest, which gives way. */
static void test_the_largest_gives_way_wherever_it_is(void **state)
{
    (void)state;
    for (unsigned largest = 0; largest < IPIP_SIZES_LOST; largest++) {
        struct ipip_sizes sizes = {0};

        for (unsigned i = 0; i < IPIP_SIZES_LOST; i++)
            ipip_sizes_add_lost(&sizes, (uint16_t)(i == largest ? 1500 : 1400 + i), 1);
        ipip_sizes_add_lost(&sizes, 1300, 1);
        for (unsigned i = 0; i < IPIP_SIZES_LOST; i++)
            expect_lost(&sizes, (uint16_t)(1400 + i), i != largest);
        expect_lost(&sizes, 1500, 0);
        expect_lost(&sizes, 1300, 1);
    }
}

/* A place that became free is no second place for a size that has one. */
static void test_a_size_has_one_place(void **state)
{
    struct ipip_sizes sizes = {0};

    (void)state;
    ipip_sizes_add_lost(&sizes, 1400, 1);
    ipip_sizes_add_lost(&sizes, 1500, 1);
    ipip_sizes_remove_lost(&sizes, 1400);
    ipip_sizes_remove_lost(&sizes, 1400);
    expect_lost(&sizes, 1400, 0);
    ipip_sizes_add_lost(&sizes, 1500, 1);
    expect_lost(&sizes, 1500, 2);
    ipip_sizes_remove_lost(&sizes, 1500);
    expect_lost(&sizes, 1500, 1);
}

static void test_two_parts(void **state)
{
    struct ipip_sizes sum = {0}, part = {0}, nothing = {0};

    (void)state;
    ipip_sizes_add_mss(&part, 1400);
    ipip_sizes_add_mss(&part, 1360);
    ipip_sizes_add_mss(&part, 1460);
    part.acknowledged = 1400;
    ipip_sizes_add_lost(&part, 1480, 1);
    ipip_sizes_add(&sum, &part);
    ipip_sizes_add(&sum, &nothing);
    assert_int_equal(sum.mss_min, 1360);
    assert_int_equal(sum.mss_max, 1460);
    part.mss_min = 1380;
    part.mss_max = 1400;
    part.acknowledged = 1300;
    ipip_sizes_add(&sum, &part);
    assert_int_equal(sum.handshakes, 6);
    assert_int_equal(sum.mss_min, 1360);
    assert_int_equal(sum.mss_max, 1460);
    assert_int_equal(sum.acknowledged, 1400);
    expect_lost(&sum, 1480, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_smallest_stay),
        cmocka_unit_test(test_the_largest_gives_way_wherever_it_is),
        cmocka_unit_test(test_a_size_has_one_place),
        cmocka_unit_test(test_two_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
