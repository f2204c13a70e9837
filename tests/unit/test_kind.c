/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <string.h>

#include "ipip/kind.h"

static void test_every_kind_has_a_row(void **state)
{
    (void)state;
    assert_null(ipip_kind_about(IPIP_KIND_NONE));
    assert_null(ipip_kind_about(IPIP_KINDS));
    for (unsigned kind = IPIP_KIND_NONE + 1; kind < IPIP_KINDS; kind++) {
        const struct ipip_kind_about *row = ipip_kind_about((enum ipip_kind)kind);

        assert_non_null(row);
        assert_true(row->name[0] != '\0' && row->title[0] != '\0' && row->standard[0] != '\0');
        assert_true(row->outer != 0 && (row->outer & ~(IPIP_PAYLOAD_IPV4 | IPIP_PAYLOAD_IPV6)) == 0);
        assert_true(row->protocol != 0 && row->payload != 0);
        for (unsigned i = 1; i < IPIP_KIND_SHIMS_MAX; i++) /* no gaps */
            assert_true(row->shims[i - 1] != IPIP_SHIM_NONE || row->shims[i] == IPIP_SHIM_NONE);
    }
}

static void test_names(void **state)
{
    (void)state;
    assert_int_equal(ipip_kind_find("4in6"), IPIP_KIND_4IN6);
    assert_int_equal(ipip_kind_find("gre-in-udp"), IPIP_KIND_GRE_UDP);
    assert_int_equal(ipip_kind_find(""), IPIP_KIND_NONE);
    assert_int_equal(ipip_kind_find("IPIP"), IPIP_KIND_NONE);
    for (unsigned kind = IPIP_KIND_NONE + 1; kind < IPIP_KINDS; kind++)
        assert_int_equal(ipip_kind_find(ipip_kind_about((enum ipip_kind)kind)->name), kind);
}

/* Protocol numbers and what UDP carries under them: RFC 2003, RFC 4213, RFC 2784. */
static void test_udp_tunnels(void **state)
{
    struct ipip_udp_tunnel tunnel = {1, IPIP_KIND_NONE, 9};

    (void)state;
    assert_true(ipip_udp_tunnel_find(&tunnel, "fou-sit"));
    assert_true(tunnel.port == 0 && tunnel.kind == IPIP_KIND_FOU && tunnel.protocol == 41);
    assert_true(ipip_udp_tunnel_find(&tunnel, "gue") && tunnel.kind == IPIP_KIND_GUE);
    assert_true(ipip_udp_tunnel_find(&tunnel, "fou-gre") && tunnel.kind == IPIP_KIND_FOU && tunnel.protocol == 47);
    assert_false(ipip_udp_tunnel_find(&tunnel, "fou"));
    assert_false(ipip_udp_tunnel_find(&tunnel, ""));
    assert_true(tunnel.kind == IPIP_KIND_FOU && tunnel.protocol == 47);
    for (unsigned i = 0; i < 5; i++)
        assert_true(ipip_udp_tunnel_find(&tunnel, ipip_udp_tunnel_name(i)));
    assert_null(ipip_udp_tunnel_name(5));
}

/* Protocol numbers and the kinds that they announce, from the IANA's list: 17 announces nothing by itself. */
static void test_protocols(void **state)
{
    static const struct {
        uint8_t protocol;
        enum ipip_kind over_ipv4, over_ipv6;
    } announced[] = {
        {4, IPIP_KIND_IPIP, IPIP_KIND_4IN6},       {41, IPIP_KIND_6IN4, IPIP_KIND_6IN6},
        {47, IPIP_KIND_GRE, IPIP_KIND_GRE6},       {50, IPIP_KIND_ESP, IPIP_KIND_ESP},
        {55, IPIP_KIND_MINIMAL, IPIP_KIND_NONE},   {97, IPIP_KIND_ETHERIP, IPIP_KIND_ETHERIP},
        {108, IPIP_KIND_IPCOMP, IPIP_KIND_IPCOMP}, {115, IPIP_KIND_L2TP, IPIP_KIND_L2TP},
        {137, IPIP_KIND_MPLS, IPIP_KIND_MPLS},
    };
    size_t next = 0;

    (void)state;
    for (unsigned protocol = 0; protocol < 256; protocol++) {
        bool is_next = next < sizeof announced / sizeof announced[0] && announced[next].protocol == protocol;

        assert_int_equal(ipip_kind_of_protocol(IPIP_PAYLOAD_IPV4, (uint8_t)protocol),
                         is_next ? announced[next].over_ipv4 : IPIP_KIND_NONE);
        assert_int_equal(ipip_kind_of_protocol(IPIP_PAYLOAD_IPV6, (uint8_t)protocol),
                         is_next ? announced[next].over_ipv6 : IPIP_KIND_NONE);
        next += is_next;
    }
    assert_int_equal(next, sizeof announced / sizeof announced[0]);
}

static void test_sets(void **state)
{
    uint32_t over_ipv6 = 0, over_udp = 0, with_gre = 0, read = 0;

    (void)state;
    for (unsigned kind = IPIP_KIND_NONE + 1; kind < IPIP_KINDS; kind++) {
        const struct ipip_kind_about *row = ipip_kind_about((enum ipip_kind)kind);
        uint32_t bit = row->is_read ? IPIP_KIND_BIT(kind) : 0;

        read |= bit;
        over_ipv6 |= (row->outer & IPIP_PAYLOAD_IPV6) != 0 ? bit : 0;
        over_udp |= row->shims[0] == IPIP_SHIM_UDP ? bit : 0;
        with_gre |= row->shims[0] == IPIP_SHIM_GRE ? bit : 0;
    }
    assert_int_equal(over_ipv6, IPIP_KINDS_OVER_IPV6);
    assert_int_equal(over_udp, IPIP_KINDS_OVER_UDP);
    assert_int_equal(with_gre, IPIP_KINDS_WITH_GRE);
    assert_int_equal(read, ipip_kinds_all()->set);
    assert_int_equal(IPIP_KIND_BIT(IPIP_KIND_IPIP), ipip_kinds_ipip()->set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_has_a_row),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_udp_tunnels),
        cmocka_unit_test(test_protocols),
        cmocka_unit_test(test_sets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
