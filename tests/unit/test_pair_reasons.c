/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Datagrams on one side of a tunnel only: why. */
#include "pair_run.h"

/* RFC 792, RFC 1191: each error is a reason of its own. */
static void test_reasons_that_icmp_reports(void **state)
{
    struct datagram d = {.ttl = 64};

    (void)state;
    for (d.id = 1; d.id <= 4; d.id++)
        inside(d, d.id * INT64_C(1000));
    returned((struct datagram){.id = 1, .ttl = 64}, 3, 4, 1380, 5000);
    returned((struct datagram){.id = 2, .ttl = 64}, 11, 0, 0, 6000);
    returned((struct datagram){.id = 3, .ttl = 64}, 3, 13, 0, 7000);
    ipip_pair_end(pair);

    assert_int_equal(told(1)->reason, IPIP_PAIR_TOO_BIG);
    assert_int_equal(told(1)->mtu, 1380);
    assert_int_equal(told(1)->other_frame, 5);
    assert_int_equal(told(2)->reason, IPIP_PAIR_EXPIRED);
    assert_int_equal(told(2)->icmp_type, 11);
    assert_int_equal(told(3)->reason, IPIP_PAIR_REFUSED);
    assert_int_equal(told(3)->icmp_code, 13);
    assert_int_not_equal(told(4)->reason, IPIP_PAIR_REFUSED);
    assert_int_equal(told(4)->other_frame, 0);
}

/* From the wire to the network: what the exit has to drop (RFC 2003 section 3.1, RFC 6040 section 4.2), and what it loses. */
static void test_what_the_exit_does_not_let_out(void **state)
{
    struct datagram d = {.id = 1, .ttl = 64, .is_back = true};

    (void)state;
    on_wire(d, 1000);
    inside(d, 2000);
    on_wire((struct datagram){.id = 2, .ttl = 0, .is_back = true}, 3000);
    on_wire((struct datagram){.id = 3, .ttl = 64, .is_back = true, .is_damaged = true}, 4000);
    on_wire((struct datagram){.id = 4, .ttl = 64, .is_back = true, .outer_tos = 3}, 5000);
    on_wire((struct datagram){.id = 5, .ttl = 64, .tos = 2, .is_back = true, .outer_tos = 3}, 6000);
    inside(d, 7000);
    ipip_pair_end(pair);

    assert_int_equal(told(2)->reason, IPIP_PAIR_TTL);
    assert_int_equal(told(3)->reason, IPIP_PAIR_MALFORMED);
    assert_int_equal(told(3)->drop, IPIP_DROP_CHECKSUM);
    assert_int_equal(told(4)->reason, IPIP_PAIR_ECN);
    assert_int_equal(told(5)->reason, IPIP_PAIR_LOST);
    assert_int_equal(ipip_pair_totals(pair)->only[IPIP_PAIR_SECOND][IPIP_PAIR_TTL], 1);
    assert_int_equal(ipip_pair_totals(pair)->only[IPIP_PAIR_FIRST][IPIP_PAIR_DUPLICATE], 1);
}

/* The other way the same packets come from the network, whose capture lacks them. */
static void test_what_the_inner_capture_missed(void **state)
{
    struct datagram d = {.id = 1, .ttl = 64};

    (void)state;
    inside(d, 1000);
    on_wire(d, 2000);
    on_wire((struct datagram){.id = 2, .ttl = 0}, 3000);
    on_wire((struct datagram){.id = 3, .ttl = 64, .is_damaged = true}, 4000);
    on_wire((struct datagram){.id = 4, .ttl = 64, .outer_tos = 3}, 5000);
    ipip_pair_end(pair);
    for (uint32_t id = 2; id <= 4; id++) {
        assert_int_equal(told(id)->reason, IPIP_PAIR_MISSED);
        assert_int_equal(told(id)->drop, IPIP_DROP_NOTHING);
    }
}

static void test_where_one_capture_begins_and_ends(void **state)
{
    (void)state;
    inside((struct datagram){.id = 1, .ttl = 64}, 1000);
    inside((struct datagram){.id = 2, .ttl = 64}, 2000);
    on_wire((struct datagram){.id = 2, .ttl = 64}, 2500);
    inside((struct datagram){.id = 3, .ttl = 64}, 3000);
    inside((struct datagram){.id = 4, .ttl = 64}, 4000);
    on_wire((struct datagram){.id = 4, .ttl = 64}, 4500);
    inside((struct datagram){.id = 5, .ttl = 64}, 5000);
    ipip_pair_end(pair);
    assert_int_equal(told(1)->reason, IPIP_PAIR_BEFORE);
    assert_int_equal(told(3)->reason, IPIP_PAIR_LOST);
    assert_int_equal(told(5)->reason, IPIP_PAIR_AFTER);
}

/* The same of what is only on the wire: the network inside was captured for a shorter time. */
static void test_capture_inside_begins_later(void **state)
{
    (void)state;
    on_wire((struct datagram){.id = 1, .ttl = 64, .is_back = true}, 1000);
    inside((struct datagram){.id = 2, .ttl = 64}, 3000);
    on_wire((struct datagram){.id = 2, .ttl = 64}, 3500);
    on_wire((struct datagram){.id = 3, .ttl = 64, .is_back = true}, 4000);
    on_wire((struct datagram){.id = 4, .ttl = 64, .is_back = true}, 5000);
    inside((struct datagram){.id = 4, .ttl = 63, .is_back = true}, 5500);
    on_wire((struct datagram){.id = 5, .ttl = 64, .is_back = true}, 7000);
    ipip_pair_end(pair);
    assert_int_equal(event_count, 5);
    assert_int_equal(told(1)->reason, IPIP_PAIR_BEFORE);
    assert_int_equal(told(3)->reason, IPIP_PAIR_LOST);
    assert_int_equal(told(5)->reason, IPIP_PAIR_AFTER);
}

/* Two hosts send to one destination, each through a tunnel of its own: what is lost was on its way to that one. */
static void test_each_flow_has_its_tunnel(void **state)
{
    (void)state;
    inside((struct datagram){.id = 1, .ttl = 64}, 1000);
    on_wire((struct datagram){.id = 1, .ttl = 63}, 1500);
    inside((struct datagram){.id = 2, .ttl = 64, .is_of_other = true}, 2000);
    on_wire((struct datagram){.id = 2, .ttl = 63, .is_of_other = true}, 2500);
    inside((struct datagram){.id = 3, .ttl = 64}, 3000);
    inside((struct datagram){.id = 4, .ttl = 64, .is_of_other = true}, 4000);
    inside((struct datagram){.id = 5, .ttl = 64, .is_back = true}, 5000); /* nothing went there */
    inside((struct datagram){.id = 6, .ttl = 64}, 6000);
    on_wire((struct datagram){.id = 6, .ttl = 63}, 6500);
    ipip_pair_end(pair);

    assert_int_equal(told(3)->reason, IPIP_PAIR_LOST);
    assert_ipv4(told(3)->direction->dst, 0xc0000202);
    assert_int_equal(told(4)->reason, IPIP_PAIR_LOST);
    assert_ipv4(told(4)->direction->dst, 0xc0000203);
    assert_int_equal(ipip_pair_totals(pair)->other_traffic, 1);
    assert_int_equal(event_count, 5);
}

/* A tunnel packet of which the second fragment is missing is no datagram. */
static void test_missing_fragments_are_counted(void **state)
{
    uint8_t octets[OUTER];

    (void)state;
    from_hex(octets, 20, "45 00 00 2c 00 09 20 00 40 04 00 00 c0 00 02 01 c0 00 02 02");
    put_sum(octets + 10, octets, 20);
    put_datagram(octets + 20, (struct datagram){.id = 1, .ttl = 64});
    take(WIRE, octets, OUTER - 4, 1000);
    assert_int_equal(ipip_pair_totals(pair)->incomplete, 0);
    ipip_pair_end(pair);
    assert_int_equal(ipip_pair_totals(pair)->incomplete, 1);
    assert_int_equal(event_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_reasons_that_icmp_reports),
        TEST(test_what_the_exit_does_not_let_out),
        TEST(test_what_the_inner_capture_missed),
        TEST(test_where_one_capture_begins_and_ends),
        TEST(test_capture_inside_begins_later),
        cmocka_unit_test_setup_teardown(test_each_flow_has_its_tunnel, setup_network, teardown),
        TEST(test_missing_fragments_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
