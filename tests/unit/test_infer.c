/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "ipip/infer.h"

static struct ipip_observation observation;

struct packet {
    uint8_t outer_ttl, outer_tos, inner_ttl, inner_tos;
    bool outer_df, inner_df;
    uint16_t outer_id, inner_id;
};

static void see(struct packet p)
{
    struct ipip_layer outer = {
        .ip = {.header_bytes = 20, .ttl = p.outer_ttl, .tos = p.outer_tos, .df = p.outer_df, .id = p.outer_id}};
    struct ipip_layer inner = {.ip = {.ttl = p.inner_ttl, .tos = p.inner_tos, .df = p.inner_df, .id = p.inner_id}};

    ipip_observe(&observation, &outer, &inner);
}

static struct ipip_inference conclude(void)
{
    struct ipip_inference inference = ipip_infer(&observation);

    observation = (struct ipip_observation){0};
    return inference;
}

static void assert_profile(const struct ipip_inference *inference, const char *name, bool is_expected)
{
    unsigned index = 0;

    while (ipip_profile_at(index) != ipip_profile_find(name))
        index++;
    assert_int_equal((inference->profiles >> index & 1) != 0, is_expected);
}

static void test_one_packet_tells_little(void **state)
{
    struct ipip_inference i;

    (void)state;
    see((struct packet){64, 0, 64, 0, true, true, 1, 1});
    i = conclude();
    assert_true(ipip_statement_is_open(&i.ttl));
    assert_true(ipip_statement_is_open(&i.dscp));
    assert_true(ipip_statement_is_open(&i.ecn));
    assert_int_equal(i.df.ways, 1 << IPIP_DF_SET | 1 << IPIP_DF_COPY);
    assert_true(ipip_statement_is_open(&i.id));
    assert_int_equal(i.ttl.telling, 0);
    assert_profile(&i, "linux", true);
    assert_profile(&i, "gif", false);    /* clears DF */
    assert_profile(&i, "modern", false); /* is no implementation */
}

static void test_nothing_was_seen(void **state)
{
    struct ipip_inference i = conclude();

    (void)state;
    assert_true(ipip_statement_is_open(&i.ttl));
    assert_int_equal(i.ttl.packets, 0);
}

/* An outer TTL above the inner one can't have been inherited: nothing on a path makes a TTL grow. */
static void test_a_ttl_that_grew_is_fixed(void **state)
{
    struct ipip_inference i;

    (void)state;
    see((struct packet){.outer_ttl = 255, .inner_ttl = 64});
    i = conclude();
    assert_true(ipip_statement_is(&i.ttl, IPIP_WAY_FIXED));
    assert_int_equal(i.ttl.value, 255);
}

/* A router that marks CE marks others as well; CE over CE alone was copied. */
static void test_marks_and_copies(void **state)
{
    struct ipip_inference i;

    (void)state;
    see((struct packet){.outer_tos = 2, .inner_tos = 2});
    see((struct packet){.outer_tos = 3, .inner_tos = 3});
    i = conclude();
    assert_int_equal(i.ecn.ways, 1 << IPIP_ECN_NORMAL | 1 << IPIP_ECN_COPY);
    see((struct packet){.outer_tos = 2, .inner_tos = 2});
    see((struct packet){.outer_tos = 3, .inner_tos = 2});
    see((struct packet){.outer_tos = 3, .inner_tos = 3});
    i = conclude();
    assert_int_equal(i.ecn.ways, 1 << IPIP_ECN_NORMAL | 1 << IPIP_ECN_COPY | 1 << IPIP_ECN_RFC3168_FULL);
}

static void test_identification(void **state)
{
    struct ipip_inference i;

    (void)state;
    for (uint16_t n = 0; n < 8; n++) /* the inner ones rise, too, and wrap around */
        see((struct packet){.outer_id = (uint16_t)(65532 + n), .inner_id = (uint16_t)(65532 + n)});
    i = conclude();
    assert_true(ipip_statement_is(&i.id, IPIP_ID_COPY));
    for (uint16_t n = 0; n < 8; n++)
        see((struct packet){.outer_id = (uint16_t)(65532 + 3 * n), .inner_id = n});
    i = conclude();
    assert_true(ipip_statement_is(&i.id, IPIP_ID_COUNTER));
    for (uint16_t n = 0; n < 8; n++)
        see((struct packet){.outer_id = 0, .inner_id = (uint16_t)(n + 1)});
    i = conclude();
    assert_true(ipip_statement_is(&i.id, IPIP_ID_ZERO));
    for (uint16_t n = 0; n < 8; n++)
        see((struct packet){.outer_id = (uint16_t)(n * 40503), .inner_id = 5});
    i = conclude();
    assert_int_equal(i.id.ways, 0);
}

/* More different values than are told apart: the frequent one stays. */
static void test_many_values(void **state)
{
    uint32_t count;
    struct ipip_inference i;

    (void)state;
    for (unsigned n = 0; n < 200; n++)
        see((struct packet){.outer_ttl = n % 20 == 0 ? (uint8_t)n : 64, .inner_ttl = (uint8_t)(65 + n % 150)});
    assert_int_equal(ipip_values_best(&observation.ttl, &count), 64);
    assert_true(count >= 190);
    assert_true(observation.ttl.is_inexact);
    i = conclude();
    assert_true(ipip_statement_is(&i.ttl, IPIP_WAY_FIXED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_packet_tells_little),  cmocka_unit_test(test_nothing_was_seen),
        cmocka_unit_test(test_a_ttl_that_grew_is_fixed), cmocka_unit_test(test_marks_and_copies),
        cmocka_unit_test(test_identification),           cmocka_unit_test(test_many_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
