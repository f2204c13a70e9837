/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fragments of outer headers that are more than 20 octets of IPv4: IPv6, and minimal encapsulation with options. */
#include "pushing.h"

static uint8_t outer[LARGEST];
static struct ipip_fragmentation f;

/* Encapsulates a packet of `bytes`. */
static void encapsulate(const struct ipip_tunnel *tunnel, enum ipip_payload type, const char *hex, uint32_t bytes)
{
    set_inner(hex, 0);
    set_length(bytes);
    assert_int_equal(push(tunnel, type), IPIP_OK);
    memcpy(outer, head, rewrite.head_bytes);
    memcpy(outer + rewrite.head_bytes, rewrite.rest.data, rewrite.rest.captured);
    f = (struct ipip_fragmentation){head, rewrite, tunnel->mtu, 0x01020304, 0};
}

/* The next fragment has this header, and then `bytes` octets of the outer datagram from `at` on. */
static void expect(const char *hex, uint32_t at, uint32_t bytes)
{
    uint8_t own[IPIP_ENCAP_HEAD_MAX];
    uint8_t header[IPIP_ENCAP_HEAD_MAX];
    struct ipip_rewrite out;
    uint32_t header_bytes = from_hex(header, sizeof header, hex);
    uint32_t from_head;

    assert_true(ipip_fragmentation_next(&f, &out, own));
    assert_true(out.head_bytes >= header_bytes);
    assert_memory_equal(own, header, header_bytes);
    from_head = out.head_bytes - header_bytes;
    assert_int_equal(from_head + out.rest.wire, bytes);
    assert_memory_equal(own + header_bytes, outer + at, from_head);
    assert_memory_equal(out.rest.data, outer + at + from_head, out.rest.captured);
}

static void expect_end(void)
{
    uint8_t own[IPIP_ENCAP_HEAD_MAX];
    struct ipip_rewrite out;

    assert_false(ipip_fragmentation_next(&f, &out, own));
}

#define OUTER_ADDRESSES \
    "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02"

/* RFC 8200 section 4.5: next header, reserved, offset and M, identification; RFC 2473 section 7.1 has 1280 octets fragmented. */
static void test_ipv6_with_limit(void **state)
{
    struct ipip_tunnel tunnel = tunnel_of(IPIP_KIND_6IN6);

    (void)state;
    tunnel.mtu = 1280;
    encapsulate(&tunnel, IPIP_PAYLOAD_IPV6, INNER_6, 1280);
    assert_int_equal(rewrite.head_bytes + rewrite.rest.wire, 1328);
    expect("60 1a bc de 04 d8 3c 40" OUTER_ADDRESSES /* ECT(1) inside; 8 + 8 + 1224 */
           "2c 00 04 01 04 01 01 00 29 00 00 01 01 02 03 04",
           48, 1224);
    expect("60 1a bc de 00 48 3c 40" OUTER_ADDRESSES /* 8 + 8 + 56 */
           "2c 00 04 01 04 01 01 00 29 00 04 c8 01 02 03 04",
           48 + 1224, 56);
    expect_end();
}

/* What fits is whole, without a Fragment header. */
static void test_ipv6_that_fits(void **state)
{
    struct ipip_tunnel tunnel = tunnel_of(IPIP_KIND_6IN6);

    (void)state;
    tunnel.mtu = 1500;
    encapsulate(&tunnel, IPIP_PAYLOAD_IPV6, INNER_6, 1452);
    expect("60 1a bc de 05 b4 3c 40" OUTER_ADDRESSES "29 00 04 01 04 01 01 00", 48, 1452);
    expect_end();
}

/* DS-Lite: RFC 6333 section 5.3 fragments behind the tunnel header. */
static void test_ipv6_without_limit(void **state)
{
    struct ipip_tunnel tunnel = tunnel_of(IPIP_KIND_4IN6);

    (void)state;
    tunnel.has_limit = false;
    tunnel.df = IPIP_DF_COPY;
    tunnel.mtu = 1400;
    set_inner(INNER_4, 0);
    encapsulate(&tunnel, IPIP_PAYLOAD_IPV4, "45 00 00 1d 12 34 00 00 40 11 54 9a 0a 00 00 01 0a 00 00 02", 1400);
    expect("60 0a bc de 05 50 2c 40" OUTER_ADDRESSES "04 00 00 01 01 02 03 04", 40, 1352); /* 8 + 1352 */
    expect("60 0a bc de 00 38 2c 40" OUTER_ADDRESSES "04 00 05 48 01 02 03 04", 40 + 1352, 48);
    expect_end();
}

/* The GRE header is of the part that is cut. */
static void test_gre_over_ipv6(void **state)
{
    struct ipip_tunnel tunnel = tunnel_of(IPIP_KIND_GRE6);

    (void)state;
    tunnel.has_limit = false;
    tunnel.mtu = 1280;
    encapsulate(&tunnel, IPIP_PAYLOAD_IPV6, INNER_6, 1280);
    expect("60 0a bc de 04 d8 2c 40" OUTER_ADDRESSES "2f 00 00 01 01 02 03 04", 40, 1232);
    expect("60 0a bc de 00 3c 2c 40" OUTER_ADDRESSES "2f 00 04 d0 01 02 03 04", 40 + 1232, 52);
    expect_end();
}

/* The smallest links there are cut a head of its own. */
static void test_head_in_several_fragments(void **state)
{
    struct ipip_tunnel tunnel = tunnel_of(IPIP_KIND_GRE);

    (void)state;
    tunnel.df = IPIP_DF_CLEAR;
    tunnel.encap = IPIP_UDP_ENCAP_GUE;
    tunnel.out.has_key = tunnel.out.has_checksum = tunnel.out.has_sequence = true;
    tunnel.decrements_ttl = true;
    tunnel.mtu = 68;
    encapsulate(&tunnel, IPIP_PAYLOAD_IPV6, INNER_6, 140);
    assert_int_equal(rewrite.head_bytes, 20 + 8 + 4 + 16 + 40);
    for (uint32_t at = 0; at < 168; at += 48) { /* 8 + 4 + 16 + 140 */
        uint8_t own[IPIP_ENCAP_HEAD_MAX];
        struct ipip_rewrite out;
        uint32_t bytes = at + 48 < 168 ? 48 : 168 - at;

        assert_true(ipip_fragmentation_next(&f, &out, own));
        assert_int_equal(own[2] << 8 | own[3], 20 + bytes);
        assert_int_equal(own[6] << 8 | own[7], (at + 48 < 168 ? 0x2000 : 0) | at / 8);
        assert_true(ipip_ipv4_checksum_ok(own, 20));
        assert_int_equal(out.head_bytes + out.rest.wire, 20 + bytes);
        assert_memory_equal(own + 20, outer + 20 + at, out.head_bytes - 20);
        assert_memory_equal(out.rest.data, outer + at + out.head_bytes, out.rest.wire);
    }
    expect_end();
}

/* RFC 791 section 3.1: a router alert is copied into each fragment, a recorded route is not. */
static void test_options(void **state)
{
    struct ipip_tunnel tunnel = tunnel_of(IPIP_KIND_MINIMAL);

    (void)state;
    tunnel.mtu = 100;
    encapsulate(&tunnel, IPIP_PAYLOAD_IPV4,
                "48 00 00 00 12 34 00 00 40 11 00 00 0a 00 00 01 0a 00 00 02"
                "94 04 00 00 07 07 04 00 00 00 00 00",
                132);
    /* 12 and 100 octets of payload; the header has 32: 64 octets a fragment. */
    expect("48 00 00 60 12 34 20 00 40 37 22 24 c0 00 02 01 c0 00 02 02 94 04 00 00 07 07 04 00 00 00 00 00", 32, 64);
    expect("48 00 00 50 12 34 00 08 40 37 49 30 c0 00 02 01 c0 00 02 02 94 04 00 00 01 01 01 01 01 01 01 00", 96, 48);
    expect_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ipv6_with_limit),
        cmocka_unit_test(test_ipv6_that_fits),
        cmocka_unit_test(test_ipv6_without_limit),
        cmocka_unit_test(test_gre_over_ipv6),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_head_in_several_fragments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
