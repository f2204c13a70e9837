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
        cmocka_unit_test(test_keys_of_one_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
