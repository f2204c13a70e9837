/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Quantiles of latencies, against the sorted ones: at most a 16th above, and never outside of what was seen. */
#include "unit.h"

#include "pair/latency.h"

enum { COUNT = 1000 };

static struct ipip_pair_latency latency;

static int setup(void **state)
{
    (void)state;
    latency = (struct ipip_pair_latency){.count = 0};
    return 0;
}

static void test_none(void **state)
{
    (void)state;
    assert_int_equal(ipip_pair_latency_quantile(&latency, 0.5), 0);
    pair_latency_add(&latency, 7, 0);
    assert_int_equal(latency.count, 0);
    assert_int_equal(latency.most, 0);
}

/* Up to 32 each number is its own. */
static void test_small_numbers_are_exact(void **state)
{
    (void)state;
    for (uint64_t n = 0; n < 32; n++)
        pair_latency_add(&latency, n, 1);
    for (unsigned n = 1; n <= 32; n++)
        assert_int_equal(ipip_pair_latency_quantile(&latency, n / 32.0), n - 1);
    assert_int_equal(latency.least, 0);
    assert_int_equal(latency.most, 31);
    assert_int_equal(latency.count, 32);
}

static void test_large_numbers(void **state)
{
    (void)state;
    for (uint64_t scale = 1; scale < UINT64_C(1) << 52; scale *= 37) {
        setup(state);
        for (uint64_t n = COUNT; n > 0; n--)
            pair_latency_add(&latency, n * scale, 1);
        for (unsigned n = 1; n <= COUNT; n++) {
            uint64_t found = ipip_pair_latency_quantile(&latency, n / (double)COUNT);

            assert_true(found >= n * scale && found - n * scale <= n * scale / 16);
        }
        assert_int_equal(latency.least, scale);
        assert_int_equal(latency.most, COUNT * scale);
        assert_int_equal(ipip_pair_latency_quantile(&latency, 1), COUNT * scale);
    }
}

/* Of one latency all quantiles are that, and several datagrams count as often. */
static void test_many_of_one(void **state)
{
    (void)state;
    pair_latency_add(&latency, 1000003, 3);
    assert_int_equal(ipip_pair_latency_quantile(&latency, 0), 1000003);
    assert_int_equal(ipip_pair_latency_quantile(&latency, 0.5), 1000003);
    pair_latency_add(&latency, 5, 1);
    assert_int_equal(latency.count, 4);
    assert_int_equal(latency.least, 5);
    assert_int_equal(ipip_pair_latency_quantile(&latency, 0.25), 5);
    assert_int_equal(ipip_pair_latency_quantile(&latency, 0.26), 1000003);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_none, setup),
        cmocka_unit_test_setup(test_small_numbers_are_exact, setup),
        cmocka_unit_test_setup(test_large_numbers, setup),
        cmocka_unit_test_setup(test_many_of_one, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
