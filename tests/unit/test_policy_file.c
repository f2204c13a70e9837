/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a policy file comes to, and in which line one is refused. */
#include "unit.h"

#include <string.h>

#include "policy_file.h"

static const struct ipip_addr A = IPV4_CONSTANT(0x0a000001);
static const struct ipip_addr B = IPV4_CONSTANT(0x0a000002);

/* The settings that the file makes, to be cleared. */
static struct policy_settings accepted(const char *text)
{
    struct policy_settings settings;
    GError *error = NULL;

    policy_settings_init(&settings);
    if (!policy_file_parse(&settings, "f", text, strlen(text), &error))
        fail_msg("refused: %s", error->message);
    return settings;
}

static void refused_octets(const char *text, size_t bytes, const char *message)
{
    struct policy_settings settings;
    GError *error = NULL;

    policy_settings_init(&settings);
    assert_false(policy_file_parse(&settings, "f", text, bytes, &error));
    assert_string_equal(error->message, message);
    g_error_free(error);
    policy_settings_clear(&settings);
}

static void refused(const char *text, const char *message)
{
    refused_octets(text, strlen(text), message);
}

static void test_nothing_said(void **state)
{
    static const char *const files[] = {"",         "\n",           "# a comment\n\n   # another", "\xef\xbb\xbf",
                                        "[policy]", "[policy]\r\n", "[tunnel 10.0.0.1 10.0.0.2]"};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct policy_settings s = accepted(files[i]);

        assert_string_equal(s.policy.profile->name, "modern");
        assert_int_equal(s.fail_on, IPIP_WARNING);
        assert_int_equal(s.policy.site_count + s.policy.endpoint_count, 0);
        policy_settings_clear(&s);
    }
}

static void test_policy(void **state)
{
    struct policy_settings s = accepted(
        "[policy]\nprofile=linux\nvantage=host-tx\ninner-side=tundev\n  site = 10.1.0.0/16;10.2.0.0/16 ;; 192.0.2.1;\n"
        "endpoints=10.0.0.1-10.0.0.2 10.0.0.3-10.0.0.4\r\nfail-on=never\nlearn=18446744073709551615\n");

    (void)state;
    assert_string_equal(s.policy.profile->name, "linux");
    assert_int_equal(s.policy.vantage, IPIP_VANTAGE_HOST_TX);
    assert_int_equal(s.policy.inner_side, IPIP_INNER_SIDE_TUNDEV);
    assert_int_equal(s.fail_on, IPIP_ERROR + 1);
    assert_true(s.policy.learn == UINT64_MAX);
    assert_int_equal(s.policy.site_count, 3);
    assert_ipv4(s.policy.sites[0].address, 0x0a010000);
    assert_int_equal(s.policy.sites[1].bits, 96 + 16);
    assert_ipv4(s.policy.sites[2].address, 0xc0000201);
    assert_int_equal(s.policy.endpoint_count, 2);
    assert_ipv4(s.policy.endpoints[1].a, 0x0a000003);
    assert_ipv4(s.policy.endpoints[1].b, 0x0a000004);
    policy_settings_clear(&s);
}

static void test_lists_grow(void **state)
{
    struct policy_settings s = accepted("[policy]\nsite=10.1.0.0/16\nendpoints=10.0.0.1-10.0.0.2\n");
    GError *error = NULL;

    (void)state;
    assert_true(policy_settings_set(&s, "site", "10.2.0.0/16", &error));
    assert_true(policy_settings_set(&s, "endpoints", "10.0.0.3-10.0.0.4", &error));
    assert_int_equal(s.policy.site_count, 2);
    assert_ipv4(s.policy.sites[0].address, 0x0a010000);
    assert_ipv4(s.policy.sites[1].address, 0x0a020000);
    assert_int_equal(s.policy.endpoint_count, 2);
    policy_settings_clear(&s);
}

static void test_finished_lists_are_in_order(void **state)
{
    struct policy_settings s = accepted("[policy]\nsite=192.0.2.1;10.1.2.0/24;10.1.0.0/16\n"
                                        "endpoints=10.0.0.3-10.0.0.4;10.0.0.2-10.0.0.1;10.0.0.1-10.0.0.2\n");

    (void)state;
    policy_settings_finish(&s);
    assert_int_equal(s.policy.site_count, 2);
    assert_ipv4(s.policy.sites[0].address, 0x0a010000);
    assert_int_equal(s.policy.sites[0].bits, 96 + 16);
    assert_ipv4(s.policy.sites[1].address, 0xc0000201);
    assert_int_equal(s.policy.endpoint_count, 2);
    assert_true(ipip_policy_is_endpoint(&s.policy, A, B));
    policy_settings_clear(&s);
}

static void test_tunnels(void **state)
{
    struct policy_settings s = accepted("[tunnel 10.0.0.1 10.0.0.2]\nprofile=vpp\nttl=64\ntos=EF\ndf=copy\nmtu=1480\n"
                                        "[ tunnel  10.0.0.2 10.0.0.1 ]\nttl=inherit\n");
    const struct ipip_expectation *there;
    const struct ipip_expectation *back;

    (void)state;
    assert_int_equal(s.policy.tunnel_count, 2);
    policy_settings_finish(&s);
    there = ipip_policy_expectation(&s.policy, A, B);
    back = ipip_policy_expectation(&s.policy, B, A);
    assert_string_equal(there->profile->name, "vpp");
    assert_int_equal(there->ttl_value, 64);
    assert_int_equal(there->tos_value, 46 << 2);
    assert_int_equal(there->df, IPIP_EXPECT_DF_COPY);
    assert_int_equal(there->mtu, 1480);
    assert_int_equal(back->ttl, IPIP_EXPECT_INHERIT);
    assert_null(back->profile);
    policy_settings_clear(&s);
}

static void test_tunnels_over_ipv6(void **state)
{
    static const struct ipip_addr a6 = {UINT64_C(0x20010db800000000), 1};
    static const struct ipip_addr b6 = {UINT64_C(0x20010db800000000), 2};
    struct policy_settings s = accepted("[policy]\nsite=2001:db8:1::/48;10.0.0.0/8\nendpoints=2001:db8::2-2001:db8::1\n"
                                        "[tunnel 2001:db8::1 2001:DB8:0::2]\nmode=ip6gre\nkey=42\n");
    const struct ipip_expectation *x;

    (void)state;
    policy_settings_finish(&s);
    x = ipip_policy_expectation(&s.policy, a6, b6);
    assert_non_null(x);
    assert_int_equal(x->key_value, 42);
    assert_null(ipip_policy_expectation(&s.policy, b6, a6));
    assert_true(ipip_policy_is_endpoint(&s.policy, a6, b6));
    assert_true(ipip_policy_is_site(&s.policy, (struct ipip_addr){UINT64_C(0x20010db800010000), 7}));
    assert_false(ipip_policy_is_site(&s.policy, a6));
    assert_true(ipip_policy_is_site(&s.policy, A));
    policy_settings_clear(&s);
}

static void test_rules(void **state)
{
    struct policy_settings s =
        accepted("[rule IPIP105]\nseverity=note\n[rule df-clear-allowed]\nreason = a \\\\ b # c  \nseverity=off\n"
                 "[rule ipip109]\nseverity=error\nreason=theirs\n");
    size_t off = ipip_rule_find("IPIP106");

    (void)state;
    for (size_t i = 0; i < IPIP_RULES_MAX; i++) {
        assert_int_equal(s.policy.is_off[i], i == off);
        assert_int_equal(s.reasons[i] != NULL, i == off);
    }
    assert_string_equal(s.reasons[off], "a \\ b # c");
    assert_int_equal(s.policy.severity[off], IPIP_SEVERITY_USUAL);
    assert_int_equal(s.policy.severity[ipip_rule_find("IPIP105")], IPIP_NOTE);
    assert_int_equal(s.policy.severity[ipip_rule_find("IPIP109")], IPIP_ERROR);
    policy_settings_clear(&s);
}

static void test_refused_sections(void **state)
{
    (void)state;
    refused("[frob]\n", "f:1: a section must be [policy], [tunnel SRC DST] or [rule RULE]");
    refused("\n\n[Policy]\n", "f:3: a section must be [policy], [tunnel SRC DST] or [rule RULE]");
    refused("[ ]", "f:1: a section must be [policy], [tunnel SRC DST] or [rule RULE]");
    refused("[policy x]", "f:1: the section must be [policy]");
    refused("[tunnel]", "f:1: the section must be [tunnel SRC DST], such as [tunnel 192.0.2.1 192.0.2.2]");
    refused("[tunnel 10.0.0.1]", "f:1: the section must be [tunnel SRC DST], such as [tunnel 192.0.2.1 192.0.2.2]");
    refused("[tunnel 10.0.0.1 10.0.0.2 10.0.0.3]",
            "f:1: the section must be [tunnel SRC DST], such as [tunnel 192.0.2.1 192.0.2.2]");
    refused("[tunnel 10.0.0.1 peer]", "f:1: SRC and DST must be addresses, such as 192.0.2.1 or 2001:db8::1");
    refused("[tunnel 10.0.0.1 2001:db8::1]", "f:1: SRC and DST must be of one family, both IPv4 or both IPv6");
    refused("[rule]", "f:1: the section must be [rule RULE], such as [rule IPIP105]");
    refused("[rule IPIP999]\n", "f:1: no such rule; `ipip rules` lists them");
    refused("[policy", "f:1: the name of a section stands in brackets, with nothing behind them");
    refused("[policy] # x", "f:1: the name of a section stands in brackets, with nothing behind them");
    refused("[]", "f:1: the name of a section stands in brackets, with nothing behind them");
}

static void test_refused_twice(void **state)
{
    (void)state;
    refused("[policy]\n[rule IPIP105]\nseverity=off\nreason=x\n[policy]\n",
            "f:5: line 1 begins this section already; put all keys there");
    refused("[rule IPIP105]\nseverity=note\n[rule df-not-propagated]\n",
            "f:3: line 1 begins this section already; put all keys there");
    refused("\n[tunnel 10.0.0.1 10.0.0.2]\n[tunnel 10.0.0.1  10.0.0.2]\n",
            "f:3: line 2 begins this section already; put all keys there");
    refused("[policy]\nlearn=1\n\nlearn=1\n", "f:4: learn: it is set in line 2 already");
    refused("[rule IPIP105]\nreason=x\nreason=y\n", "f:3: reason: it is set in line 2 already");
}

static void test_refused_keys(void **state)
{
    (void)state;
    refused("profile=linux\n",
            "f:1: profile: a section must come before the first key: [policy], [tunnel SRC DST] or [rule RULE]");
    refused("[policy]\nttl=1\n",
            "f:2: ttl: a key of [policy] must be one of profile, vantage, inner-side, site, endpoints, fail-on, learn");
    refused("[policy]\nlearn[de]=1\n",
            "f:2: a key of [policy] must be one of profile, vantage, inner-side, site, endpoints, fail-on, learn");
    refused(
        "[tunnel 10.0.0.1 10.0.0.2]\nseverity=off",
        "f:2: severity: a key of [tunnel SRC DST] must be one of profile, ttl, tos, df, mtu, vantage, encap-hops, allow, mode, key, csum, seq, encaplimit, flowlabel, sport, dport, zero-checksum, mtu-mode, prefix, br, br-anycast, prl, relay, map-rule, eth-inner");
    refused("[rule IPIP105]\nttl=1\n", "f:2: ttl: a key of [rule RULE] must be one of severity, reason");
    refused("[policy]\nlearn\n", "f:2: a line must be [SECTION], KEY=VALUE or # COMMENT");
    refused("[policy]\n; learn\n", "f:2: a line must be [SECTION], KEY=VALUE or # COMMENT");
    refused("[policy]\n=1\n", "f:2: a line must be [SECTION], KEY=VALUE or # COMMENT");
}

static void test_refused_values(void **state)
{
    (void)state;
    refused("[policy]\nvantage=entrance\n", "f:2: vantage: it must be one of unknown, entry, mid, exit, host-tx");
    refused("[policy]\nfail-on=\n", "f:2: fail-on: it must be one of note, warning, error, never");
    refused("[policy]\nsite=10.1.0.0/16;10.1.0.1/16\n",
            "f:2: site: it must be a prefix without host bits, such as 10.1.0.0/16 or 2001:db8::/32");
    refused("[policy]\nsite=;\n",
            "f:2: site: it must be a prefix without host bits, such as 10.1.0.0/16 or 2001:db8::/32");
    refused("[policy]\nsite=10.1.0.0/16,10.2.0.0/16\n",
            "f:2: site: it must be a prefix without host bits, such as 10.1.0.0/16 or 2001:db8::/32");
    refused("[policy]\nendpoints=10.0.0.1\n",
            "f:2: endpoints: it must be the two endpoints of a tunnel, such as 192.0.2.1-192.0.2.2");
    refused("[policy]\nlearn=-1\n", "f:2: learn: it must be a number of tunnel packets, 0 for all");
    refused("[policy]\nlearn=18446744073709551616\n", "f:2: learn: it must be a number of tunnel packets, 0 for all");
    refused("[tunnel 10.0.0.1 10.0.0.2]\nttl=0\n", "f:2: ttl: it must be 1 to 255, or inherit");
    refused("[tunnel 2001:db8::1 2001:db8::2]\ndf=set\n",
            "f:2: df: it must be left out: the outer header is IPv6, which has no DF");
    refused("[policy]\nendpoints=10.0.0.1-2001:db8::1\n",
            "f:2: endpoints: it must be the two endpoints of a tunnel, such as 192.0.2.1-192.0.2.2");
    refused("[rule IPIP105]\nseverity=none\n", "f:2: severity: it must be one of note, warning, error, off");
    refused("[rule IPIP105]\nseverity=note\nreason=\n", "f:3: reason: it must not be empty");
    refused("\n[rule IPIP105]\n# nothing\n[policy]\n", "f:2: the section needs severity=error, warning, note or off");
    refused("\n[rule IPIP105]\nreason=x\n", "f:2: the section needs severity=error, warning, note or off");
    refused("[policy]\n[rule IPIP105]\nseverity=off\n",
            "f:2: severity=off needs a reason=..., which every summary shows");
}

static void test_refused_octets(void **state)
{
    (void)state;
    refused("[policy]\n# \xff\n", "f:2: a line must be text in UTF-8, without control characters");
    refused("[rule IPIP105]\nreason=\x1b[2J\n", "f:2: a line must be text in UTF-8, without control characters");
    refused("[rule IPIP105]\nreason=a\\nb\n", "f:2: the value must be one line");
    refused("[rule IPIP105]\nreason=a\\q\n", "f:2: after a backslash comes one of s, t, n, r, or another backslash");
    refused_octets("[policy]\n\0\n", 11, "f:2: a line must be text in UTF-8, without control characters");
    refused("[policy]\rlearn=1\r", "f:1: a line must be text in UTF-8, without control characters");
}

/* It may be another file than was meant: what is in it is not shown, but for what looks like a key. */
static void test_contents_are_not_shown(void **state)
{
    static const char nowhere[] = "a section must come before the first key: [policy], [tunnel SRC DST] or [rule RULE]";
    const struct {
        const char *file;
        const char *shown;
    } files[] = {
        {"Mode-2=x", "f:1: Mode-2: "},
        {"c2VjcmV0c2VjcmV0c2VjcmV0==", "f:1: "},
        {"pass word=x", "f:1: "},
        {"hunter2:$6$aa$bb=cc", "f:1: "},
        {"\xc3\xa4=x", "f:1: "},
        {"PASS_WORD=x", "f:1: "},
        {"abcdefghijklmnopqrst=x", "f:1: abcdefghijklmnopqrst: "},
        {"abcdefghijklmnopqrstu=x", "f:1: "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *message = g_strconcat(files[i].shown, nowhere, NULL);

        refused(files[i].file, message);
        g_free(message);
    }
}

static void test_most_tunnels(void **state)
{
    GString *file = g_string_new(NULL);
    struct policy_settings s;

    (void)state;
    for (int i = 0; i < IPIP_EXPECTATIONS_MAX; i++)
        g_string_append_printf(file, "[tunnel 10.0.0.1 10.1.%d.%d]\nttl=9\n", i / 250, i % 250);
    s = accepted(file->str);
    assert_int_equal(s.policy.tunnel_count, 1000);
    policy_settings_clear(&s);
    g_string_append(file, "[tunnel 10.0.0.1 10.0.0.2]\n");
    refused(file->str, "f:2001: there may be at most 1000 sections [tunnel SRC DST]");
    g_string_free(file, TRUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_said),     cmocka_unit_test(test_policy),
        cmocka_unit_test(test_lists_grow),       cmocka_unit_test(test_finished_lists_are_in_order),
        cmocka_unit_test(test_tunnels),          cmocka_unit_test(test_rules),
        cmocka_unit_test(test_refused_sections), cmocka_unit_test(test_refused_twice),
        cmocka_unit_test(test_refused_keys),     cmocka_unit_test(test_refused_values),
        cmocka_unit_test(test_refused_octets),   cmocka_unit_test(test_contents_are_not_shown),
        cmocka_unit_test(test_most_tunnels),     cmocka_unit_test(test_tunnels_over_ipv6),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
