/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which places of capture are the two sides of a tunnel, by the datagrams that both have seen. */
#include "unit.h"

#include <string.h>

#include "ipip/pair.h"

#define MILLISECOND INT64_C(1000000)

enum { WIRE = 7, INSIDE = 3, ELSEWHERE = 5 };

static struct ipip_pair_survey *survey;
static uint64_t frame;

static void start(unsigned files)
{
    survey = ipip_pair_survey_new(ipip_kinds_ipip(), files, 1);
    assert_non_null(survey);
    frame = 0;
}

static struct ipip_pair_layout end(void)
{
    struct ipip_pair_layout layout = ipip_pair_survey_end(survey);

    ipip_pair_survey_free(survey);
    return layout;
}

/* UDP from 10.0.1.1 to 10.0.2.1 with this Identification; in a tunnel from 192.0.2.1 to 192.0.2.2 on the wire. */
static void see(unsigned file, uint64_t place, bool is_tunnel, uint16_t id, int64_t time)
{
    uint8_t octets[52];
    struct ipip_packet packet = {.place = place, .frame = frame++, .time = time};

    from_hex(octets, sizeof octets,
             "45000034 00010000 40040000 c0000201 c0000202"
             "45000020 00004000 40110000 0a000101 0a000201 1388 0035 000c 0000 61626364");
    octets[24] = (uint8_t)(id >> 8);
    octets[25] = (uint8_t)id;
    packet.ip = is_tunnel ? whole(octets, sizeof octets) : whole(octets + 20, sizeof octets - 20);
    ipip_pair_survey_take(survey, file, &packet);
}

/* Without a datagram in common, the file with tunnel packets is supposed to be the wire. */
static void test_nothing_in_common(void **state)
{
    static const struct {
        bool has_tunnels[2];
        enum ipip_pair_relation relation;
        unsigned first;
    } cases[] = {
        {{true, false}, IPIP_PAIR_INNER_OUTER, 1},
        {{false, true}, IPIP_PAIR_INNER_OUTER, 0},
        {{true, true}, IPIP_PAIR_OUTER_OUTER, 0},
        {{false, false}, IPIP_PAIR_NO_TUNNEL, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ipip_pair_layout layout;

        start(2);
        for (unsigned file = 0; file < 2; file++)
            see(file, WIRE, cases[i].has_tunnels[file], (uint16_t)(1 + file), 0);
        layout = end();
        assert_int_equal(layout.relation, cases[i].relation);
        assert_int_equal(layout.sides[0].file, cases[i].first);
        assert_int_equal(layout.sides[1].file, 1 - cases[i].first);
        assert_int_equal(layout.samples, 0);
    }
    start(1);
    see(0, WIRE, true, 1, 0);
    assert_int_equal(end().relation, IPIP_PAIR_UNRELATED);
}

/* What one place has seen twice says nothing about when it passed: it is no sample. */
static void test_what_comes_twice(void **state)
{
    struct ipip_pair_layout layout;

    (void)state;
    for (unsigned times = 1; times <= 3; times++) {
        start(2);
        see(0, INSIDE, false, 1, 0);
        for (unsigned i = 0; i < times; i++)
            see(0, INSIDE, false, 2, 0);
        see(1, WIRE, true, 1, MILLISECOND);
        see(1, WIRE, true, 2, MILLISECOND);
        layout = end();
        assert_int_equal(layout.relation, IPIP_PAIR_INNER_OUTER);
        assert_int_equal(layout.samples, times == 1 ? 2 : 1);
    }
}

/* Of two interfaces inside, the one where datagrams were at nearly the same time as on the wire; whichever comes first. */
static void test_the_nearer_place(void **state)
{
    (void)state;
    for (unsigned is_first_near = 0; is_first_near < 2; is_first_near++) {
        struct ipip_pair_layout layout;

        start(1);
        for (uint16_t id = 1; id <= 50; id++) {
            int64_t time = id * INT64_C(1000000000);

            see(0, ELSEWHERE, false, id, time + (is_first_near ? 1 : 80) * MILLISECOND);
            see(0, INSIDE, false, id, time + (is_first_near ? 80 : 1) * MILLISECOND);
            see(0, WIRE, true, id, time + 2 * MILLISECOND);
        }
        layout = end();
        assert_int_equal(layout.relation, IPIP_PAIR_INNER_OUTER);
        assert_int_equal(layout.sides[0].place, is_first_near ? ELSEWHERE : INSIDE);
        assert_int_equal(layout.sides[1].place, WIRE);
        assert_true(layout.sides[1].is_tunnel);
        assert_int_equal(layout.depth_max, 1);
        assert_int_equal(layout.samples, 50);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_in_common),
        cmocka_unit_test(test_what_comes_twice),
        cmocka_unit_test(test_the_nearer_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
