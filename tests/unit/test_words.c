/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of ip(8) for a tunnel: what Linux does by default is left out, all else is there. */
#include "unit.h"

#include "ipip/tunnel_text.h"

static void expect(const struct ipip_tunnel *tunnel, const char *words)
{
    char text[IPIP_TUNNEL_TEXT];

    assert_string_equal(ipip_tunnel_words(text, tunnel), words);
}

/* With `tclass inherit` the drivers of GRE over IPv6 copy the octet whole, with ECN; all others propagate ECN as Linux does. */
static void test_ecn_with_an_inherited_tos(void **state)
{
    struct ipip_tunnel gre6 = ipip_tunnel_linux(IPIP_KIND_GRE6), ipip = ipip_tunnel_linux(IPIP_KIND_IPIP);

    (void)state;
    expect(&gre6, "mode ip6gre");
    gre6.tos_inherit = true;
    gre6.ecn = IPIP_ECN_COPY;
    expect(&gre6, "mode ip6gre tclass inherit");
    gre6.ecn = IPIP_ECN_NORMAL;
    expect(&gre6, "mode ip6gre tclass inherit ecn normal");
    ipip.tos_inherit = true;
    expect(&ipip, "mode ipip ttl inherit tos inherit pmtudisc");
    ipip.ecn = IPIP_ECN_COPY;
    expect(&ipip, "mode ipip ttl inherit tos inherit pmtudisc ecn copy");
}

/* With 1 as its last bit a class is inherited, and is that of packets inside that have none: those of IPv4 in IPv4 all have one. */
static void test_class_and_label(void **state)
{
    struct ipip_tunnel ipip = ipip_tunnel_linux(IPIP_KIND_IPIP), gre = ipip_tunnel_linux(IPIP_KIND_GRE),
                       ip6 = ipip_tunnel_linux(IPIP_KIND_4IN6);

    (void)state;
    gre.local = ipip_address_ipv4(0xc0000201);
    ipip.tos = gre.tos = 0x28;
    expect(&ipip, "mode ipip ttl inherit tos 0x28 pmtudisc");
    expect(&gre, "mode gre local 192.0.2.1 tos 0x28");
    ipip.tos_inherit = gre.tos_inherit = true;
    expect(&ipip, "mode ipip ttl inherit tos inherit pmtudisc");
    expect(&gre, "mode gre local 192.0.2.1 tos 0x29");
    ip6.tos = 0xb8;
    ip6.label_policy = IPIP_LABEL_FIXED;
    ip6.label = 0;
    expect(&ip6, "mode ipip6 tclass 0xb8 flowlabel zero");
    ip6.label = 0x12345;
    expect(&ip6, "mode ipip6 tclass 0xb8 flowlabel 0x12345");
    ip6.label_policy = IPIP_LABEL_INHERIT;
    expect(&ip6, "mode ipip6 tclass 0xb8 flowlabel inherit");
}

/* ip-tunnel(8): key is for both ways, ikey and okey for one; two that differ are said apart. */
static void test_keys_of_one_way(void **state)
{
    static const struct {
        bool has_in, has_out;
        uint32_t in, out;
        const char *words;
    } cases[] = {
        {false, false, 0, 0, "mode gre local 192.0.2.1 remote 192.0.2.2"},
        {true, true, 7, 7, "mode gre local 192.0.2.1 remote 192.0.2.2 key 7"},
        {true, false, 7, 0, "mode gre local 192.0.2.1 remote 192.0.2.2 ikey 7"},
        {false, true, 0, 7, "mode gre local 192.0.2.1 remote 192.0.2.2 okey 7"},
        {true, true, 7, 8, "mode gre local 192.0.2.1 remote 192.0.2.2 ikey 7 okey 8"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ipip_tunnel tunnel = ipip_tunnel_linux(IPIP_KIND_GRE);

        tunnel.local = ipip_address_ipv4(0xc0000201);
        tunnel.remote = ipip_address_ipv4(0xc0000202);
        tunnel.in.has_key = cases[i].has_in;
        tunnel.in.key = cases[i].in;
        tunnel.out.has_key = cases[i].has_out;
        tunnel.out.key = cases[i].out;
        expect(&tunnel, cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ecn_with_an_inherited_tos),
        cmocka_unit_test(test_class_and_label),
        cmocka_unit_test(test_keys_of_one_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
