/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters of Identifications that advance side by side: as many as entries, or processors of one. */
#include "unit.h"

#include "ipip/equal_paths.h"

/* So many rounds of one packet a counter, each `step` after its last one. */
static unsigned active_after(unsigned rounds, unsigned counters, const uint16_t *first, uint16_t step)
{
    struct ipip_id_counters c = {0};

    for (unsigned round = 0; round < rounds; round++) {
        for (unsigned i = 0; i < counters; i++)
            ipip_id_counters_add(&c, (uint16_t)(first[i] + round * step));
    }
    return ipip_id_counters_active(&c);
}

static void test_side_by_side(void **state)
{
    static const uint16_t first[] = {1000, 20000, 65530, 40000};

    (void)state;
    assert_int_equal(active_after(100, 1, first, 1), 0); /* one is no evidence for more */
    assert_int_equal(active_after(100, 2, first, 1), 2);
    assert_int_equal(active_after(100, 3, first, 1), 3);
    assert_int_equal(active_after(100, 4, first, 1), 4);
    assert_int_equal(active_after(8, 2, first, 1), 2);
    assert_int_equal(active_after(7, 2, first, 1), 0);
}

/* A counter goes on in steps of at most 64. */
static void test_the_largest_step(void **state)
{
    static const uint16_t first[] = {1000, 20000};

    (void)state;
    assert_int_equal(active_after(50, 2, first, 64), 2);
    assert_int_equal(active_after(50, 2, first, 65), 0);
}

/* Reordered by so few places, a single counter looks like two: it is one, unless they are far apart or each goes on often. */
static void test_one_that_is_reordered(void **state)
{
    struct ipip_id_counters c = {0};

    (void)state;
    for (uint16_t id = 1; id < 2000; id = (uint16_t)(id + 20)) {
        for (uint16_t i = 0; i < 18; i++)
            ipip_id_counters_add(&c, (uint16_t)(id + i));
        ipip_id_counters_add(&c, (uint16_t)(id + 19));
        ipip_id_counters_add(&c, (uint16_t)(id + 18));
    }
    assert_int_equal(ipip_id_counters_active(&c), 0);
}

/* Each in runs of five, so that few packets are returns: they are certainly two from a distance of 1,024 on, in either direction. */
static unsigned active_of_runs(uint16_t distance, uint16_t from)
{
    struct ipip_id_counters c = {0};

    for (uint16_t round = 0; round < 10; round++) {
        for (uint16_t i = 0; i < 5; i++)
            ipip_id_counters_add(&c, (uint16_t)(from + round * 5 + i));
        for (uint16_t i = 0; i < 5; i++)
            ipip_id_counters_add(&c, (uint16_t)(from + distance + round * 5 + i));
    }
    return ipip_id_counters_active(&c);
}

static void test_the_least_distance(void **state)
{
    (void)state;
    assert_int_equal(active_of_runs(1024, 100), 2);
    assert_int_equal(active_of_runs(1023, 100), 0);
    assert_int_equal(active_of_runs(1024, 65000), 2);
    assert_int_equal(active_of_runs((uint16_t)-1024, 3000), 2);
    assert_int_equal(active_of_runs((uint16_t)-1023, 3000), 0);
}

/* So many packets of each counter at a time, and in the end these. */
static unsigned active_of_near_runs(const unsigned length[2], const unsigned last[2])
{
    enum { ROUNDS = 10, NEAR = 500 };
    struct ipip_id_counters c = {0};

    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned k = 0; k < 2; k++) {
            for (unsigned i = 0; i < (round + 1 < ROUNDS ? length[k] : last[k]); i++)
                ipip_id_counters_add(&c, (uint16_t)(100 + k * NEAR + round * length[k] + i));
        }
    }
    return ipip_id_counters_active(&c);
}

/* Less than that apart: two where one packet in four is a return to the counter. The first packet of each is none. */
static void test_runs(void **state)
{
    (void)state;
    assert_int_equal(active_of_near_runs((unsigned[]){3, 3}, (unsigned[]){3, 3}), 2);
    assert_int_equal(active_of_near_runs((unsigned[]){4, 3}, (unsigned[]){3, 3}), 2);
    assert_int_equal(active_of_near_runs((unsigned[]){4, 3}, (unsigned[]){4, 3}), 0);
    assert_int_equal(active_of_near_runs((unsigned[]){3, 4}, (unsigned[]){3, 3}), 2);
    assert_int_equal(active_of_near_runs((unsigned[]){3, 4}, (unsigned[]){3, 4}), 0);
}

/* The same once more, as a duplicate has it, is no packet of a counter. */
static void test_the_same_once_more(void **state)
{
    struct ipip_id_counters c = {0};

    (void)state;
    for (unsigned i = 0; i < 5; i++)
        ipip_id_counters_add(&c, 7);
    assert_int_equal(c.clock, 5);
    assert_int_equal(c.matched, 0);
    assert_int_equal(c.count[c.current], 1);
}

/* A fifth takes the place of the one that has rested longest. */
static void test_more_than_are_kept(void **state)
{
    struct ipip_id_counters c = {0};
    bool is_there = false;

    (void)state;
    for (unsigned i = 0; i < IPIP_ID_COUNTERS; i++)
        ipip_id_counters_add(&c, (uint16_t)(1000 * (i + 1)));
    ipip_id_counters_add(&c, 1001);
    ipip_id_counters_add(&c, 50000);
    for (unsigned i = 0; i < IPIP_ID_COUNTERS; i++) {
        assert_int_not_equal(c.last[i], 2000);
        is_there |= c.last[i] == 1001;
    }
    assert_true(is_there);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_side_by_side),
        cmocka_unit_test(test_the_largest_step),
        cmocka_unit_test(test_one_that_is_reordered),
        cmocka_unit_test(test_the_least_distance),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_the_same_once_more),
        cmocka_unit_test(test_more_than_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
