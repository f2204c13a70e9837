/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two captures of one tunnel: a network inside, 10.1.0.1 > 10.2.0.1, and the wire, 192.0.2.1 > 192.0.2.2. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/pair.h"

enum { INNER = 28, OUTER = 48, ERROR = 56, EVENTS = 16, SECOND = 1000000000, INSIDE = 0, WIRE = 1 };

static struct ipip_pair *pair;
static struct ipip_pair_event events[EVENTS];
static unsigned event_count;
static uint64_t frame;

static void take_event(void *context, const struct ipip_pair_event *event)
{
    (void)context;
    assert_true(event_count < EVENTS);
    events[event_count++] = *event;
}

static int setup(void **state)
{
    struct ipip_pair_layout layout = {
        .relation = IPIP_PAIR_INNER_OUTER,
        .sides = {{.file = INSIDE, .is_any_place = true, .is_any_kind = true},
                  {.file = WIRE, .is_any_place = true, .is_any_kind = true}},
        .depth_max = 1,
        .payload_max = UINT32_MAX,
    };

    (void)state;
    event_count = 0;
    frame = 0;
    pair = ipip_pair_new(ipip_kinds_ipip(), &layout, true, SECOND, take_event, NULL, 1);
    return pair == NULL;
}

static int teardown(void **state)
{
    (void)state;
    ipip_pair_free(pair);
    return 0;
}

/* RFC 1071 section 4.1. */
static void put_sum(uint8_t *field, const uint8_t *data, unsigned bytes)
{
    uint32_t sum = 0;

    field[0] = field[1] = 0;
    for (unsigned i = 0; i < bytes; i += 2)
        sum += (uint32_t)data[i] << 8 | data[i + 1];
    sum = (sum & 0xffff) + (sum >> 16);
    sum = ~(sum + (sum >> 16)) & 0xffff;
    field[0] = (uint8_t)(sum >> 8);
    field[1] = (uint8_t)sum;
}

/* UDP from the network on this side of the tunnel, or, `is_back`, to it. */
struct datagram {
    uint8_t id, tos, ttl, outer_tos;
    bool is_back, has_no_df, is_damaged;
};

static void put_datagram(uint8_t *at, struct datagram d)
{
    from_hex(at, INNER, "45 00 00 1c 00 00 40 00 40 11 00 00 0a 01 00 01 0a 02 00 01  10 00 20 00 00 08 00 00");
    at[1] = d.tos;
    at[5] = d.id;
    at[6] = d.has_no_df ? 0 : 0x40;
    at[8] = d.ttl;
    at[d.is_back ? 13 : 17] = 2;
    at[d.is_back ? 17 : 13] = 1;
    put_sum(at + 10, at, 20);
    at[11] ^= d.is_damaged;
}

static void take(unsigned file, uint8_t *octets, uint32_t bytes, int64_t time)
{
    struct ipip_packet packet = {
        .ip = whole(octets, bytes), .announced = IPIP_ANNOUNCED_IPV4, .frame = ++frame, .time = time};

    ipip_pair_take(pair, file, &packet);
}

static void inside(struct datagram d, int64_t time)
{
    uint8_t octets[INNER];

    put_datagram(octets, d);
    take(INSIDE, octets, INNER, time);
}

static void on_wire(struct datagram d, int64_t time)
{
    uint8_t octets[OUTER];

    from_hex(octets, 20, "45 00 00 30 00 00 40 00 40 04 00 00 c0 00 02 01 c0 00 02 02");
    octets[1] = d.outer_tos;
    octets[15] = d.is_back ? 2 : 1;
    octets[19] = d.is_back ? 1 : 2;
    put_sum(octets + 10, octets, 20);
    put_datagram(octets + 20, d);
    take(WIRE, octets, OUTER, time);
}

/* A router inside returns the datagram with this ICMP error. */
static void returned(struct datagram d, uint8_t type, uint8_t code, uint16_t mtu, int64_t time)
{
    uint8_t octets[ERROR] = {0};

    from_hex(octets, 20, "45 00 00 38 00 07 00 00 40 01 00 00 0a 01 00 fe 0a 01 00 01");
    put_sum(octets + 10, octets, 20);
    octets[20] = type;
    octets[21] = code;
    octets[26] = (uint8_t)(mtu >> 8);
    octets[27] = (uint8_t)mtu;
    put_datagram(octets + 28, d);
    put_sum(octets + 22, octets + 20, ERROR - 20);
    take(INSIDE, octets, ERROR, time);
}

/* Of the datagram of this Identification. */
static const struct ipip_pair_event *told(uint32_t id)
{
    for (unsigned i = 0; i < event_count; i++) {
        if (events[i].id == id && events[i].protocol == 17)
            return &events[i];
    }
    fail();
    return NULL;
}

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

/* As pair.h promises: of more than 64 interfaces the later ones are left out. */
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

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
        TEST(test_reasons_that_icmp_reports),
        TEST(test_lengths_that_no_header_has),
        TEST(test_what_the_exit_does_not_let_out),
        TEST(test_what_the_inner_capture_missed),
        TEST(test_where_one_capture_begins_and_ends),
        TEST(test_missing_fragments_are_counted),
        cmocka_unit_test(test_interfaces_beyond_the_64th_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
