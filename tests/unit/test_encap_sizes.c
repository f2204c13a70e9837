/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What fits into tunnels of each kind, and what becomes of the rest. */
#include "pushing.h"

/* What the device's MTU is over a link of 1500 octets, as `ip link` shows it on Linux; 1492 and 1488 for minimal encapsulation. */
static void test_mtus(void **state)
{
    static const struct {
        enum ipip_kind kind;
        enum ipip_payload type;
        uint16_t mtu;
        enum ipip_udp_encap encap;
        bool has_key, has_all;
        int limit; /* 0: as it is, -1: none */
    } cases[] = {
        {IPIP_KIND_IPIP, IPIP_PAYLOAD_IPV4, 1480, IPIP_UDP_ENCAP_NONE, false, false, 0},
        {IPIP_KIND_6IN4, IPIP_PAYLOAD_IPV6, 1480, IPIP_UDP_ENCAP_NONE, false, false, 0},
        {IPIP_KIND_GRE, IPIP_PAYLOAD_IPV4, 1476, IPIP_UDP_ENCAP_NONE, false, false, 0},
        {IPIP_KIND_GRE, IPIP_PAYLOAD_IPV6, 1476, IPIP_UDP_ENCAP_NONE, false, false, 0},
        {IPIP_KIND_GRE, IPIP_PAYLOAD_IPV4, 1472, IPIP_UDP_ENCAP_NONE, true, false, 0},
        {IPIP_KIND_GRE, IPIP_PAYLOAD_IPV4, 1464, IPIP_UDP_ENCAP_NONE, true, true, 0},
        {IPIP_KIND_GRETAP, IPIP_PAYLOAD_ETHERNET, 1462, IPIP_UDP_ENCAP_NONE, false, false, 0},
        {IPIP_KIND_GRETAP, IPIP_PAYLOAD_ETHERNET, 1458, IPIP_UDP_ENCAP_NONE, true, false, 0},
        {IPIP_KIND_ERSPAN, IPIP_PAYLOAD_ETHERNET, 1450, IPIP_UDP_ENCAP_NONE, true, false, 0},
        {IPIP_KIND_4IN6, IPIP_PAYLOAD_IPV4, 1452, IPIP_UDP_ENCAP_NONE, false, false, 0},
        {IPIP_KIND_4IN6, IPIP_PAYLOAD_IPV4, 1460, IPIP_UDP_ENCAP_NONE, false, false, -1},
        {IPIP_KIND_6IN6, IPIP_PAYLOAD_IPV6, 1452, IPIP_UDP_ENCAP_NONE, false, false, 0},
        {IPIP_KIND_GRE6, IPIP_PAYLOAD_IPV4, 1448, IPIP_UDP_ENCAP_NONE, false, false, 0},
        {IPIP_KIND_GRE6, IPIP_PAYLOAD_IPV6, 1456, IPIP_UDP_ENCAP_NONE, false, false, -1},
        {IPIP_KIND_IPIP, IPIP_PAYLOAD_IPV4, 1472, IPIP_UDP_ENCAP_FOU, false, false, 0},
        {IPIP_KIND_IPIP, IPIP_PAYLOAD_IPV4, 1468, IPIP_UDP_ENCAP_GUE, false, false, 0},
        {IPIP_KIND_GRE, IPIP_PAYLOAD_IPV4, 1468, IPIP_UDP_ENCAP_FOU, false, false, 0},
        {IPIP_KIND_GRE6, IPIP_PAYLOAD_IPV6, 1440, IPIP_UDP_ENCAP_FOU, false, false, 0},
        {IPIP_KIND_MINIMAL, IPIP_PAYLOAD_IPV4, 1488, IPIP_UDP_ENCAP_NONE, false, false, 0},
        {IPIP_KIND_GRE, IPIP_PAYLOAD_ETHERNET, 0, IPIP_UDP_ENCAP_NONE, false, false, 0}, /* not held */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ipip_tunnel tunnel = tunnel_of(cases[i].kind);

        tunnel.encap = cases[i].encap;
        tunnel.out.has_key = cases[i].has_key;
        tunnel.out.has_checksum = tunnel.out.has_sequence = cases[i].has_all;
        tunnel.has_limit &= cases[i].limit >= 0;
        assert_int_equal(ipip_tunnel_icmp_mtu(&tunnel, cases[i].type), 0);
        tunnel.mtu = 1500;
        assert_int_equal(ipip_tunnel_icmp_mtu(&tunnel, cases[i].type), cases[i].mtu);
    }
}

/* Of links that take less than IP must have, that is announced all the same: RFC 791, RFC 8200 section 5, RFC 4213 section 3.2.1. */
static void test_mtus_of_narrow_links(void **state)
{
    static const struct {
        enum ipip_kind kind;
        enum ipip_payload type;
        uint16_t link, mtu;
    } cases[] = {
        {IPIP_KIND_6IN4, IPIP_PAYLOAD_IPV6, 1301, 1281}, {IPIP_KIND_6IN4, IPIP_PAYLOAD_IPV6, 1299, 1280},
        {IPIP_KIND_6IN6, IPIP_PAYLOAD_IPV6, 1329, 1281}, {IPIP_KIND_6IN6, IPIP_PAYLOAD_IPV6, 1327, 1280},
        {IPIP_KIND_GRE6, IPIP_PAYLOAD_IPV6, 1300, 1280}, {IPIP_KIND_4IN6, IPIP_PAYLOAD_IPV4, 117, 69},
        {IPIP_KIND_4IN6, IPIP_PAYLOAD_IPV4, 115, 68},    {IPIP_KIND_IPIP, IPIP_PAYLOAD_IPV4, 80, 60},
        {IPIP_KIND_GRE, IPIP_PAYLOAD_IPV6, 1300, 1276},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ipip_tunnel tunnel = tunnel_of(cases[i].kind);

        tunnel.mtu = cases[i].link;
        assert_int_equal(ipip_tunnel_icmp_mtu(&tunnel, cases[i].type), cases[i].mtu);
    }
}

/* A packet of just that size enters, of one octet more it does not: what happens then, kind by kind, on narrow paths too. */
static void test_too_large(void **state)
{
    static const struct {
        enum ipip_kind kind;
        uint8_t version;
        uint16_t mtu;
        enum ipip_df_policy df;
        bool inner_df;
        uint16_t fits; /* octets */
        enum ipip_status more;
    } cases[] = {
        {IPIP_KIND_GRE, 4, 1500, IPIP_DF_SET, true, 1476, IPIP_MTU_EXCEEDED},
        {IPIP_KIND_GRE, 4, 1500, IPIP_DF_SET, false, 1476, IPIP_MTU_UNTOLD},
        {IPIP_KIND_GRE, 4, 1500, IPIP_DF_COPY, false, 1476, IPIP_OK},
        {IPIP_KIND_GRE, 6, 1500, IPIP_DF_SET, false, 1476, IPIP_MTU_EXCEEDED},
        {IPIP_KIND_GRE, 6, 1500, IPIP_DF_COPY, false, 1476, IPIP_OK},
        {IPIP_KIND_GRE, 6, 1304, IPIP_DF_SET, false, 1280, IPIP_MTU_EXCEEDED},
        {IPIP_KIND_GRE, 6, 1303, IPIP_DF_SET, false, 1279, IPIP_MTU_UNTOLD}, /* IPv6 can't be asked for less */
        {IPIP_KIND_6IN4, 6, 1500, IPIP_DF_SET, false, 1480, IPIP_MTU_EXCEEDED},
        {IPIP_KIND_6IN4, 6, 1300, IPIP_DF_SET, false, 1280, IPIP_MTU_EXCEEDED},
        {IPIP_KIND_6IN4, 6, 1200, IPIP_DF_SET, false, 1280, IPIP_MTU_EXCEEDED}, /* in fragments up to there */
        {IPIP_KIND_6IN4, 6, 1500, IPIP_DF_CLEAR, false, 1480, IPIP_OK},
        {IPIP_KIND_4IN6, 4, 1500, IPIP_DF_SET, true, 1452, IPIP_MTU_EXCEEDED},
        {IPIP_KIND_4IN6, 4, 1500, IPIP_DF_SET, false, 1452, IPIP_MTU_EXCEEDED}, /* Linux, also without DF */
        {IPIP_KIND_4IN6, 4, 1500, IPIP_DF_COPY, false, 1452, IPIP_OK},          /* RFC 2473 section 7.2 b */
        {IPIP_KIND_4IN6, 4, 1500, IPIP_DF_COPY, true, 1452, IPIP_MTU_EXCEEDED}, /* a */
        {IPIP_KIND_6IN6, 6, 1500, IPIP_DF_SET, false, 1452, IPIP_MTU_EXCEEDED},
        {IPIP_KIND_6IN6, 6, 1500, IPIP_DF_COPY, false, 1452, IPIP_MTU_EXCEEDED},
        {IPIP_KIND_6IN6, 6, 1280, IPIP_DF_SET, false, 1280,
         IPIP_MTU_EXCEEDED}, /* section 7.1: in fragments up to 1280 */
        {IPIP_KIND_GRE6, 6, 1500, IPIP_DF_SET, false, 1448, IPIP_MTU_EXCEEDED},
        {IPIP_KIND_MINIMAL, 4, 1500, IPIP_DF_SET, true, 1488, IPIP_MTU_EXCEEDED},
        {IPIP_KIND_MINIMAL, 4, 1500, IPIP_DF_SET, false, 1488, IPIP_OK},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ipip_tunnel tunnel = tunnel_of(cases[i].kind);
        enum ipip_payload type = cases[i].version == 6 ? IPIP_PAYLOAD_IPV6 : IPIP_PAYLOAD_IPV4;
        bool is_set;

        set_inner(cases[i].version == 6 ? INNER_6 : INNER_4, 0);
        if (cases[i].version == 4 && !cases[i].inner_df)
            inner[6] = 0;
        tunnel.mtu = cases[i].mtu;
        tunnel.df = cases[i].df;
        set_length(cases[i].fits);
        assert_int_equal(push(&tunnel, type), IPIP_OK);
        is_set = cases[i].inner_df || (cases[i].df == IPIP_DF_SET && cases[i].kind != IPIP_KIND_MINIMAL);
        if (head[0] >> 4 == 4) /* fragments need DF clear */
            assert_int_equal(head[6] & 0x40, is_set && cases[i].mtu != 1200 ? 0x40 : 0);
        set_length(cases[i].fits + 1U);
        assert_int_equal(push(&tunnel, type), cases[i].more);
    }
}

/* A frame with IP inside draws ICMP, as the device is one of an IP host; other frames are lost. */
static void test_frames_too_large(void **state)
{
    struct ipip_tunnel tunnel = tunnel_of(IPIP_KIND_GRETAP);

    (void)state;
    tunnel.mtu = 1500;
    set_inner(FRAME_MACS "08 00" INNER_4, 1477);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_MTU_EXCEEDED);
    inner[20] = 0;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_MTU_UNTOLD);
    set_inner(FRAME_MACS "81 00 00 05 86 dd" INNER_6, 1477);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_MTU_EXCEEDED);
    inner_bytes = 1476;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_OK);
    set_inner(FRAME_MACS "08 06", 1477);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_MTU_UNTOLD);
    inner_bytes = 1476;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_OK);
    assert_int_equal(head[8], 64); /* of a packet without a TTL, that of a route */

    tunnel = tunnel_of(IPIP_KIND_GRETAP6); /* 48 octets of IPv6 with limit, 4 of GRE, 14 of the frame: 1434 for IP */
    tunnel.mtu = 1500;
    set_inner(FRAME_MACS "08 00" INNER_4, 1448);
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_OK);
    inner_bytes = 1449;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_MTU_EXCEEDED);
    inner[13] = 6;
    assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_MTU_UNTOLD);
}

/* A mirrored frame is cut where it does not fit, and ERSPAN's bit T shows that (draft-foschiano-erspan section 4.1). */
static void test_mirrored_frames_are_cut(void **state)
{
    static const struct {
        enum ipip_kind kind;
        uint32_t overhead, length_at, header_outside; /* where the outer length stands, and what it does not count */
    } cases[] = {{IPIP_KIND_ERSPAN, 36, 2, 0}, {IPIP_KIND_ERSPAN6, 64, 4, 40}};
    enum { LINK = 1500, ERSPAN = 8, TRUNCATED = 0x04 };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ipip_tunnel tunnel = tunnel_of(cases[i].kind);
        const uint8_t *length = head + cases[i].length_at, *flags = head + cases[i].overhead - ERSPAN + 2;

        tunnel.mtu = LINK;
        for (uint32_t more = 0; more < 3; more++) {
            set_inner(FRAME_MACS "08 06", LINK - cases[i].overhead + more);
            assert_int_equal(push(&tunnel, IPIP_PAYLOAD_ETHERNET), IPIP_OK);
            assert_int_equal(rewrite.head_bytes, cases[i].overhead);
            assert_int_equal(rewrite.head_bytes + rewrite.rest.wire, LINK);
            assert_int_equal((length[0] << 8 | length[1]) + cases[i].header_outside, LINK);
            assert_int_equal(*flags & TRUNCATED, more > 0 ? TRUNCATED : 0);
        }
    }
}

/* The largest that an outer length can hold: IPv6 counts without its header. */
static void test_longest(void **state)
{
    static uint8_t large[65536 + 64];
    static const struct {
        enum ipip_kind kind;
        enum ipip_payload type;
        uint32_t bytes;
    } cases[] = {
        {IPIP_KIND_GRE, IPIP_PAYLOAD_ETHERNET, 0},         {IPIP_KIND_GRETAP, IPIP_PAYLOAD_ETHERNET, 65511},
        {IPIP_KIND_GRETAP6, IPIP_PAYLOAD_ETHERNET, 65523}, {IPIP_KIND_MPLS, IPIP_PAYLOAD_MPLS, 65515},
        {IPIP_KIND_ERSPAN, IPIP_PAYLOAD_ETHERNET, 65499},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ipip_tunnel tunnel = tunnel_of(cases[i].kind);
        bool is_held = cases[i].bytes > 0;

        assert_int_equal(
            ipip_encap(&rewrite, head, sizeof head, &tunnel, &values, cases[i].type, whole(large, cases[i].bytes)),
            is_held ? IPIP_OK : IPIP_NOT_HELD);
        if (is_held)
            assert_int_equal(ipip_encap(&rewrite, head, sizeof head, &tunnel, &values, cases[i].type,
                                        whole(large, cases[i].bytes + 1)),
                             IPIP_TOO_LARGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mtus),
        cmocka_unit_test(test_mtus_of_narrow_links),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_frames_too_large),
        cmocka_unit_test(test_mirrored_frames_are_cut),
        cmocka_unit_test(test_longest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
