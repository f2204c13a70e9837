/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The flow state's bounds: what is forgotten, in which order, and that it is counted; and that no result depends on the seed. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "judge_run.h"
#include "lab.h"

/* The laboratory's packet in the tunnel number `tunnel`, with an inner source of its own, without DF on either layer. */
static void feed(struct run *run, unsigned tunnel, uint16_t id, int64_t time)
{
    uint8_t packet[104] = {0};
    struct ipip_packet p = {.ip = {packet, 104, 104}, .announced = IPIP_ANNOUNCED_IPV4, .time = time};

    from_hex(packet, 104, LAB_OUTER_2 LAB_INNER_2);
    packet[4] = (uint8_t)(id >> 8);
    packet[5] = (uint8_t)id;
    packet[6] = packet[26] = 0;
    packet[14] = packet[34] = (uint8_t)(tunnel >> 8);
    packet[15] = packet[35] = (uint8_t)tunnel;
    packet[24] = packet[4]; /* another inner datagram with each outer one */
    packet[25] = packet[5];
    p.frame = ++run->frame;
    ipip_judge_packets(run->judge, &p, 1);
}

static uint64_t noted(const struct run *run, unsigned tunnel)
{
    struct ipip_tunnel_direction direction = {ipip_address_ipv4(0xac100000 | tunnel), ipip_address_ipv4(0xac10057f),
                                              IPIP_KIND_IPIP, 0};

    return ipip_judge_tunnel_count(run->judge, &direction, ipip_rule_find("IPIP106"));
}

static void test_least_recently_used_goes_first(void **state)
{
    static const struct ipip_limits limits = {4, 4, 4, 64, 64, 0};
    struct run run;

    (void)state;
    run_start(&run, &limits, 1);
    for (unsigned tunnel = 1; tunnel <= 4; tunnel++)
        feed(&run, tunnel, (uint16_t)tunnel, 0);
    feed(&run, 1, 100, 1000000000);
    assert_int_equal(ipip_judge_losses(run.judge).tunnels, 0);
    assert_int_equal(noted(&run, 1), 2);

    feed(&run, 5, 5, 2000000000); /* takes the place of 2, which was used least recently */
    assert_int_equal(ipip_judge_losses(run.judge).tunnels, 1);
    assert_int_equal(noted(&run, 1), 2);
    assert_int_equal(noted(&run, 2), 0);
    assert_int_equal(noted(&run, 3), 1);
    assert_int_equal(noted(&run, 5), 1);
    assert_int_equal(ipip_judge_losses(run.judge).flows, 1);
    assert_int_equal(ipip_judge_counts(run.judge)->tunnels, 5);
    run_finish(&run);
}

static void test_datagrams_forgotten_early_are_counted(void **state)
{
    static const struct ipip_limits limits = {4, 4, 4, 64, 64, 0};
    struct run run;

    (void)state;
    run_start(&run, &limits, 1);
    for (unsigned i = 0; i < 100; i++)
        feed(&run, 1, (uint16_t)i, (int64_t)i * 1000000000);
    assert_int_equal(ipip_judge_losses(run.judge).datagrams, 100 - 64);
    run_finish(&run);

    /* Those that are older than 120 s are not missed. */
    run_start(&run, &limits, 1);
    for (unsigned i = 0; i < 100; i++)
        feed(&run, 1, (uint16_t)i, (int64_t)i * 10000000000);
    assert_int_equal(ipip_judge_losses(run.judge).datagrams, 0);
    run_finish(&run);
}

/* Limits that are none: the nearest ones. */
static void test_limits_are_rounded(void **state)
{
    static const struct ipip_limits limits = {0, 0, 0, 3, 3, 0};
    static const struct ipip_limits large = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
    struct run run;

    (void)state;
    run_start(&run, &limits, 1);
    for (unsigned i = 0; i < 100; i++)
        feed(&run, 1 + i % 2, (uint16_t)i, (int64_t)i * 1000000000);
    assert_int_equal(ipip_judge_losses(run.judge).datagrams, 100 - 4);
    assert_int_equal(ipip_judge_losses(run.judge).tunnels, 100 - 1);
    run_finish(&run);

    run_start(&run, &large, 1);
    for (unsigned i = 0; i < 100; i++)
        feed(&run, 1 + i, (uint16_t)i, (int64_t)i * 1000000000);
    assert_int_equal(ipip_judge_losses(run.judge).datagrams, 0);
    assert_int_equal(ipip_judge_losses(run.judge).flows, 0);
    assert_false(ipip_judge_is_out_of_memory(run.judge));
    run_finish(&run);
}

/* Random traffic over few addresses and Identifications, with times that jump. */
static void feed_random(struct run *run, unsigned packets)
{
    uint32_t random = 12345;
    int64_t time = 0;

    for (unsigned i = 0; i < packets; i++) {
        random = random * 1664525 + 1013904223;
        time += (int64_t)(random >> 8 & 0xffffff) * 100;
        feed(run, random >> 28, (uint16_t)(random >> 20 & 0x3f), time);
    }
}

static void test_no_result_depends_on_the_seed(void **state)
{
    struct run a;
    struct run b;

    (void)state;
    run_start(&a, NULL, 1);
    run_start(&b, NULL, 0x123456789abcdef0);
    feed_random(&a, 20000);
    feed_random(&b, 20000);
    assert_true(a.findings > 100);
    assert_int_equal(a.findings, b.findings);
    assert_int_equal(a.digest, b.digest);
    run_finish(&a);
    run_finish(&b);
}

/* Whatever the limits: nothing but memory depends on them being respected. */
static void test_tiny_limits(void **state)
{
    static const struct ipip_limits limits = {1, 1, 1, 1, 1, 1};
    struct run run;

    (void)state;
    run_start(&run, &limits, 1);
    feed_random(&run, 20000);
    assert_int_equal(ipip_judge_counts(run.judge)->tunnels - ipip_judge_losses(run.judge).tunnels, 1);
    run_finish(&run);
}

static void test_unknown_path(void **state)
{
    struct ipip_tunnel_direction direction = {ipip_address_ipv4(1), ipip_address_ipv4(2), IPIP_KIND_IPIP, 0};
    struct ipip_path path;
    struct run run;

    (void)state;
    run_start(&run, NULL, 1);
    path = ipip_judge_path(run.judge, &direction);
    assert_int_equal(path.mtu, 0);
    assert_false(path.has_hops);
    assert_int_equal(path.hops_min, 0);
    run_finish(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_least_recently_used_goes_first),
        cmocka_unit_test(test_datagrams_forgotten_early_are_counted),
        cmocka_unit_test(test_limits_are_rounded),
        cmocka_unit_test(test_no_result_depends_on_the_seed),
        cmocka_unit_test(test_tiny_limits),
        cmocka_unit_test(test_unknown_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
