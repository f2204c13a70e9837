/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The offset and the drift between two clocks, of samples whose clocks are known beforehand. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>

#include "ipip/age.h"
#include "pair/clock.h"

enum { PACKETS = 400, TRANSIT = 3000000 };

static struct clock_sample samples[2 * PACKETS];

/*
 * A packet each 100 ms: as the first side's clock counts, it is there at `first`, and the second side sees it `TRANSIT` ns later, or, of
 * the other direction, as much earlier; that side's clock is `offset` ahead and gains `drift`.
 */
static void see(unsigned i, uint64_t direction, bool is_back, int64_t offset, double drift)
{
    int64_t first = (int64_t)i * 100000000;
    int64_t second = first + (is_back ? -TRANSIT : TRANSIT) + (int64_t)((double)first * drift) + offset;

    samples[i] = (struct clock_sample){second, second - first, direction | is_back, is_back ? -1 : 1};
}

static void test_one_clock(void **state)
{
    struct ipip_pair_clock clock;

    (void)state;
    for (unsigned i = 0; i < PACKETS; i++)
        see(i, 8, i % 2 == 1, 0, 0);
    clock = clock_estimate(samples, PACKETS, false);
    assert_int_equal(clock.basis, IPIP_PAIR_ONE_CLOCK);
    assert_int_equal(ipip_pair_clock_correct(&clock, 12345), 12345);
    for (unsigned i = 0; i < PACKETS; i++)
        see(i, 8, i % 2 == 1, 5000000000, 0);
    assert_int_equal(clock_estimate(samples, PACKETS, true).basis, IPIP_PAIR_ONE_CLOCK);
    assert_int_equal(clock_estimate(samples, PACKETS, false).basis, IPIP_PAIR_BOTH_WAYS);
}

/* Both directions take the same time: the middle between them is the offset. */
static void test_both_ways(void **state)
{
    struct ipip_pair_clock clock;

    (void)state;
    for (int sign = -1; sign <= 1; sign += 2) {
        for (unsigned i = 0; i < PACKETS; i++)
            see(i, 8, i % 3 == 1, sign * INT64_C(7000000000), 0);
        clock = clock_estimate(samples, PACKETS, false);
        assert_int_equal(clock.basis, IPIP_PAIR_BOTH_WAYS);
        assert_int_equal(clock.offset, sign * INT64_C(7000000000));
        assert_true(fabs(clock.drift) < 1e-12);
    }
}

/* The fastest packet counts: it waited least. */
static void test_one_way(void **state)
{
    struct ipip_pair_clock clock;

    (void)state;
    for (int back = 0; back < 2; back++) {
        for (unsigned i = 0; i < PACKETS; i++) {
            see(i, 8, back != 0, INT64_C(7000000000), 0);
            samples[i].ahead += (back != 0 ? -1 : 1) * (int64_t)(i * 7919 % 101) * 10000;
        }
        clock = clock_estimate(samples, PACKETS, false);
        assert_int_equal(clock.basis, IPIP_PAIR_ONE_WAY);
        assert_true(llabs(clock.offset - INT64_C(7000000000) - (back != 0 ? -TRANSIT : TRANSIT)) < 200000);
    }
}

/* Of slopes of which a few are far off, in any order, the middle one is the drift. */
static void test_drift(void **state)
{
    static const double drifts[] = {50e-6, -20e-6, 0};

    (void)state;
    for (size_t k = 0; k < sizeof drifts / sizeof drifts[0]; k++) {
        struct ipip_pair_clock clock;

        for (unsigned i = 0; i < PACKETS; i++)
            see(i, 8, i % 2 == 1, INT64_C(7000000000), drifts[k]);
        for (unsigned i = 0; i < PACKETS / 16; i++) /* a span in the beginning and another in the middle were queued */
            samples[i].ahead += 300000000;
        for (unsigned i = PACKETS * 9 / 16; i < PACKETS * 11 / 16; i++)
            samples[i].ahead += 200000000;
        clock = clock_estimate(samples, PACKETS, false);
        assert_true(fabs(clock.drift - drifts[k]) < 1e-6);
    }
}

/* Two spans of three packets each in one direction, and one in another that began later: the drift is that of the first. */
static void test_drift_of_few_packets(void **state)
{
    enum { THERE = 6, BACK = 4, TENTHS_LATER = 300 };
    static const double drifts[] = {50e-6, -50e-6};
    static const int64_t offset = INT64_C(7000000000);

    (void)state;
    for (size_t k = 0; k < sizeof drifts / sizeof drifts[0]; k++) {
        for (unsigned i = 0; i < THERE; i++) {
            int64_t first = (int64_t)i * 1000000000;

            samples[i] = (struct clock_sample){first, offset + (int64_t)((double)first * drifts[k]), 8, 1};
        }
        for (unsigned i = 0; i < BACK; i++) {
            int64_t first = (int64_t)(i + TENTHS_LATER) * 100000000;

            samples[THERE + i] = (struct clock_sample){first, offset + (int64_t)((double)first * drifts[k]), 16, -1};
        }
        assert_true(fabs(clock_estimate(samples, THERE + BACK, false).drift - drifts[k]) < 1e-7);
    }
}

/* Of several tunnels the one with most packets in its rarer direction shows the offset. */
static void test_the_tunnel_with_most_both_ways(void **state)
{
    struct ipip_pair_clock clock;

    (void)state;
    for (unsigned i = 0; i < PACKETS; i++)
        see(i, 8, i < 2, INT64_C(7000000000) + (i < 2 ? 0 : 1000000), 0); /* slower there than back */
    for (unsigned i = PACKETS; i < PACKETS + 20; i++)
        see(i, 16, i % 2 == 1, INT64_C(7000000000), 0);
    clock = clock_estimate(samples, PACKETS + 20, false);
    assert_int_equal(clock.basis, IPIP_PAIR_BOTH_WAYS);
    assert_int_equal(clock.offset, INT64_C(7000000000));
}

/* A few packets against one clock are errors of a match; more are another clock. */
static void test_a_few_against_one_clock(void **state)
{
    (void)state;
    for (unsigned against = 19; against <= 21; against += 2) {
        for (unsigned i = 0; i < PACKETS; i++)
            see(i, i < against ? 16 : 8, i >= against && i % 2 == 1, i < against ? 5000000000 : 0, 0);
        assert_int_equal(clock_estimate(samples, PACKETS, false).basis == IPIP_PAIR_ONE_CLOCK, against == 19);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_clock),
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_one_way),
        cmocka_unit_test(test_drift),
        cmocka_unit_test(test_drift_of_few_packets),
        cmocka_unit_test(test_the_tunnel_with_most_both_ways),
        cmocka_unit_test(test_a_few_against_one_clock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
