/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures from both ends of an IPv6 tunnel, merged: without an Identification, what has gone through routers and came once is the same packet. */
#include "unit.h"

#include "judge_run.h"

/* UDP in 6in6, with this outer Hop Limit; which of its headers were there before. */
static uint32_t copied(struct run *run, uint8_t hops, uint8_t port, int64_t time)
{
    uint8_t packet[96];
    struct ipip_packet p = {.announced = IPIP_ANNOUNCED_IPV6, .frame = ++run->frame, .time = time};

    from_hex(packet, sizeof packet,
             "60000000 0038 29 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
             "60000000 0010 11 3f 20010db8000100000000000000000001 20010db8000200000000000000000002"
             "1388 0035 0010 0000 6162636465666768");
    packet[7] = hops;
    packet[81] = port;
    p.ip = whole(packet, sizeof packet);
    ipip_judge_packets(run->judge, &p, 1);
    return ipip_judge_copied(run->judge);
}

static void start(struct run *run, bool has_both_ends)
{
    run_start(run, NULL, 1);
    if (has_both_ends)
        ipip_judge_expect_both_ends(run->judge);
}

static void test_behind_routers(void **state)
{
    struct run run;

    (void)state;
    start(&run, true);
    assert_int_equal(copied(&run, 64, 1, 0), 0);
    assert_int_equal(copied(&run, 64, 2, 5000000), 0);
    assert_int_equal(copied(&run, 61, 1, 10000000), 1);
    assert_int_equal(copied(&run, 61, 2, 15000000), 1);
    run_finish(&run);
}

static void test_what_is_another_one(void **state)
{
    static const struct {
        bool has_both_ends;
        uint8_t first, second;
        int64_t time;
    } cases[] = {
        {false, 64, 61, 10000000},   /* of one capture: sent again, on another path */
        {true, 64, 64, 10000000},    /* no router between */
        {true, 61, 64, 10000000},    /* from behind the routers */
        {true, 64, 61, 20000000000}, /* none takes so long */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct run run;

        start(&run, cases[i].has_both_ends);
        assert_int_equal(copied(&run, cases[i].first, 1, 0), 0);
        assert_int_equal(copied(&run, cases[i].second, 1, cases[i].time), 0);
        run_finish(&run);
    }
}

/* Two that are alike at the entry: of what arrives nobody knows which of them it is. */
static void test_the_same_twice_at_the_entry(void **state)
{
    struct run run;

    (void)state;
    start(&run, true);
    assert_int_equal(copied(&run, 64, 1, 0), 0);
    assert_int_equal(copied(&run, 64, 1, 5000000), 0);
    assert_int_equal(copied(&run, 61, 1, 10000000), 0);
    run_finish(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_behind_routers),
        cmocka_unit_test(test_what_is_another_one),
        cmocka_unit_test(test_the_same_twice_at_the_entry),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
