/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The catalogue. */
#include "unit.h"

#include <ctype.h>
#include <string.h>

#include "ipip/policy.h"
#include "ipip/rules.h"

static void test_rows_are_whole(void **state)
{
    (void)state;
    assert_true(ipip_rules_count() > 0 && ipip_rules_count() <= IPIP_RULES_MAX);
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        const struct ipip_rule *rule = ipip_rule_at(i);

        assert_int_equal(strlen(rule->id), 7);
        assert_memory_equal(rule->id, "IPIP", 4);
        assert_true(strlen(rule->title) > 0 && strlen(rule->reference) > 0 && strlen(rule->usual_cause) > 0);
        for (const char *c = rule->slug; *c != '\0'; c++)
            assert_true(islower((unsigned char)*c) || isdigit((unsigned char)*c) || *c == '-');
    }
    assert_null(ipip_rule_at(ipip_rules_count()));
}

static void test_ids_ascend_and_slugs_differ(void **state)
{
    (void)state;
    for (size_t i = 1; i < ipip_rules_count(); i++)
        assert_true(strcmp(ipip_rule_at(i - 1)->id, ipip_rule_at(i)->id) < 0);
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(ipip_rule_at(i)->slug, ipip_rule_at(j)->slug);
    }
}

static void test_find(void **state)
{
    (void)state;
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        assert_int_equal(ipip_rule_find(ipip_rule_at(i)->id), i);
        assert_int_equal(ipip_rule_find(ipip_rule_at(i)->id + 4), i);
        assert_int_equal(ipip_rule_find(ipip_rule_at(i)->slug), i);
    }
    assert_int_equal(ipip_rule_find("ipip105"), ipip_rule_find("IPIP105"));
    assert_int_equal(ipip_rule_find("IPIP10"), ipip_rules_count());
    assert_int_equal(ipip_rule_find("10"), ipip_rules_count());
    assert_int_equal(ipip_rule_find("0105"), ipip_rules_count());
    assert_int_equal(ipip_rule_find("IPIP605"), ipip_rules_count()); /* retired, never to be reused */
    assert_int_equal(ipip_rule_find(""), ipip_rules_count());
}

static void test_every_rule_is_explained(void **state)
{
    static const char *const headings[] = {"## What the standard says\n", "## What happens in practice\n",
                                           "## What to do\n", "## An example\n", "## Switches\n"};

    (void)state;
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        const char *page = ipip_rule_explanation(i);

        for (size_t h = 0; h < sizeof headings / sizeof headings[0]; h++) {
            page = strstr(page, headings[h]);
            assert_non_null(page);
            page += strlen(headings[h]);
            assert_true(strlen(page) > 10);
        }
    }
    assert_string_equal(ipip_rule_explanation(ipip_rules_count()), "");
}

/* A list that ends; of a rule that must know the entry, with the option that says so. */
static void test_evidence(void **state)
{
    (void)state;
    assert_null(ipip_rule_evidence(ipip_rules_count(), 0));
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        const char *first = ipip_rule_evidence(i, 0);
        bool is_told = first != NULL && strstr(first, "--vantage entry") != NULL;
        unsigned count = 0;

        while (ipip_rule_evidence(i, count) != NULL)
            assert_true(ipip_rule_evidence(i, count++)[0] != '\0');
        assert_true(count < 64);
        assert_null(ipip_rule_evidence(i, count + 1));
        assert_int_equal(is_told, strcmp(ipip_rule_at(i)->id, "IPIP102") == 0);
    }
}

static void test_profiles(void **state)
{
    static const char *const names[] = {"modern", "strict-rfc2003", "linux",     "linux-2.6", "linux-3.10", "vpp",
                                        "gif",    "gif-link1",      "ipsec4301", "xdp-lb",    "ds-lite",    "map-e"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_ptr_equal(ipip_profile_find(names[i]), ipip_profile_at(i));
    assert_null(ipip_profile_at(sizeof names / sizeof names[0]));
    assert_null(ipip_profile_find("cisco")); /* not confirmed by a capture */
    assert_ptr_equal(ipip_policy_default().profile, ipip_profile_find("modern"));
    assert_string_equal(ipip_vantage_name(IPIP_VANTAGE_HOST_TX), "host-tx");
    assert_null(ipip_vantage_name(IPIP_VANTAGE_COUNT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_whole), cmocka_unit_test(test_ids_ascend_and_slugs_differ),
        cmocka_unit_test(test_find),           cmocka_unit_test(test_every_rule_is_explained),
        cmocka_unit_test(test_evidence),       cmocka_unit_test(test_profiles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
