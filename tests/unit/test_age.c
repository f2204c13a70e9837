/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "ipip/age.h"

/* Two times, the later one first, and what is between them: as far as times go. */
static const struct {
    int64_t later, earlier;
    uint64_t between;
} pairs[] = {
    {INT64_MAX, INT64_MIN, UINT64_MAX},
    {INT64_MAX, INT64_MIN + 1, UINT64_MAX - 1},
    {INT64_MAX - 1, INT64_MIN, UINT64_MAX - 1},
    {INT64_MAX, -1, UINT64_C(1) << 63},
    {0, INT64_MIN, UINT64_C(1) << 63},
    {INT64_MAX, 0, INT64_MAX},
    {-1, INT64_MIN, INT64_MAX},
    {INT64_MIN + 1, INT64_MIN, 1},
    {INT64_MAX, INT64_MAX - 1, 1},
    {1, -1, 2},
    {INT64_C(1700000001) * 1000000000, INT64_C(1700000000) * 1000000000, IPIP_AGE_SECOND},
};

static void test_age(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_true(ipip_age(pairs[i].later, pairs[i].earlier) == pairs[i].between);
        assert_true(ipip_age(pairs[i].earlier, pairs[i].later) == 0);
    }
}

static void test_distance(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_true(ipip_age_distance(pairs[i].later, pairs[i].earlier) == pairs[i].between);
        assert_true(ipip_age_distance(pairs[i].earlier, pairs[i].later) == pairs[i].between);
        assert_true(ipip_age_distance(pairs[i].later, pairs[i].later) == 0);
    }
}

static void test_exceeds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_true(ipip_age_exceeds(pairs[i].later, pairs[i].earlier, pairs[i].between - 1));
        assert_false(ipip_age_exceeds(pairs[i].later, pairs[i].earlier, pairs[i].between));
        assert_false(ipip_age_exceeds(pairs[i].earlier, pairs[i].later, 0));
        assert_false(ipip_age_exceeds(pairs[i].later, pairs[i].later, 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_age),
        cmocka_unit_test(test_distance),
        cmocka_unit_test(test_exceeds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
