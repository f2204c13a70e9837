/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Encapsulation of the kinds that no kernel capture has, in octets by hand. */
#include "pushing.h"

/* RFC 2004 section 3.1: the outer header is the inner one but for its length, protocol, addresses and checksum. */
static void test_minimal(void **state)
{
    struct ipip_tunnel tunnel = tunnel_of(IPIP_KIND_MINIMAL);

    (void)state;
    set_inner(INNER_4 PAYLOAD, 0);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV4), IPIP_OK);
    expect_head("45 00 00 29 12 34 40 00 40 37 a4 66 c0 00 02 01 c0 00 02 02" /* 29 + 12 octets */
                "11 80 da 7c 0a 00 00 02 0a 00 00 01");                       /* protocol, S, checksum, addresses */
    assert_ptr_equal(rewrite.rest.data, inner + 20);
    assert_int_equal(rewrite.rest.wire, 9);

    /* The sender encapsulates: S is clear. */
    ipip_address_parse(&tunnel.local, "10.0.0.1");
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV4), IPIP_OK);
    expect_head("45 00 00 25 12 34 40 00 40 37 5c 6b 0a 00 00 01 c0 00 02 02 11 00 e4 fd 0a 00 00 02");
    tunnel.local = (struct ipip_addr){0, 0};
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV4), IPIP_OK);
    assert_int_equal(rewrite.head_bytes, 28);

    /* Options stay in the outer header. */
    tunnel = tunnel_of(IPIP_KIND_MINIMAL);
    set_inner("46 00 00 21 12 34 40 00 40 11 7f 91 0a 00 00 01 0a 00 00 02 94 04 00 00" PAYLOAD, 0);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV4), IPIP_OK);
    expect_head("46 00 00 2d 12 34 40 00 40 37 0f 5e c0 00 02 01 c0 00 02 02 94 04 00 00 11 80 da 7c 0a 00 00 02"
                "0a 00 00 01");
    tunnel.decrements_ttl = true;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV4), IPIP_OK);
    assert_int_equal(head[8], 63);
    assert_true(ipip_ipv4_checksum_ok(head, 24));

    /* Section 3: a fragment can't be. */
    inner[6] = 0x20;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV4), IPIP_FRAGMENT);
    inner[6] = 0;
    inner[7] = 1;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV4), IPIP_FRAGMENT);
}

/* draft-foschiano-erspan-03 section 4.3: a short frame of VLAN 100 (0x064) with DSCP EF. */
static void test_erspan(void **state)
{
    struct ipip_tunnel tunnel = tunnel_of(IPIP_KIND_ERSPAN);

    (void)state;
    set_inner(FRAME_MACS "81 00 a0 64 08 00 45 b8 00 1d 12 34 40 00 40 11 13 e2 0a 00 00 01 0a 00 00 02" PAYLOAD, 0);
    tunnel.ttl = 64;
    tunnel.erspan_version = 2;
    tunnel.erspan_direction = 1;
    tunnel.erspan_hardware = 0x15;
    tunnel.out.key = 0x123;
    tunnel.out.has_key = true;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_OK);
    expect_head("45 00 00 57 12 34 40 00 40 2f a4 40 c0 00 02 01 c0 00 02 02" /* 47 + 40 octets */
                "10 00 22 eb 00 00 00 05"                                     /* S, type III, sequence */
                "20 64 a9 23" /* version 2, VLAN 100; class 5, short, session */
                "00 01 02 03 00 00 81 58" /* time stamp; security group; P, hardware, egress */);

    /* Type II: the tag is in the frame; index 0xabcde. */
    tunnel.erspan_version = 1;
    tunnel.erspan_index = 0xabcde;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_OK);
    assert_int_equal(rewrite.head_bytes, 36);
    assert_memory_equal(head + 20, "\x10\0\x88\xbe\0\0\0\5\x10\x64\xb9\x23\0\x0a\xbc\xde", 16);

    /* Type I: GRE and nothing behind it. */
    tunnel.erspan_version = 0;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_OK);
    assert_int_equal(rewrite.head_bytes, 24);
    assert_memory_equal(head + 20, "\0\0\x88\xbe", 4);
}

/* What is too long for the path is cut, and T set: 1500 - 36 octets are left. */
static void test_erspan_cuts(void **state)
{
    struct ipip_tunnel tunnel = tunnel_of(IPIP_KIND_ERSPAN);

    (void)state;
    set_inner(FRAME_MACS "08 00" INNER_4, 1464);
    tunnel.mtu = 1500;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_OK);
    assert_int_equal(rewrite.rest.wire, 1464);
    assert_int_equal(head[30] & 4, 0);
    set_inner(FRAME_MACS "08 00" INNER_4, 1465);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_OK);
    assert_int_equal(rewrite.rest.wire, 1464);
    assert_int_equal(head[30] & 4, 4);
    assert_int_equal(head[2] << 8 | head[3], 1500);
}

/* RFC 8086 over IPv6, with the checksum that it demands there, over pseudo-header, UDP, GRE and packet. */
static void test_gre_in_udp_over_ipv6(void **state)
{
    struct ipip_tunnel tunnel = ipip_tunnel_linux(IPIP_KIND_GRE_UDP);

    (void)state;
    set_inner(INNER_4 PAYLOAD, 0);
    ipip_address_parse(&tunnel.local, "2001:db8::1");
    ipip_address_parse(&tunnel.remote, "2001:db8::2");
    tunnel.ttl = 64;
    tunnel.has_udp_checksum = true;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV4), IPIP_OK);
    expect_head("60 0a bc de 00 29 11 40 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01"
                "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02"
                "c0 01 12 92 00 29 51 20" /* ports, length 41, checksum */
                "00 00 08 00");
    tunnel.has_udp_checksum = false;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV4), IPIP_OK);
    assert_memory_equal(head + 46, "\0\0", 2);
    tunnel.source_port = 4660;
    tunnel.has_limit = true;
    tunnel.limit = 2;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV4), IPIP_OK);
    assert_int_equal(head[6], 60);
    assert_memory_equal(head + 40, "\x11\0\4\1\2\1\1\0\x12\x34\x12\x92\0\x29", 14);
}

/* Proto of GUE is what IP would announce; 0 can't be a checksum. */
static void test_udp(void **state)
{
    struct ipip_tunnel tunnel = ipip_tunnel_linux(IPIP_KIND_GUE);

    (void)state;
    ipip_address_parse(&tunnel.local, "192.0.2.1");
    ipip_address_parse(&tunnel.remote, "192.0.2.2");
    set_inner(INNER_6 PAYLOAD, 0);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV6), IPIP_OK);
    assert_int_equal(head[9], 17);
    assert_memory_equal(head + 20, "\xc0\1\x17\xc0\0\x3d\0\0\0\x29\0\0", 12);
    tunnel.encap = IPIP_UDP_ENCAP_FOU;
    tunnel.has_udp_checksum = true;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV6), IPIP_OK);
    assert_int_equal(rewrite.head_bytes, 28);
    /* Two octets of the payload are what the checksum was: now it would be 0. */
    assert_true(head[26] != 0 || head[27] != 0);
    memcpy(inner + 46, head + 26, 2);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV6), IPIP_OK);
    assert_memory_equal(head + 26, "\xff\xff", 2);
}

/* RFC 2473 section 4.1.1: the limit of the packet less one, also where the tunnel has none of its own. */
static void test_encapsulation_limit(void **state)
{
    static const struct {
        const char *headers; /* behind the IPv6 header */
        uint8_t first;
        int limit; /* that goes out, -1: none */
        enum ipip_status status;
    } cases[] = {
        {"11 00 04 01 03 01 01 00", 60, 2, IPIP_OK},
        {"11 00 04 01 00 01 01 00", 60, 0, IPIP_LIMIT_REACHED},
        {"11 00 00 00 00 04 01 09", 60, 8, IPIP_OK},                          /* behind Pad1 */
        {"3c 00 01 04 00 00 00 00 11 00 04 01 ff 01 01 00", 0, 254, IPIP_OK}, /* behind hop-by-hop options */
        {"3c 00 00 00 00 00 00 00 11 00 04 01 05 01 01 00", 44, 4, IPIP_OK},  /* behind a fragment header, offset 0 */
        {"3c 00 00 08 00 00 00 00 11 00 04 01 05 01 01 00", 44, -1, IPIP_OK}, /* in the middle of a datagram */
        {"11 00 04 02 03 01 01 00", 60, -1, IPIP_OK},                         /* another length: not this option */
        {"11 00 01 04 04 01 00 00", 60, -1, IPIP_OK},                         /* inside of padding */
        {"11 01 04 01 03 01 01 00", 60, -1, IPIP_OK},                         /* longer than the packet */
    };
    struct ipip_tunnel tunnel = tunnel_of(IPIP_KIND_6IN6);

    (void)state;
    tunnel.has_limit = false;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_inner(INNER_6, 0);
        inner_bytes += from_hex(inner + inner_bytes, sizeof inner - inner_bytes, cases[i].headers);
        set_length(inner_bytes);
        inner[6] = cases[i].first;
        assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV6), cases[i].status);
        if (cases[i].status != IPIP_OK)
            continue;
        assert_int_equal(rewrite.head_bytes, cases[i].limit < 0 ? 40 : 48);
        assert_int_equal(head[6], cases[i].limit < 0 ? 41 : 60);
        if (cases[i].limit >= 0)
            assert_memory_equal(head + 40, ((uint8_t[]){41, 0, 4, 1, (uint8_t)cases[i].limit, 1, 1, 0}), 8);
    }
    tunnel.has_limit = true; /* then it counts where the packet has none */
    tunnel.limit = 9;
    set_inner(INNER_6 PAYLOAD, 0);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV6), IPIP_OK);
    assert_int_equal(head[44], 9);
}

/* RFC 2473 section 6, and Linux' gre6, which takes `tclass` as it is. */
static void test_ipv6_header(void **state)
{
    struct ipip_tunnel tunnel = tunnel_of(IPIP_KIND_6IN6);

    (void)state;
    set_inner(INNER_6 PAYLOAD, 0);
    inner[1] = 0xb1; /* Traffic Class bb: CE, label 12345 */
    tunnel.has_limit = false;
    tunnel.tos = 0x28;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV6), IPIP_OK);
    assert_memory_equal(head, "\x62\xaa\xbc\xde\0\x31\x29\x40", 8); /* CE goes out as ECT(0) */
    tunnel.tos_inherit = true;
    tunnel.label_policy = IPIP_LABEL_INHERIT;
    tunnel.ttl = 0;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV6), IPIP_OK);
    assert_memory_equal(head, "\x6b\xa1\x23\x45\0\x31\x29\x3f", 8);
    tunnel.label_policy = IPIP_LABEL_FIXED;
    tunnel.label = 0x54321;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV6), IPIP_OK);
    assert_memory_equal(head + 1, "\xa5\x43\x21", 3);

    tunnel = tunnel_of(IPIP_KIND_GRE6);
    tunnel.tos = 0x2b;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV6), IPIP_OK);
    assert_memory_equal(head, "\x62\xba\xbc\xde", 4);
    tunnel.tos_inherit = true;
    tunnel.ecn = IPIP_ECN_COPY;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV6), IPIP_OK);
    assert_memory_equal(head, "\x6b\xba\xbc\xde", 4);

    /* No label inside is as an automatic one. */
    tunnel.label_policy = IPIP_LABEL_INHERIT;
    set_inner(INNER_4 PAYLOAD, 0);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV4), IPIP_OK);
    assert_memory_equal(head, "\x60\x0a\xbc\xde", 4);
}

static void test_forwarding_decrements_the_hop_limit(void **state)
{
    struct ipip_tunnel tunnel = tunnel_of(IPIP_KIND_6IN4);

    (void)state;
    set_inner(INNER_6 PAYLOAD, 0);
    tunnel.decrements_ttl = true;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV6), IPIP_OK);
    assert_int_equal(rewrite.head_bytes, 60);
    assert_int_equal(head[8], 62);
    inner[7]--;
    assert_memory_equal(head + 20, inner, 40);
    inner[7] = 1;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV6), IPIP_TTL_EXPIRED);
}

/* What is pushed as IPv6 has to be IPv6, and as IPv4 IPv4. */
static void test_another_version(void **state)
{
    struct ipip_tunnel six = tunnel_of(IPIP_KIND_6IN4), four = tunnel_of(IPIP_KIND_IPIP);

    (void)state;
    set_inner(INNER_6 PAYLOAD, 0);
    inner[0] = 0x4b;
    assert_int_equal(push(&six, IPIP_PAYLOAD_IPV6), IPIP_NOT_IPV6);
    set_inner(INNER_4 PAYLOAD, 0);
    inner[0] = 0x65;
    assert_int_equal(push(&four, IPIP_PAYLOAD_IPV4), IPIP_NOT_IPV4);
}

/* 6to4 (RFC 3056 section 5.3), 6rd (RFC 5969 section 4), ISATAP (RFC 5214 section 6.1), and what embeds no address. */
static void test_exits(void **state)
{
    static const struct {
        const char *prefix;
        const char *relay; /* as IPv4 */
        uint8_t relay_bits;
        bool is_isatap;
        bool has_router;
        const char *destination;
        const char *exit; /* NULL: none */
    } cases[] = {
        {"2002::/16", NULL, 0, false, false, "2002:c633:6409::1", "198.51.100.9"},
        {"2002::/16", NULL, 0, false, false, "2001:db8::1", NULL},
        {"2002::/16", NULL, 0, false, false, "2002:c000:201::1", NULL}, /* 192.0.2.1, this end */
        {"2002::/16", NULL, 0, false, false, "::198.51.100.9", "198.51.100.9"},
        {"2002::/16", NULL, 0, false, false, "::1", NULL},
        {"2002::/16", NULL, 0, false, false, "::", NULL},
        {"2001:db8::/32", "10.0.0.0", 8, false, false, "2001:db8:102:300::1", "10.1.2.3"},
        {"2001:db8::/32", NULL, 0, false, false, "2001:db8:a01:203::1", "10.1.2.3"},
        {"2001:db8::/33", "10.0.0.0", 8, false, false, "2001:db8:0081:0180::1", "10.1.2.3"},
        {"2001:db8::/56", NULL, 0, false, false, "2001:db8:0:c6:3364:900::1", "198.51.100.9"}, /* over the middle */
        {"2001:db8::/32", "10.1.2.3", 32, false, false, "2001:db8:ffff::1", "10.1.2.3"},
        {NULL, NULL, 0, true, false, "fe80::5efe:c633:6409", "198.51.100.9"},
        {NULL, NULL, 0, true, false, "2001:db8::200:5efe:c633:6409", "198.51.100.9"},
        {NULL, NULL, 0, true, false, "2001:db8::1", NULL},
        {NULL, NULL, 0, true, true, "2001:db8::1", "203.0.113.7"},
        {NULL, NULL, 0, true, true, "fe80::5efe:c633:6409", "198.51.100.9"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ipip_tunnel tunnel = tunnel_of(IPIP_KIND_6IN4);
        struct ipip_addr destination, exit;
        enum ipip_status status;

        tunnel.remote = (struct ipip_addr){0, 0};
        tunnel.prefix = (struct ipip_prefix){{0, 0}, 0};
        if (cases[i].prefix != NULL)
            assert_true(ipip_prefix_parse(&tunnel.prefix, cases[i].prefix));
        if (cases[i].relay != NULL)
            ipip_address_parse(&tunnel.relay.address, cases[i].relay);
        tunnel.relay.bits = cases[i].relay != NULL ? (uint8_t)(96 + cases[i].relay_bits) : 0;
        tunnel.is_isatap = cases[i].is_isatap;
        tunnel.router_count = cases[i].has_router;
        ipip_address_parse(&tunnel.routers[0], "203.0.113.7");
        set_inner(INNER_6 PAYLOAD, 0);
        assert_true(ipip_address_parse(&destination, cases[i].destination));
        ipip_address_octets(inner + 24, destination);
        status = push(&tunnel, IPIP_PAYLOAD_IPV6);
        assert_int_equal(status, cases[i].exit == NULL ? IPIP_NO_EXIT : IPIP_OK);
        if (cases[i].exit == NULL)
            continue;
        ipip_address_parse(&exit, cases[i].exit);
        assert_int_equal((uint32_t)head[16] << 24 | head[17] << 16 | head[18] << 8 | head[19], (uint32_t)exit.low);
    }
}

/* Several kinds: the packet decides. */
static void test_mode_any(void **state)
{
    struct ipip_tunnel tunnel = tunnel_of(IPIP_KIND_6IN4);

    (void)state;
    tunnel.kinds |= IPIP_KIND_BIT(IPIP_KIND_IPIP) | IPIP_KIND_BIT(IPIP_KIND_MPLS);
    set_inner(INNER_6 PAYLOAD, 0);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV6), IPIP_OK);
    assert_int_equal(head[9], 41);
    assert_int_equal(ipip_tunnel_kind(&tunnel, IPIP_PAYLOAD_IPV6), IPIP_KIND_6IN4);
    set_inner(INNER_4 PAYLOAD, 0);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV4), IPIP_OK);
    assert_int_equal(head[9], 4);
    set_inner("00 01 01 40" INNER_4 PAYLOAD, 0);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_MPLS), IPIP_OK);
    assert_int_equal(head[9], 137);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_NOT_HELD);
    tunnel.kinds = IPIP_KIND_BIT(IPIP_KIND_4IN6); /* the addresses are IPv4 */
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV4), IPIP_NOT_HELD);
    tunnel = tunnel_of(IPIP_KIND_4IN6);
    tunnel.kinds = IPIP_KIND_BIT(IPIP_KIND_IPIP);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV4), IPIP_NOT_HELD);
    tunnel.kinds = 0;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_IPV4), IPIP_NOT_HELD);
    tunnel.kinds = IPIP_KIND_BIT(IPIP_KIND_ESP);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_OPAQUE), IPIP_NOT_HELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minimal),
        cmocka_unit_test(test_erspan),
        cmocka_unit_test(test_erspan_cuts),
        cmocka_unit_test(test_gre_in_udp_over_ipv6),
        cmocka_unit_test(test_udp),
        cmocka_unit_test(test_encapsulation_limit),
        cmocka_unit_test(test_ipv6_header),
        cmocka_unit_test(test_forwarding_decrements_the_hop_limit),
        cmocka_unit_test(test_another_version),
        cmocka_unit_test(test_exits),
        cmocka_unit_test(test_mode_any),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
