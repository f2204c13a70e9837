/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said of a direction's kind: with the evidence that it takes, and a tunnel configured by it. */
#include "unit.h"

#include <string.h>

#include "ipip/inference.h"
#include "ipip/inventory.h"
#include "ipip/path.h"
#include "ipip/size_story.h"
#include "ipip/statement.h"

/* The statement of this name; NULL: the direction has none. */
static const struct ipip_statement *of(const char *name, enum ipip_kind kind, const struct ipip_kind_stats *stats)
{
    static struct ipip_statement statement;

    for (size_t i = 0; i < ipip_statement_count(); i++) {
        if (ipip_statement_make(&statement, i, kind, stats) && strcmp(statement.name, name) == 0)
            return &statement;
    }
    return NULL;
}

static void expect(const char *name, enum ipip_kind kind, const struct ipip_kind_stats *stats, const char *text,
                   const char *certainty)
{
    const struct ipip_statement *s = of(name, kind, stats);

    assert_non_null(s);
    assert_string_equal(s->text, text);
    assert_string_equal(ipip_certainty_name(s->certainty), certainty);
}

static struct ipip_tunnel configured(enum ipip_kind kind, const struct ipip_kind_stats *stats)
{
    struct ipip_tunnel tunnel = ipip_tunnel_linux(kind);

    ipip_statements_configure(&tunnel, kind, stats);
    return tunnel;
}

static void test_gre(void **state)
{
    struct ipip_kind_stats o = {.packets = 40, .gre = 40, .types = {{40}, {0x0800}, false}};

    (void)state;
    expect("key", IPIP_KIND_GRE, &o, "none", "certain");
    expect("csum", IPIP_KIND_GRE, &o, "never", "certain");
    assert_string_equal(of("csum", IPIP_KIND_GRE, &o)->title, "csum");
    expect("seq", IPIP_KIND_GRE, &o, "never", "certain");
    expect("payload", IPIP_KIND_GRE, &o, "0x0800 (40)", "certain");
    assert_false(configured(IPIP_KIND_GRE, &o).out.has_key);
    o.keyed = 40;
    o.keys = (struct ipip_numbers){{40}, {42}, false};
    o.summed = 39;
    o.sequence = (struct ipip_sequence){.packets = 40, .first = 5, .last = 50, .gaps = 2, .missing = 6, .restarts = 1};
    expect("key", IPIP_KIND_GRE, &o, "42", "certain");
    expect("csum", IPIP_KIND_GRE, &o, "always", "likely");
    expect("seq", IPIP_KIND_GRE, &o, "always, 5 to 50, 2 gaps (6 missing), 1 restart", "certain");
    assert_true(configured(IPIP_KIND_GRE, &o).out.has_checksum);
    assert_int_equal(configured(IPIP_KIND_GRE, &o).out.key, 42);
    o.summed = 20;
    expect("csum", IPIP_KIND_GRE, &o, "sometimes", "varies");
    assert_false(configured(IPIP_KIND_GRE, &o).out.has_checksum);
    assert_null(of("limit", IPIP_KIND_GRE, &o));
    assert_null(of("sport", IPIP_KIND_GRE, &o));
    assert_null(of("sub_kind", IPIP_KIND_GRE, &o));
}

static void test_few_packets_are_likely(void **state)
{
    struct ipip_kind_stats o = {.packets = 2, .gre = 2};

    (void)state;
    expect("csum", IPIP_KIND_GRE, &o, "never", "likely");
    o.packets = o.gre = 3;
    expect("csum", IPIP_KIND_GRE, &o, "never", "certain");
}

static void test_outer_ipv6(void **state)
{
    struct ipip_kind_stats o = {.packets = 30, .labels = {{30}, {0x12345}, false}};

    (void)state;
    expect("limit", IPIP_KIND_4IN6, &o, "none", "certain");
    assert_false(configured(IPIP_KIND_4IN6, &o).has_limit);
    o.limited = 30;
    o.limits = (struct ipip_numbers){{29}, {4}, false};
    o.nested = 1;
    expect("limit", IPIP_KIND_4IN6, &o, "fixed 4, one less than inside (1)", "certain");
    assert_int_equal(configured(IPIP_KIND_4IN6, &o).limit, 4);
    o.limited = 15;
    o.limits.count[0] = 15;
    o.nested = 0;
    expect("limit", IPIP_KIND_4IN6, &o, "varies", "varies");
    /* One label for IPv4 inside is Linux' habit, too. */
    expect("label", IPIP_KIND_4IN6, &o, "fixed 0x12345 or by flow", "not observable");
    assert_int_equal(configured(IPIP_KIND_4IN6, &o).label_policy, IPIP_LABEL_AUTO);
    o.over_ipv6 = 30;
    o.inner_labels = (struct ipip_numbers){{10, 10, 10}, {1, 2, 3}, false};
    expect("label", IPIP_KIND_6IN6, &o, "fixed 0x12345", "certain");
    assert_int_equal(configured(IPIP_KIND_6IN6, &o).label, 0x12345);
    o.labels.value[0] = 0;
    expect("label", IPIP_KIND_6IN6, &o, "0", "certain");
    o.labels = (struct ipip_numbers){{10, 10, 10}, {1, 2, 3}, false};
    expect("label", IPIP_KIND_6IN6, &o, "varies", "varies");
    o.label_flows = (struct ipip_flow_numbers){.flows = 3, .kept = 27};
    expect("label", IPIP_KIND_6IN6, &o, "per flow", "certain");
    o.labels_inner = 30;
    expect("label", IPIP_KIND_6IN6, &o, "inner", "certain");
    assert_null(of("limit", IPIP_KIND_GUE, &(struct ipip_kind_stats){.packets = 1, .udp = 1}));
}

static void test_udp(void **state)
{
    struct ipip_kind_stats o = {.discriminator = ipip_discriminator(false, 0, 5555),
                                .packets = 30,
                                .udp = 30,
                                .as_kinds = IPIP_KIND_BIT(IPIP_KIND_6IN4),
                                .ports = {{30}, {40000}, false},
                                .port_flows = {.flows = 2, .kept = 28},
                                .port_min = 40000,
                                .port_max = 40000};

    (void)state;
    expect("inside", IPIP_KIND_FOU, &o, "6in4", "certain");
    expect("sport", IPIP_KIND_FOU, &o, "fixed 40000 or by flow", "not observable");
    assert_int_equal(configured(IPIP_KIND_FOU, &o).source_port, 0);
    assert_int_equal(configured(IPIP_KIND_FOU, &o).destination_port, 5555);
    assert_int_equal(configured(IPIP_KIND_FOU, &o).kinds, IPIP_KIND_BIT(IPIP_KIND_6IN4));
    o.port_flows.flows = 3;
    expect("sport", IPIP_KIND_FOU, &o, "fixed 40000", "certain");
    assert_int_equal(configured(IPIP_KIND_FOU, &o).source_port, 40000);
    o.ports = (struct ipip_numbers){{10, 10, 10}, {40000, 40001, 40002}, false};
    o.port_max = 40002;
    expect("sport", IPIP_KIND_FOU, &o, "per flow, 40000..40002", "certain");
    o.port_flows = (struct ipip_flow_numbers){.flows = 3, .moved = 27};
    expect("sport", IPIP_KIND_FOU, &o, "per packet, 40000..40002", "varies");
    expect("udp_csum", IPIP_KIND_FOU, &o, "zero", "certain");
    o.udp_summed = 30;
    expect("udp_csum", IPIP_KIND_FOU, &o, "present", "certain");
    assert_null(of("remcsum", IPIP_KIND_GUE, &o));
    assert_null(of("key", IPIP_KIND_FOU, &o)); /* there is no GRE inside */
}

/* Nine packets of ten make a sub-kind. */
static void test_6in4(void **state)
{
    struct ipip_kind_stats o = {.packets = 10, .over_ipv6 = 10, .sub_kinds = {9, 0, 1}, .embedded = 10};

    (void)state;
    expect("sub_kind", IPIP_KIND_6IN4, &o, "6to4", "likely");
    assert_string_equal(of("sub_kind", IPIP_KIND_6IN4, &o)->title, "variant");
    o.sub_kinds[IPIP_SUB_KIND_6TO4] = 8;
    o.sub_kinds[IPIP_SUB_KIND_CONFIGURED] = 2;
    assert_int_equal(ipip_kind_stats_sub_kind(&o), IPIP_SUB_KIND_CONFIGURED);
    expect("sub_kind", IPIP_KIND_6IN4, &o, "configured", "varies");
    o.sub_kinds[IPIP_SUB_KIND_6TO4] = 0;
    o.sub_kinds[IPIP_SUB_KIND_CONFIGURED] = 10;
    expect("sub_kind", IPIP_KIND_6IN4, &o, "configured", "likely"); /* or 6rd of one site */
    o.sub_kinds[IPIP_SUB_KIND_6TO4] = 10;
    o.sub_kinds[IPIP_SUB_KIND_CONFIGURED] = 0;
    expect("sub_kind", IPIP_KIND_6IN4, &o, "6to4", "certain");
    assert_int_equal(configured(IPIP_KIND_6IN4, &o).prefix.bits, 16);
    assert_false(configured(IPIP_KIND_6IN4, &o).is_isatap);
    o.sub_kinds[IPIP_SUB_KIND_6TO4] = 0;
    o.sub_kinds[IPIP_SUB_KIND_ISATAP] = 10;
    assert_true(configured(IPIP_KIND_6IN4, &o).is_isatap);
}

/* The exit follows from each packet's inner destination (RFC 3056), or is one that is configured. */
static void test_remote_of_6in4(void **state)
{
    static const struct {
        enum ipip_sub_kind sub_kind;
        uint32_t embedded;
        bool has_remote;
    } rows[] = {
        {IPIP_SUB_KIND_6TO4, 10, false},      {IPIP_SUB_KIND_6TO4, 0, true}, /* to a relay */
        {IPIP_SUB_KIND_CONFIGURED, 10, true}, {IPIP_SUB_KIND_CONFIGURED, 0, true}, {IPIP_SUB_KIND_ISATAP, 0, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ipip_kind_stats o = {.packets = 10, .over_ipv6 = 10, .embedded = rows[i].embedded};
        struct ipip_tunnel tunnel = ipip_tunnel_linux(IPIP_KIND_6IN4);

        o.sub_kinds[rows[i].sub_kind] = 10;
        tunnel.remote = ipip_address_ipv4(0xc0000202);
        tunnel.prefix.bits = 0;
        ipip_statements_configure(&tunnel, IPIP_KIND_6IN4, &o);
        assert_int_equal(ipip_address_equal(tunnel.remote, ipip_address_ipv4(0xc0000202)), rows[i].has_remote);
        assert_int_equal(tunnel.is_isatap, rows[i].sub_kind == IPIP_SUB_KIND_ISATAP);
        assert_int_equal(tunnel.prefix.bits, rows[i].sub_kind == IPIP_SUB_KIND_6TO4 && !rows[i].has_remote ? 16 : 0);
    }
}

/* What most packets of a mirror have. */
static void test_erspan(void **state)
{
    struct ipip_kind_stats o = {.packets = 9,
                                .gre = 9,
                                .erspan_types = {0, 2, 3, 4},
                                .egress = 3,
                                .sessions = {{5, 4}, {100, 200}, false},
                                .indexes = {{4, 3}, {17, 7}, false}};
    struct ipip_tunnel tunnel = configured(IPIP_KIND_ERSPAN, &o);

    (void)state;
    assert_true(tunnel.out.has_key && tunnel.in.has_key);
    assert_int_equal(tunnel.out.key, 100);
    assert_int_equal(tunnel.in.key, 100);
    assert_int_equal(tunnel.erspan_version, 2);
    assert_int_equal(tunnel.erspan_hardware, 17);
    assert_true(tunnel.erspan_direction);
    o.egress = 2; /* half of them */
    assert_false(configured(IPIP_KIND_ERSPAN, &o).erspan_direction);
    o.erspan_types[2] = 5;
    tunnel = configured(IPIP_KIND_ERSPAN, &o);
    assert_int_equal(tunnel.erspan_version, 1);
    assert_int_equal(tunnel.erspan_index, 17);
    assert_int_equal(tunnel.erspan_hardware, 0);
    o.erspan_types[1] = 6;
    tunnel = configured(IPIP_KIND_ERSPAN, &o);
    assert_int_equal(tunnel.erspan_version, 0);
    assert_int_equal(tunnel.erspan_index, 0);
}

static void test_esp(void **state)
{
    struct ipip_kind_stats o = {.packets = 9, .opaque = 9, .spis = {{5, 4}, {0x1000, 0x1001}, false}};
    struct ipip_direction_stats seen = {.kind = IPIP_KIND_ESP, .dst = IPV4_CONSTANT(1)};

    (void)state;
    expect("spi", IPIP_KIND_ESP, &o, "0x00001000 (5), 0x00001001 (4)", "certain");
    assert_null(of("key", IPIP_KIND_ESP, &o));
    assert_true(ipip_inferred_field_applies(IPIP_INFERRED_ID, &seen));
    assert_false(ipip_inferred_field_applies(IPIP_INFERRED_TTL, &seen));
    seen.kind = IPIP_KIND_4IN6;
    seen.dst = (struct ipip_addr){UINT64_C(0xfd00) << 48, 1};
    assert_true(ipip_inferred_field_applies(IPIP_INFERRED_TTL, &seen));
    assert_false(ipip_inferred_field_applies(IPIP_INFERRED_DF, &seen));
}

/* What a tunnel of the kind adds, and the least MTU that IPv6 inside needs. */
static void test_size_story(void **state)
{
    struct ipip_direction_stats seen = {.kind = IPIP_KIND_6IN4, .stats = {.overhead_max = 20, .largest = 1460}};
    struct ipip_kind_stats more = {.packets = 10, .over_ipv6 = 10};
    struct ipip_path path = {.mtu = 1290};

    (void)state;
    assert_int_equal(ipip_size_story(&seen, &more, NULL, &path).inner_mtu, 1280);
    assert_int_equal(ipip_size_story(&seen, &more, NULL, &path).tcp_overhead, 60);
    more.over_ipv6 = 0;
    assert_int_equal(ipip_size_story(&seen, &more, NULL, &path).inner_mtu, 1270);
    more.opaque = 10;
    assert_int_equal(ipip_size_story(&seen, &more, NULL, &path).path_mtu, 0);
    seen.kind = IPIP_KIND_MINIMAL;
    seen.stats.overhead_max = 32;
    more.opaque = 0;
    assert_int_equal(ipip_size_story(&seen, &more, NULL, &path).overhead, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gre),        cmocka_unit_test(test_few_packets_are_likely),
        cmocka_unit_test(test_outer_ipv6), cmocka_unit_test(test_udp),
        cmocka_unit_test(test_6in4),       cmocka_unit_test(test_remote_of_6in4),
        cmocka_unit_test(test_erspan),     cmocka_unit_test(test_esp),
        cmocka_unit_test(test_size_story),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
