/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <string.h>

#include "ipip/infer.h"
#include "ipip/inference.h"

static struct ipip_tunnel_stats stats;

struct packet {
    uint8_t outer_ttl, outer_tos, inner_ttl, inner_tos;
    bool outer_df, inner_df;
    uint16_t outer_id, inner_id;
};

static void see(struct packet p)
{
    struct ipip_layer outer = {.ip = {.header_bytes = 20,
                                      .ttl = p.outer_ttl,
                                      .tclass = p.outer_tos,
                                      .flags = p.outer_df ? IPIP_IP_DF : 0,
                                      .id = p.outer_id}};
    struct ipip_layer inner = {
        .ip = {.ttl = p.inner_ttl, .tclass = p.inner_tos, .flags = p.inner_df ? IPIP_IP_DF : 0, .id = p.inner_id}};

    ipip_tunnel_stats_add(&stats, &outer, &inner, true);
}

static struct ipip_inferences conclude(void)
{
    struct ipip_inferences inferences = ipip_infer(&stats);

    stats = (struct ipip_tunnel_stats){0};
    return inferences;
}

static void assert_profile(const struct ipip_inferences *inferences, const char *name, bool is_expected)
{
    unsigned index = 0;

    while (ipip_profile_at(index) != ipip_profile_find(name))
        index++;
    assert_int_equal((inferences->profiles >> index & 1) != 0, is_expected);
}

static void test_one_packet_tells_little(void **state)
{
    struct ipip_inferences i;

    (void)state;
    see((struct packet){64, 0, 64, 0, true, true, 1, 1});
    i = conclude();
    assert_true(ipip_inference_is_open(&i.ttl));
    assert_true(ipip_inference_is_open(&i.dscp));
    assert_true(ipip_inference_is_open(&i.ecn));
    assert_int_equal(i.df.candidates, 1 << IPIP_DF_SET | 1 << IPIP_DF_COPY);
    assert_true(ipip_inference_is_open(&i.id));
    assert_int_equal(i.ttl.margin, 0);
    assert_true(i.is_few);
    assert_int_equal(i.profiles, 0);
}

/* Of as many as a habit needs, an implementation is named; of one less, none. */
static void test_profiles_want_packets(void **state)
{
    struct ipip_inferences i;

    (void)state;
    for (unsigned count = IPIP_HABIT_PACKETS - 1; count <= IPIP_HABIT_PACKETS; count++) {
        for (unsigned n = 0; n < count; n++)
            see((struct packet){64, 0, (uint8_t)(40 + n), 0, true, n % 2 == 0, (uint16_t)(7 + n), 1});
        i = conclude();
        assert_int_equal(i.is_few, count < IPIP_HABIT_PACKETS);
        assert_profile(&i, "linux", count >= IPIP_HABIT_PACKETS);
        assert_profile(&i, "gif", false);    /* clears DF */
        assert_profile(&i, "modern", false); /* is no implementation */
    }
}

/* Whoever clears DF over one that is set is no VPP until DF was seen clear inside, too. */
static void test_vpp_wants_both_df(void **state)
{
    struct ipip_inferences i;

    (void)state;
    for (unsigned kinds = 1; kinds <= 2; kinds++) {
        for (uint16_t n = 0; n < 24; n++)
            see((struct packet){63, 0, (uint8_t)(40 + n), 0, false, n % kinds == 0, 0, (uint16_t)(9 * n + 1)});
        i = conclude();
        assert_profile(&i, "vpp", kinds == 2);
    }
}

static void see_flow(uint8_t flow, uint8_t outer_ttl, uint8_t inner_ttl, uint16_t id)
{
    struct ipip_layer outer = {.ip = {.header_bytes = 20, .ttl = outer_ttl, .flags = IPIP_IP_DF, .id = id}};
    struct ipip_layer inner = {.ip = {.src = IPV4_CONSTANT(flow), .ttl = inner_ttl, .protocol = 1}};

    ipip_tunnel_stats_add(&stats, &outer, &inner, true);
}

/* Flows that take paths of different length, each always the same; but not packets that take any. */
static void test_equal_cost_paths(void **state)
{
    struct ipip_inferences i;

    (void)state;
    for (uint16_t n = 0; n < 60; n++)
        see_flow((uint8_t)(n % 3), n % 3 == 0 ? 60 : 61, n % 3 == 2 ? 128 : 64, n);
    i = conclude();
    assert_true(ipip_inference_is(&i.ttl, IPIP_CANDIDATE_FIXED));
    assert_int_equal(i.ttl.value, 60);
    assert_int_equal(i.ttl.value_max, 61);
    assert_int_equal(i.ttl.agree, 60);
    for (uint16_t n = 0; n < 60; n++)
        see_flow((uint8_t)(n % 3), n % 2 == 0 ? 60 : 61, n % 3 == 2 ? 128 : 64, n);
    i = conclude();
    assert_int_equal(i.ttl.candidates, 0);
    for (uint16_t n = 0; n < 60; n++) { /* inherited, with two path lengths, and more inner TTLs than one */
        uint8_t inner = (uint8_t)(64 + 20 * (n % 5));

        see_flow((uint8_t)(n % 5), (uint8_t)(inner - (n % 5 < 2 ? 2 : 3)), inner, n);
    }
    i = conclude();
    assert_true(ipip_inference_is(&i.ttl, IPIP_CANDIDATE_INHERITED));
    assert_int_equal(i.ttl.value, 2);
    assert_int_equal(i.ttl.value_max, 3);
}

/* What TTLs and paths say of the entry, and what not. */
static void test_entry_ttl(void **state)
{
    static const struct {
        uint8_t captured;
        uint8_t routers; /* to the entry, by ICMP; 0: not known */
        enum ipip_vantage vantage;
        enum ipip_entry_ttl_by by;
        uint8_t ttl;
    } cases[] = {
        {64, 0, IPIP_VANTAGE_UNKNOWN, IPIP_ENTRY_TTL_INITIAL, 64},
        {255, 0, IPIP_VANTAGE_MID, IPIP_ENTRY_TTL_INITIAL, 255},
        {61, 0, IPIP_VANTAGE_UNKNOWN, IPIP_ENTRY_TTL_NEAREST, 64},
        {61, 0, IPIP_VANTAGE_EXIT, IPIP_ENTRY_TTL_NEAREST, 64},
        {61, 0, IPIP_VANTAGE_ENTRY, IPIP_ENTRY_TTL_VANTAGE, 61},
        {61, 0, IPIP_VANTAGE_HOST_TX, IPIP_ENTRY_TTL_VANTAGE, 61},
        {61, 2, IPIP_VANTAGE_UNKNOWN, IPIP_ENTRY_TTL_ICMP, 63},
        {33, 0, IPIP_VANTAGE_UNKNOWN, IPIP_ENTRY_TTL_UNKNOWN, 0},
        {254, 0, IPIP_VANTAGE_UNKNOWN, IPIP_ENTRY_TTL_UNKNOWN, 0}, /* of its own right, or 255 after a router */
        {60, 0, IPIP_VANTAGE_UNKNOWN, IPIP_ENTRY_TTL_UNKNOWN, 0},
    };

    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct ipip_path back = {.has_hops = cases[k].routers > 0, .hops = cases[k].routers};
        char command[IPIP_COMMAND_TEXT], why[IPIP_ENTRY_TTL_TEXT];
        struct ipip_entry_ttl entry;
        struct ipip_inferences i;
        bool is_known;

        for (uint8_t n = 0; n < 24; n++)
            see((struct packet){cases[k].captured, 0, (uint8_t)(65 + n), 0, true, true, n, 1});
        i = conclude();
        entry = ipip_entry_ttl(&i, &back, cases[k].vantage);
        assert_int_equal(entry.by, cases[k].by);
        assert_int_equal(entry.ttl, cases[k].ttl);
        is_known = entry.by >= IPIP_ENTRY_TTL_INITIAL;
        assert_int_equal(
            strstr(ipip_inferences_command(command, &i, &entry, ipip_address_ipv4(1), ipip_address_ipv4(2)), " ttl ") !=
                NULL,
            is_known);
        assert_int_equal(ipip_entry_ttl_why_left_out(why, &entry) == NULL, is_known);
    }
}

/* Paths of several lengths end in one initial TTL, or in several, of which none is that of the tunnel. */
static void test_entry_ttl_of_several_paths(void **state)
{
    static const struct {
        uint8_t captured, captured_max, ttl;
    } cases[] = {{61, 62, 64}, {61, 64, 64}, {64, 65, 0}, {62, 250, 0}, {250, 252, 255}};
    struct ipip_path back = {.has_hops = false};

    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct ipip_entry_ttl entry;
        struct ipip_inferences i;

        for (uint8_t n = 0; n < 24; n++)
            see((struct packet){cases[k].captured, 0, (uint8_t)(65 + n), 0, true, true, n, 1});
        i = conclude();
        i.ttl.value_max = cases[k].captured_max;
        entry = ipip_entry_ttl(&i, &back, IPIP_VANTAGE_ENTRY);
        assert_int_equal(entry.ttl, cases[k].ttl);
        assert_int_equal(entry.by, cases[k].ttl != 0 ? IPIP_ENTRY_TTL_NEAREST : IPIP_ENTRY_TTL_UNKNOWN);
    }
}

/* Two that count apart, two that count in turns; but not one with gaps, one with reordered packets, or what is copied. */
static void test_encapsulators(void **state)
{
    struct ipip_inferences i;

    (void)state;
    for (uint16_t n = 0; n < 60; n++)
        see_flow(1, 64, 99, (uint16_t)(n % 3 == 0 ? 50000 + n : 65530 + n));
    i = conclude();
    assert_int_equal(i.encapsulators, 2);
    assert_true(ipip_inference_is(&i.id, IPIP_ID_COUNTER));
    for (uint16_t n = 0; n < 60; n++)
        see_flow(1, 64, 99, (uint16_t)(n % 2 == 0 ? 300 + n / 2 : 310 + n / 2));
    assert_int_equal(conclude().encapsulators, 2);
    for (uint16_t n = 0; n < 60; n++)
        see_flow(1, 64, 99, (uint16_t)(n + n / 10 * 3000));
    assert_int_equal(conclude().encapsulators, 0);
    for (uint16_t n = 0; n < 600; n++) /* each tenth comes after the next one */
        see_flow(1, 64, 99, (uint16_t)(n % 10 == 4 ? n + 1 : n % 10 == 5 ? n - 1 : n));
    assert_int_equal(conclude().encapsulators, 0);
    for (uint16_t n = 0; n < 600; n++)
        see_flow(1, 64, 99, (uint16_t)(n * 40503));
    assert_int_equal(conclude().encapsulators, 0);
    for (uint16_t n = 0; n < 60; n++) {
        uint16_t id = (uint16_t)(n % 2 == 0 ? 300 + n : 9000 + n);

        see((struct packet){.outer_ttl = 64, .inner_ttl = 64, .outer_id = id, .inner_id = id});
    }
    i = conclude();
    assert_int_equal(i.encapsulators, 0);
    assert_true(ipip_inference_is(&i.id, IPIP_ID_COPY));
}

/* Combinations that no encapsulator makes are some router's; unless there are many. */
static void test_impossible_ecn(void **state)
{
    struct ipip_inferences i;

    (void)state;
    for (unsigned strays = 1; strays <= 3; strays += 2) {
        for (unsigned n = 0; n < 40; n++)
            see((struct packet){.outer_tos = n < strays ? 3 : n % 3, .inner_tos = n < strays ? 0 : n % 3});
        i = conclude();
        assert_int_equal(i.ecn.agree, strays == 1 ? 40 : 37);
        assert_int_equal(i.ecn.candidates != 0, strays == 1);
    }
}

static void test_nothing_was_seen(void **state)
{
    struct ipip_inferences i = conclude();

    (void)state;
    assert_true(ipip_inference_is_open(&i.ttl));
    assert_int_equal(i.ttl.packets, 0);
}

/* An outer TTL above the inner one can't have been inherited: nothing on a path makes a TTL grow. */
static void test_a_ttl_that_grew_is_fixed(void **state)
{
    struct ipip_inferences i;

    (void)state;
    see((struct packet){.outer_ttl = 255, .inner_ttl = 64});
    i = conclude();
    assert_true(ipip_inference_is(&i.ttl, IPIP_CANDIDATE_FIXED));
    assert_int_equal(i.ttl.value, 255);
}

/* A router that marks CE marks others as well; CE over CE alone was copied. */
static void test_marks_and_copies(void **state)
{
    struct ipip_inferences i;

    (void)state;
    see((struct packet){.outer_tos = 2, .inner_tos = 2});
    see((struct packet){.outer_tos = 3, .inner_tos = 3});
    i = conclude();
    assert_int_equal(i.ecn.candidates, 1 << IPIP_ECN_NORMAL | 1 << IPIP_ECN_COPY);
    see((struct packet){.outer_tos = 2, .inner_tos = 2});
    see((struct packet){.outer_tos = 3, .inner_tos = 2});
    see((struct packet){.outer_tos = 3, .inner_tos = 3});
    i = conclude();
    assert_int_equal(i.ecn.candidates, 1 << IPIP_ECN_NORMAL | 1 << IPIP_ECN_COPY | 1 << IPIP_ECN_RFC3168_FULL);
}

static void test_identification(void **state)
{
    struct ipip_inferences i;

    (void)state;
    for (uint16_t n = 0; n < 8; n++) /* the inner ones rise, too, and wrap around */
        see((struct packet){.outer_id = (uint16_t)(65532 + n), .inner_id = (uint16_t)(65532 + n)});
    i = conclude();
    assert_true(ipip_inference_is(&i.id, IPIP_ID_COPY));
    for (uint16_t n = 0; n < 8; n++)
        see((struct packet){.outer_id = (uint16_t)(65532 + 3 * n), .inner_id = n});
    i = conclude();
    assert_true(ipip_inference_is(&i.id, IPIP_ID_COUNTER));
    for (uint16_t n = 0; n < 8; n++)
        see((struct packet){.outer_id = 0, .inner_id = (uint16_t)(n + 1)});
    i = conclude();
    assert_true(ipip_inference_is(&i.id, IPIP_ID_ZERO));
    for (uint16_t n = 0; n < 8; n++)
        see((struct packet){.outer_id = (uint16_t)(n * 40503), .inner_id = 5});
    i = conclude();
    assert_int_equal(i.id.candidates, 0);
}

/* More different values than are told apart: the frequent one stays. */
static void test_many_values(void **state)
{
    struct ipip_inferences i;

    (void)state;
    for (unsigned n = 0; n < 200; n++)
        see((struct packet){.outer_ttl = n % 20 == 0 ? (uint8_t)n : 64, .inner_ttl = (uint8_t)(65 + n % 150)});
    assert_int_equal(stats.habits.ttl.outer[0], 64);
    assert_true(stats.habits.ttl.outer_count[0] >= 190);
    i = conclude();
    assert_true(ipip_inference_is(&i.ttl, IPIP_CANDIDATE_FIXED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_profiles_want_packets),
        cmocka_unit_test(test_vpp_wants_both_df),
        cmocka_unit_test(test_equal_cost_paths),
        cmocka_unit_test(test_entry_ttl),
        cmocka_unit_test(test_entry_ttl_of_several_paths),
        cmocka_unit_test(test_encapsulators),
        cmocka_unit_test(test_impossible_ecn),
        cmocka_unit_test(test_one_packet_tells_little),
        cmocka_unit_test(test_nothing_was_seen),
        cmocka_unit_test(test_a_ttl_that_grew_is_fixed),
        cmocka_unit_test(test_marks_and_copies),
        cmocka_unit_test(test_identification),
        cmocka_unit_test(test_many_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
