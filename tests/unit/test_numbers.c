/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sequence numbers of GRE, AH and ESP as they come (RFC 2890 section 2.2), and the numbers of flows. */
#include "unit.h"

#include "tunnel/numbers.h"

#define SEE(s, ...) see(s, (const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static void see(struct ipip_sequence *s, const uint32_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sequence_add(s, numbers[i]);
}

static void expect(const struct ipip_sequence *s, uint32_t gaps, uint32_t missing, uint32_t late, uint32_t restarts)
{
    assert_int_equal(s->gaps, gaps);
    assert_int_equal(s->missing, missing);
    assert_int_equal(s->late, late);
    assert_int_equal(s->restarts, restarts);
}

static void test_in_order(void **state)
{
    struct ipip_sequence s = {0};

    (void)state;
    SEE(&s, 0xfffffffe, 0xffffffff, 0, 1);
    assert_int_equal(s.packets, 4);
    assert_int_equal(s.first, 0xfffffffe);
    assert_int_equal(s.last, 1);
    expect(&s, 0, 0, 0, 0);
}

static void test_a_gap_and_who_fills_it(void **state)
{
    struct ipip_sequence s = {0};

    (void)state;
    SEE(&s, 10, 14);
    expect(&s, 1, 3, 0, 0);
    SEE(&s, 12);
    expect(&s, 1, 2, 1, 0);
    SEE(&s, 14); /* once more: it is no missing one */
    expect(&s, 1, 2, 2, 0);
    SEE(&s, 11, 13, 12);
    expect(&s, 1, 0, 5, 0);
    assert_int_equal(s.last, 14);
}

static void test_begun_anew(void **state)
{
    struct ipip_sequence far = {0}, first = {0};

    (void)state;
    SEE(&far, 5, 2000, 1000);
    expect(&far, 1, 1993, 1, 0);
    SEE(&far, 999);
    expect(&far, 1, 1993, 1, 1);
    assert_int_equal(far.last, 999);
    SEE(&first, 5, 6, 7, 5, 6);
    expect(&first, 0, 0, 0, 1);
}

static void test_the_most_frequent(void **state)
{
    struct ipip_numbers numbers = {0};
    uint32_t count, second;

    (void)state;
    for (uint32_t value = 0; value < IPIP_NUMBERS; value++) {
        for (uint32_t i = 0; i <= value; i++)
            numbers_add(&numbers, value);
    }
    assert_int_equal(ipip_numbers_best(&numbers, &count, &second), IPIP_NUMBERS - 1);
    assert_int_equal(count, IPIP_NUMBERS);
    assert_int_equal(second, IPIP_NUMBERS - 1);
    assert_false(numbers.is_inexact);
    numbers_add(&numbers, 1000); /* in the place of the rarest, with its count */
    assert_true(numbers.is_inexact);
    assert_int_equal(ipip_numbers_best(&numbers, &count, &second), IPIP_NUMBERS - 1);
}

static void test_numbers_of_flows(void **state)
{
    struct ipip_flow_numbers flows = {0};

    (void)state;
    for (unsigned tag = 1; tag <= IPIP_NUMBER_FLOWS; tag++)
        flow_numbers_add(&flows, (uint16_t)tag, tag);
    assert_int_equal(flows.flows, IPIP_NUMBER_FLOWS);
    for (unsigned tag = 1; tag <= IPIP_NUMBER_FLOWS; tag++)
        flow_numbers_add(&flows, (uint16_t)tag, tag);
    assert_int_equal(flows.kept, IPIP_NUMBER_FLOWS);
    flow_numbers_add(&flows, 1, 7);
    flow_numbers_add(&flows, 1, 7);
    assert_int_equal(flows.moved, 1);
    assert_int_equal(flows.kept, IPIP_NUMBER_FLOWS + 1);
    assert_int_equal(flows.flows, IPIP_NUMBER_FLOWS);
    flow_numbers_add(&flows, IPIP_NUMBER_FLOWS + 1, 1); /* in the place of the flow that came first */
    flow_numbers_add(&flows, 2, 2);
    assert_int_equal(flows.flows, IPIP_NUMBER_FLOWS + 1);
    flow_numbers_add(&flows, 1, 7);
    assert_int_equal(flows.flows, IPIP_NUMBER_FLOWS + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_order),         cmocka_unit_test(test_a_gap_and_who_fills_it),
        cmocka_unit_test(test_begun_anew),       cmocka_unit_test(test_the_most_frequent),
        cmocka_unit_test(test_numbers_of_flows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
