/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <string.h>

#include "ipip/encap.h"
#include "ipip/ipv4.h"

enum { LARGEST = 2000 };

static uint8_t inner[LARGEST];
static uint8_t datagram_head[IPIP_ENCAP_HEAD_MAX];
static struct ipip_fragmentation f;

/* A datagram of `bytes`, with an IHL of `words`, in a tunnel that leaves the outer DF clear. */
static void encapsulate(uint32_t captured, uint32_t bytes, unsigned words, bool decrements_ttl)
{
    struct ipip_tunnel tunnel = {.kinds = IPIP_KIND_BIT(IPIP_KIND_IPIP),
                                 .local = IPV4_CONSTANT(1),
                                 .remote = IPV4_CONSTANT(2),
                                 .ttl = 64,
                                 .df = IPIP_DF_COPY,
                                 .decrements_ttl = decrements_ttl};
    struct ipip_ip ip = {.version = 4,
                         .header_bytes = (uint8_t)(4 * words),
                         .total_bytes = (uint16_t)bytes,
                         .ttl = 9,
                         .protocol = 17,
                         .src = IPV4_CONSTANT(3),
                         .dst = IPV4_CONSTANT(4)};
    uint8_t options[40] = {0};

    for (unsigned i = 0; i < LARGEST; i++)
        inner[i] = (uint8_t)(i * 7);
    assert_int_equal(ipip_ipv4_write(inner, sizeof inner, &ip, options, 4 * words - 20), IPIP_OK);
    f = (struct ipip_fragmentation){.head = datagram_head};
    assert_int_equal(ipip_encap(&f.datagram, datagram_head, sizeof datagram_head, &tunnel,
                                &(struct ipip_encap_values){.id = 0x1234}, IPIP_PAYLOAD_IPV4,
                                (struct ipip_bytes){inner, captured, bytes}),
                     IPIP_OK);
}

/* The next fragment says `bytes`, `offset` in units of 8 and MF; its payload is that of the datagram. */
static void expect(uint16_t bytes, uint16_t offset, bool mf)
{
    uint8_t head[IPIP_ENCAP_HEAD_MAX];
    uint8_t payload[LARGEST];
    uint8_t original[LARGEST];
    struct ipip_rewrite out;
    struct ipip_ip ip;
    uint32_t captured;

    assert_true(ipip_fragmentation_next(&f, &out, head));
    ipip_ipv4_read(&ip, head, 20);
    assert_int_equal(ip.total_bytes, bytes);
    assert_int_equal(ip.fragment_offset, 8 * offset);
    assert_int_equal(ipip_ip_mf(&ip), mf);
    assert_int_equal(ip.id, 0x1234);
    assert_int_equal(ip.header_bytes, 20);
    assert_true(ipip_ipv4_checksum_ok(head, 20));
    assert_int_equal(out.head_bytes + out.rest.wire, bytes);

    memcpy(original, inner, sizeof original);
    memcpy(original, datagram_head + 20, f.datagram.head_bytes - 20);
    memcpy(payload, head + 20, out.head_bytes - 20);
    memcpy(payload + out.head_bytes - 20, out.rest.data, out.rest.captured);
    captured = out.head_bytes - 20 + out.rest.captured;
    assert_memory_equal(payload, original + (size_t)8 * offset, captured);
}

static void expect_end(void)
{
    uint8_t head[IPIP_ENCAP_HEAD_MAX];
    struct ipip_rewrite out;

    assert_false(ipip_fragmentation_next(&f, &out, head));
    assert_false(ipip_fragmentation_next(&f, &out, head));
}

static void test_what_fits_is_whole(void **state)
{
    static const uint16_t mtus[] = {520, 521, 1500, 65535};

    (void)state;
    for (size_t i = 0; i < sizeof mtus / sizeof mtus[0]; i++) {
        encapsulate(500, 500, 5, i % 2 == 0);
        f.mtu = mtus[i];
        expect(520, 0, false);
        expect_end();
    }
}

/* As the kernel's captures have it: 1500 leaves 1480 of payload, 1300 leaves 1280, and the last octet goes alone. */
static void test_sizes(void **state)
{
    (void)state;
    encapsulate(1481, 1481, 5, false);
    f.mtu = 1500;
    expect(1500, 0, true);
    expect(21, 185, false);
    expect_end();

    encapsulate(1400, 1400, 5, false);
    f.mtu = 1300;
    expect(1300, 0, true);
    expect(140, 160, false);
    expect_end();
}

/* All but the last carry a multiple of 8 octets; the last one may use all of the MTU. */
static void test_alignment(void **state)
{
    (void)state;
    encapsulate(183, 183, 5, false);
    f.mtu = 20 + 63;
    expect(20 + 56, 0, true);
    expect(20 + 56, 7, true);
    expect(20 + 56, 14, true);
    expect(20 + 15, 21, false);
    expect_end();

    encapsulate(56 + 63, 56 + 63, 5, false);
    f.mtu = 20 + 63;
    expect(20 + 56, 0, true);
    expect(20 + 63, 7, false);
    expect_end();
}

/* The smallest MTU there is cuts a long inner header that was rewritten: one part of it lies in each head. */
static void test_rewritten_header_is_cut(void **state)
{
    (void)state;
    encapsulate(100, 100, 15, true);
    assert_int_equal(f.datagram.head_bytes, 80);
    f.mtu = 68;
    expect(68, 0, true);
    expect(68, 6, true);
    expect(24, 12, false);
    expect_end();
}

/* Of what the snapshot length cut off, the fragments have headers and lengths. */
static void test_cut_off(void **state)
{
    (void)state;
    for (uint32_t captured = 20; captured <= 1481; captured += 3) {
        encapsulate(captured, 1481, 5, true);
        f.mtu = 1500;
        expect(1500, 0, true);
        expect(21, 185, false);
        expect_end();
    }
}

/* A header longer than the MTU, or with less than 8 octets left behind it: nothing can be made, and nothing goes on for ever. */
static void test_no_room(void **state)
{
    (void)state;
    for (uint16_t mtu = 0; mtu < 28; mtu++) {
        uint8_t head[IPIP_ENCAP_HEAD_MAX];
        struct ipip_rewrite out;

        encapsulate(500, 500, 5, false);
        f.mtu = mtu;
        assert_false(ipip_fragmentation_next(&f, &out, head));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_what_fits_is_whole),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_rewritten_header_is_cut),
        cmocka_unit_test(test_cut_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
