/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Datagrams on both sides of a tunnel: which way they went, and what changed; and how many interfaces may be looked through. */
#include <stdlib.h>

#include "pair_run.h"

static void test_there_and_back(void **state)
{
    (void)state;
    inside((struct datagram){.id = 1, .ttl = 64}, 1000);
    on_wire((struct datagram){.id = 1, .ttl = 64}, 3000);
    on_wire((struct datagram){.id = 2, .ttl = 64, .is_back = true}, 4000);
    inside((struct datagram){.id = 2, .ttl = 63, .is_back = true}, 4500);
    ipip_pair_end(pair);

    assert_int_equal(event_count, 2);
    assert_true(told(1)->is_match);
    assert_int_equal(told(1)->way, IPIP_PAIR_THERE);
    assert_int_equal(told(1)->frame[IPIP_PAIR_FIRST], 1);
    assert_int_equal(told(1)->frame[IPIP_PAIR_SECOND], 2);
    assert_int_equal(told(1)->time[IPIP_PAIR_FIRST], 1000);
    assert_int_equal(told(1)->time[IPIP_PAIR_SECOND], 3000);
    assert_ipv4(told(1)->direction->src, 0xc0000201);
    assert_int_equal(told(2)->way, IPIP_PAIR_BACK);
    assert_ipv4(told(2)->direction->src, 0xc0000202);
    assert_int_equal(ipip_pair_direction_at(pair, 1)->latency[IPIP_PAIR_THERE].most, 2000);
    assert_int_equal(ipip_pair_direction_at(pair, 2)->latency[IPIP_PAIR_BACK].most, 500);
    assert_null(ipip_pair_direction_at(pair, 3));
}

/* With coarse clocks many are on both sides at once: they went the way that the others of their direction went. */
static void test_at_once_goes_the_way_of_its_direction(void **state)
{
    struct datagram d = {.ttl = 64, .is_back = true};

    (void)state;
    for (d.id = 1; d.id <= 3; d.id++) {
        on_wire(d, d.id * INT64_C(1000));
        inside(d, d.id * INT64_C(1000) + (d.id == 1 ? 0 : 500));
    }
    ipip_pair_end(pair);

    assert_int_equal(event_count, 3);
    for (uint32_t id = 1; id <= 3; id++)
        assert_int_equal(told(id)->way, IPIP_PAIR_BACK);
    assert_int_equal(ipip_pair_direction_at(pair, 1)->at_once, 1);
    assert_int_equal(ipip_pair_direction_at(pair, 1)->matched[IPIP_PAIR_BACK], 3);
    assert_int_equal(ipip_pair_direction_at(pair, 1)->matched[IPIP_PAIR_THERE], 0);
}

/* At once, but behind a router: its TTL shows the way. */
static void test_ttl_shows_the_way(void **state)
{
    (void)state;
    inside((struct datagram){.id = 1, .ttl = 64}, 0);
    on_wire((struct datagram){.id = 1, .ttl = 63}, 0);
    on_wire((struct datagram){.id = 2, .ttl = 64, .is_back = true}, 1000);
    inside((struct datagram){.id = 2, .ttl = 63, .is_back = true}, 1000);
    ipip_pair_end(pair);
    assert_int_equal(told(1)->way, IPIP_PAIR_THERE);
    assert_int_equal(told(2)->way, IPIP_PAIR_BACK);
    assert_int_equal(ipip_pair_direction_at(pair, 1)->at_once, 0);
}

static void test_what_changes_on_the_way(void **state)
{
    const struct ipip_pair_direction *row;
    struct datagram before = {.tos = 0xb8, .ttl = 64}, after = {.tos = 0xb8, .ttl = 63};

    (void)state;
    for (uint8_t id = 1; id <= 6; id++) {
        before.id = after.id = id;
        after.tos = id <= 2 ? 0x28 : id == 3 ? 0xbb : 0xb8; /* two change DSCP, the third is marked with CE */
        after.has_no_df = id == 4;
        after.ttl = id == 5 ? 61 : id == 6 ? 64 : 63;
        inside(before, id * INT64_C(1000));
        on_wire(after, id * INT64_C(1000) + 10);
    }
    ipip_pair_end(pair);

    row = ipip_pair_direction_at(pair, 1);
    assert_int_equal(row->matched[IPIP_PAIR_THERE], 6);
    assert_int_equal(row->dscp_changed, 2);
    assert_int_equal(row->ecn_changed, 1);
    assert_int_equal(row->df_changed, 1);
    assert_int_equal(row->ttl_step_least, 0);
    assert_int_equal(row->ttl_step_most, 3);
    assert_int_equal(row->overhead, 20);
    assert_int_equal(row->bytes_most[0], INNER);
    assert_int_equal(row->bytes_most[1], OUTER);
}

/* As pair.h promises: of more than 64 interfaces the later ones are left out. */
/* UDP with 8 octets of data without DF; of it `octets` from `from` on, in the tunnel or not. There, or `is_back`. */
static void part(unsigned file, bool is_tunnel, bool is_back, unsigned from, unsigned octets, int64_t time)
{
    static const char *const outer[] = {"45000000 00000000 40040000 c0000201 c0000202",
                                        "45000000 00000000 40040000 c0000202 c0000201"};
    static const char *const inner[] = {"45000000 00090000 40110000 0a010001 0a020001",
                                        "45000000 00090000 40110000 0a020001 0a010001"};
    uint8_t packet[20 + 20 + 16], *at = packet + 20;

    from_hex(packet, 20, outer[is_back]);
    from_hex(at, 20, inner[is_back]);
    memcpy(at + 20, (const uint8_t[]){0x10, 0, 0x20, 0, 0, 16, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8} + from, octets);
    packet[3] = (uint8_t)(40 + octets);
    at[3] = (uint8_t)(20 + octets);
    at[6] = from + octets < 16 ? 0x20 : 0;
    at[7] = (uint8_t)(from / 8);
    at[8] = is_tunnel == is_back ? 64 : 63;
    put_sum(packet + 10, packet, 20);
    put_sum(at + 10, at, 20);
    take(file, is_tunnel ? packet : at, (is_tunnel ? 40 : 20) + octets, time);
}

/* Whole on one side and in fragments on the other, whichever is inside: it is one match, of the tunnel's direction. */
static void test_divided(void **state)
{
    (void)state;
    for (unsigned is_back = 0; is_back < 2; is_back++) {
        unsigned first = is_back ? WIRE : INSIDE;
        const struct ipip_pair_direction *row;

        part(first, is_back, is_back, 0, 16, 1000);
        part(1 - first, !is_back, is_back, 0, 8, 3000);
        part(1 - first, !is_back, is_back, 8, 8, 4000);
        ipip_pair_end(pair);
        assert_int_equal(ipip_pair_totals(pair)->matched, 1);
        assert_int_equal(ipip_pair_totals(pair)->divided, 1);
        row = ipip_pair_direction_at(pair, 1);
        assert_non_null(row);
        assert_int_equal(row->matched[is_back ? IPIP_PAIR_BACK : IPIP_PAIR_THERE], 1);
        assert_int_equal(row->matched[is_back ? IPIP_PAIR_THERE : IPIP_PAIR_BACK], 0);
        assert_int_equal(row->divided, 1);
        assert_int_equal(event_count, 1);
        assert_int_equal(events[0].fragments, 2);
        assert_int_equal(events[0].side, first);
        teardown(NULL);
        begin(true);
    }
}

/* An error to a sender inside is about the tunnel's MTU, not about the path outside; the least one counts. */
static void test_mtu_told_inside(void **state)
{
    static const uint16_t told[] = {1400, 1300, 1350};

    (void)state;
    inside((struct datagram){.id = 1, .ttl = 64}, 1000);
    on_wire((struct datagram){.id = 1, .ttl = 64}, 2000);
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        inside((struct datagram){.id = (uint8_t)(2 + i), .ttl = 64}, 3000 + 1000 * (int64_t)i);
        returned((struct datagram){.id = (uint8_t)(2 + i), .ttl = 64}, 3, 4, told[i], 3500 + 1000 * (int64_t)i);
    }
    ipip_pair_end(pair);
    assert_int_equal(ipip_pair_direction_at(pair, 1)->mtu_reported[0], 1300);
    assert_int_equal(ipip_pair_direction_at(pair, 1)->mtu_reported[1], 0);
}

static void count_event(void *context, const struct ipip_pair_event *event)
{
    unsigned *count = context;

    assert_false(event->is_match);
    assert_int_equal(event->frame[IPIP_PAIR_FIRST], ++*count); /* the oldest goes first */
}

/* A full window lets the oldest go before its time, says so, and counts it. */
static void test_more_than_the_window_holds(void **state)
{
    enum { MORE = 3 };
    struct ipip_pair_layout layout = {.relation = IPIP_PAIR_INNER_OUTER,
                                      .sides = {{.file = INSIDE, .is_any_place = true, .is_any_kind = true},
                                                {.file = WIRE, .is_any_place = true, .is_any_kind = true}},
                                      .depth_max = 1,
                                      .payload_max = UINT32_MAX};
    unsigned count = 0;
    struct ipip_pair *small = ipip_pair_new(ipip_kinds_ipip(), &layout, true, SECOND, count_event, &count, 1);
    uint8_t octets[INNER];

    (void)state;
    assert_non_null(small);
    for (uint32_t i = 1; i <= IPIP_PAIR_WINDOW_PACKETS + MORE; i++) {
        struct ipip_packet packet = {.ip = whole(octets, INNER), .announced = IPIP_ANNOUNCED_IPV4, .frame = i};

        put_datagram(octets, (struct datagram){.ttl = 64});
        octets[20] = (uint8_t)(i >> 16);
        octets[22] = (uint8_t)(i >> 8);
        octets[23] = (uint8_t)i;
        ipip_pair_take(small, INSIDE, &packet);
        assert_int_equal(count, i <= IPIP_PAIR_WINDOW_PACKETS ? 0 : i - IPIP_PAIR_WINDOW_PACKETS);
    }
    assert_int_equal(ipip_pair_totals(small)->cut_short, MORE);
    ipip_pair_end(small);
    assert_int_equal(count, IPIP_PAIR_WINDOW_PACKETS + MORE);
    ipip_pair_free(small);
}

static void test_interfaces_beyond_the_64th_are_left_out(void **state)
{
    uint8_t octets[INNER], tunnelled[OUTER];

    (void)state;
    for (unsigned last = 63; last <= 64; last++) {
        struct ipip_pair_survey *survey = ipip_pair_survey_new(ipip_kinds_ipip(), 1, 1);
        struct ipip_packet packet = {.ip = whole(octets, INNER), .announced = IPIP_ANNOUNCED_IPV4};

        assert_non_null(survey);
        for (unsigned place = 0; place < last; place++) {
            put_datagram(octets, (struct datagram){.id = (uint8_t)place, .ttl = 64});
            packet.place = place;
            ipip_pair_survey_take(survey, 0, &packet);
        }
        from_hex(tunnelled, 20, "45 00 00 30 00 00 40 00 40 04 b6 c9 c0 00 02 01 c0 00 02 02");
        put_datagram(tunnelled + 20, (struct datagram){.id = 5, .ttl = 64});
        packet.ip = whole(tunnelled, OUTER);
        packet.place = last;
        ipip_pair_survey_take(survey, 0, &packet);
        assert_int_equal(ipip_pair_survey_end(survey).relation,
                         last == 63 ? IPIP_PAIR_INNER_OUTER : IPIP_PAIR_UNRELATED);
        ipip_pair_survey_free(survey);
    }
}

/* In memory of its own, of no more than the header: what is read in front of a payload must be there (found by fuzz_pair). */
static void test_lengths_that_no_header_has(void **state)
{
    struct ipip_pair_survey *survey = ipip_pair_survey_new(ipip_kinds_ipip(), 1, 1);
    uint8_t *octets = malloc(20);

    (void)state;
    assert_non_null(survey);
    assert_non_null(octets);
    for (unsigned i = 0; i < 6 * 20; i++) {
        from_hex(octets, 20, "40 00 00 00 00 00 40 00 40 11 00 00 0a 01 00 01 0a 02 00 01");
        octets[0] |= (uint8_t)(i / 20);
        octets[3] = (uint8_t)(1 + i % 20);
        put_sum(octets + 10, octets, 20);
        event_count = 0;
        take(INSIDE, octets, 20, (int64_t)i * 2 * SECOND);
        ipip_pair_survey_take(survey, 0, &(struct ipip_packet){.ip = whole(octets, 20), .frame = frame, .time = i});
    }
    free(octets);
    ipip_pair_survey_free(survey);
    ipip_pair_end(pair);
    assert_int_equal(ipip_pair_totals(pair)->matched, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_there_and_back),
        TEST(test_at_once_goes_the_way_of_its_direction),
        TEST(test_ttl_shows_the_way),
        TEST(test_what_changes_on_the_way),
        TEST(test_divided),
        TEST(test_mtu_told_inside),
        TEST(test_more_than_the_window_holds),
        TEST(test_lengths_that_no_header_has),
        cmocka_unit_test(test_interfaces_beyond_the_64th_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
