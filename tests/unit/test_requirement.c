/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The catalogue of requirements. */
#include "unit.h"

#include <string.h>

#include "ipip/requirement.h"

static void test_rows_are_whole(void **state)
{
    (void)state;
    assert_true(ipip_requirements_count() > 100);
    for (size_t i = 0; i < ipip_requirements_count(); i++) {
        const struct ipip_requirement *row = ipip_requirement_at(i);

        assert_true(row->id[0] == 'S' && strlen(row->stimuli) > 0 && strlen(row->text) > 0);
        assert_memory_equal(row->reference, "RFC ", 4);
        assert_memory_equal(row->reference + 4, row->id + 1, 4);
        assert_int_equal(ipip_requirement_find(row->id), i);
    }
    assert_null(ipip_requirement_at(ipip_requirements_count()));
    assert_int_equal(ipip_requirement_find("S2003-9-99"), ipip_requirements_count());
}

/* Something in a capture shows each of them, or it is known why nothing does. */
static void test_each_is_seen_or_it_is_known_why_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < ipip_requirements_count(); i++) {
        const struct ipip_requirement *row = ipip_requirement_at(i);
        bool is_seen = row->rules[0].rule != NULL || row->gone != 0 || row->icmp.shows != IPIP_ERROR_SHOWS_NONE;

        if (is_seen == (row->unseen != NULL))
            print_error("%s\n", row->id);
        assert_true(is_seen != (row->unseen != NULL));
    }
}

/* What violates a requirement is attributed to one of them; only what depends on the packet is named twice. */
static void test_a_rule_violates_one(void **state)
{
    (void)state;
    for (size_t rule = 0; rule < ipip_rules_count(); rule++) {
        unsigned violated = 0;

        for (size_t i = 0; i < ipip_requirements_count(); i++) {
            const struct ipip_requirement *row = ipip_requirement_at(i);

            for (size_t j = 0; j < IPIP_REQUIREMENT_RULES && row->rules[j].rule != NULL; j++) {
                bool is_conditional = (row->only & ~(uint32_t)IPIP_SHOWN_OUTER) != 0 || row->icmp.type != 0;

                if (row->rules[j].rule == ipip_rule_at(rule) &&
                    (row->rules[j].bearing & (IPIP_BEARING_FAILS | IPIP_BEARING_BY_ERRORS)) != 0)
                    violated += !is_conditional;
            }
        }
        if (violated > 1)
            print_error("%s\n", ipip_rule_at(rule)->id);
        assert_true(violated <= 1);
    }
}

static void test_a_may_is_never_violated(void **state)
{
    (void)state;
    for (size_t i = 0; i < ipip_requirements_count(); i++) {
        const struct ipip_requirement *row = ipip_requirement_at(i);

        for (size_t j = 0; j < IPIP_REQUIREMENT_RULES && row->rules[j].rule != NULL; j++)
            assert_true(row->level != IPIP_MAY || (row->rules[j].bearing & IPIP_BEARING_FAILS) == 0);
    }
}

static void test_what_is_shown(void **state)
{
    uint8_t packet[44] = {0x45, 0x02, 0, 44, 0, 0, 0x40, 0,  64, 4, 0,   0,  192, 0, 2,   1, 192, 0, 2, 2, 0x46, 0xba,
                          0,    24,   0, 0,  0, 0, 64,   17, 0,  0, 198, 51, 100, 1, 203, 0, 113, 1, 1, 1, 1,    0};
    struct ipip_stack stack;

    (void)state;
    assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), (struct ipip_bytes){packet, 44, 44}), IPIP_OK);
    assert_int_equal(ipip_shown(&stack), IPIP_SHOWN_NO_DF | IPIP_SHOWN_DSCP | IPIP_SHOWN_ECN | IPIP_SHOWN_ECN_COPIED |
                                             IPIP_SHOWN_OPTIONS | IPIP_SHOWN_OUTER_DF);
    packet[1] = 0;
    packet[26] = 0x40;
    assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), (struct ipip_bytes){packet, 44, 44}), IPIP_OK);
    assert_int_equal(ipip_shown(&stack), IPIP_SHOWN_DF | IPIP_SHOWN_DSCP | IPIP_SHOWN_ECN | IPIP_SHOWN_ECN_CLEARED |
                                             IPIP_SHOWN_OPTIONS | IPIP_SHOWN_OUTER_DF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_whole),      cmocka_unit_test(test_each_is_seen_or_it_is_known_why_not),
        cmocka_unit_test(test_a_rule_violates_one), cmocka_unit_test(test_a_may_is_never_violated),
        cmocka_unit_test(test_what_is_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
