/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which tunnels are named by UDP's port and the first octets, and which other traffic at these ports is none. */
#include "unit.h"

#include "packet/udp_named.h"

static enum ipip_kind named(uint16_t port, const char *hex)
{
    static const struct ipip_kinds every = {.set = UINT32_MAX};
    uint8_t octets[64];

    return udp_named_kind(&every, port, whole(octets, from_hex(octets, sizeof octets, hex)));
}

static void test_each_kind_and_its_neighbour(void **state)
{
    static const struct {
        uint16_t port;
        enum ipip_kind kind;
        const char *there, *not_there;
    } cases[] = {
        {4789, IPIP_KIND_VXLAN, "08000000 00000100", "00000000 00000100"},                  /* no flag I */
        {8472, IPIP_KIND_VXLAN, "08000000 00000100", "f7000000 00000100"},                  /* all flags but I */
        {4790, IPIP_KIND_VXLAN_GPE, "0c000001 00000100", "1c000001 00000100"},              /* version 1 */
        {4790, IPIP_KIND_VXLAN_GPE, "cc000001 00000100", "2c000001 00000100"},              /* version 2 */
        {6081, IPIP_KIND_GENEVE, "00006558 00000100", "40006558 00000100"},                 /* version 1 */
        {6081, IPIP_KIND_GENEVE, "00006558 00000100", "00006558 000001"},                   /* 7 octets of 8 */
        {6081, IPIP_KIND_GENEVE, "01006558 00000100 01018000", "01006558 00000100 010180"}, /* 11 octets of 12 */
        {6635, IPIP_KIND_MPLS_UDP, "00010140", "00010100"},                                 /* TTL 0 */
        {1701, IPIP_KIND_L2TP2, "c8020014", "c8010014"},                                    /* L2F */
        {1701, IPIP_KIND_L2TP, "c8030014", "c8040014"},
        {3544, IPIP_KIND_TEREDO, "60000000", "45000000"},
        {3544, IPIP_KIND_TEREDO, "00000001", "00020001"},
        {3544, IPIP_KIND_TEREDO, "00010001", "01000001"},
        {4500, IPIP_KIND_ESP_UDP, "00000100 00000001", "00000000 00000001"}, /* IKE */
        {4500, IPIP_KIND_ESP_UDP, "00000001", "ff"},                         /* keepalive */
        {2152, IPIP_KIND_GTP_U, "30ff0010", "30010010"},                     /* echo request */
        {2152, IPIP_KIND_GTP_U, "3fff0010", "20ff0010"},                     /* GTP' */
        {2152, IPIP_KIND_GTP_U, "30ff0010", "50ff0010"},                     /* version 2 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(named(cases[i].port, cases[i].there), cases[i].kind);
        assert_int_equal(named(cases[i].port, cases[i].not_there), IPIP_KIND_NONE);
        assert_int_equal(named((uint16_t)(cases[i].port + 10), cases[i].there), IPIP_KIND_NONE);
        assert_true(udp_named_has(cases[i].port));
        assert_false(udp_named_has((uint16_t)(cases[i].port + 10)));
    }
}

static void test_three_octets_are_too_few(void **state)
{
    (void)state;
    assert_int_equal(named(4789, "080000"), IPIP_KIND_NONE);
    assert_int_equal(named(4789, "08000000"), IPIP_KIND_VXLAN);
}

static void test_kinds_that_are_not_looked_for(void **state)
{
    static const uint8_t vxlan[] = {8, 0, 0, 0};
    struct ipip_kinds kinds = {.set = ~(uint32_t)IPIP_KIND_BIT(IPIP_KIND_VXLAN)};

    (void)state;
    assert_int_equal(udp_named_kind(&kinds, 4789, whole(vxlan, sizeof vxlan)), IPIP_KIND_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_kind_and_its_neighbour),
        cmocka_unit_test(test_three_octets_are_too_few),
        cmocka_unit_test(test_kinds_that_are_not_looked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
