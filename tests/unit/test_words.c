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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ecn_with_an_inherited_tos),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
