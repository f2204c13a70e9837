/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets of every length, and buffers of every size. */
#include "pushing.h"

static const struct {
    enum ipip_kind kind;
    enum ipip_payload type;
    const char *hex;
    uint32_t header_bytes; /* that must be captured */
    uint32_t head_bytes;
} all[] = {
    {IPIP_KIND_IPIP, IPIP_PAYLOAD_IPV4, INNER_4 PAYLOAD, 20, 20},
    {IPIP_KIND_6IN4, IPIP_PAYLOAD_IPV6, INNER_6 PAYLOAD, 40, 20},
    {IPIP_KIND_4IN6, IPIP_PAYLOAD_IPV4, INNER_4 PAYLOAD, 20, 48},
    {IPIP_KIND_6IN6, IPIP_PAYLOAD_IPV6, INNER_6 PAYLOAD, 40, 48},
    {IPIP_KIND_GRE, IPIP_PAYLOAD_IPV4, INNER_4 PAYLOAD, 20, 24},
    {IPIP_KIND_GRE, IPIP_PAYLOAD_IPV6, INNER_6 PAYLOAD, 40, 24},
    {IPIP_KIND_GRE6, IPIP_PAYLOAD_IPV4, INNER_4 PAYLOAD, 20, 52},
    {IPIP_KIND_GRE6, IPIP_PAYLOAD_IPV6, INNER_6 PAYLOAD, 40, 52},
    {IPIP_KIND_GRETAP, IPIP_PAYLOAD_ETHERNET, FRAME_MACS "08 06" PAYLOAD, 14, 24},
    {IPIP_KIND_GRETAP6, IPIP_PAYLOAD_ETHERNET, FRAME_MACS "08 06" PAYLOAD, 14, 52},
    {IPIP_KIND_ERSPAN, IPIP_PAYLOAD_ETHERNET, FRAME_MACS "08 06" PAYLOAD, 14, 36},
    {IPIP_KIND_ERSPAN6, IPIP_PAYLOAD_ETHERNET, FRAME_MACS "08 06" PAYLOAD, 14, 64},
    {IPIP_KIND_MINIMAL, IPIP_PAYLOAD_IPV4, INNER_4 PAYLOAD, 20, 32},
    {IPIP_KIND_MPLS, IPIP_PAYLOAD_MPLS, "00 01 01 40" INNER_4, 0, 20},
};

/* Each length of what is captured: too little is refused, more makes the same head; with a checksum all of it is needed. */
static void test_every_truncation(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct ipip_tunnel tunnel = tunnel_of(all[i].kind);
        uint8_t first[IPIP_ENCAP_HEAD_MAX];
        bool has_gre = all[i].kind >= IPIP_KIND_GRE && all[i].kind <= IPIP_KIND_ERSPAN6;

        set_inner(all[i].hex, 0);
        assert_int_equal(push(&tunnel, all[i].type), IPIP_OK);
        assert_int_equal(rewrite.head_bytes, all[i].head_bytes);
        memcpy(first, head, rewrite.head_bytes);
        for (uint32_t captured = 0; captured <= inner_bytes; captured++) {
            uint8_t *exact = malloc(captured + 1); /* for the sanitizer */
            struct ipip_bytes bytes = {exact, captured, inner_bytes};
            enum ipip_status status;

            memcpy(exact, inner, captured);
            tunnel.out.has_checksum = false;
            status = ipip_encap(&rewrite, head, sizeof head, &tunnel, &values, all[i].type, bytes);
            assert_int_equal(status, captured < all[i].header_bytes ? IPIP_TRUNCATED : IPIP_OK);
            if (status == IPIP_OK)
                assert_memory_equal(head, first, rewrite.head_bytes);
            tunnel.out.has_checksum = true;
            status = ipip_encap(&rewrite, head, sizeof head, &tunnel, &values, all[i].type, bytes);
            if (has_gre)
                assert_int_equal(status, captured < inner_bytes ? IPIP_TRUNCATED : IPIP_OK);
            bytes.wire = captured; /* it is that short */
            status = ipip_encap(&rewrite, head, sizeof head, &tunnel, &values, all[i].type, bytes);
            if (captured < all[i].header_bytes || (all[i].header_bytes != 14 && captured < inner_bytes))
                assert_int_equal(status, all[i].header_bytes == 0 ? IPIP_OK : IPIP_MALFORMED);
            free(exact);
        }
    }
}

/* Nothing is written where there is not room for all of it. */
static void test_every_capacity(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        for (int encap = 0; encap < IPIP_UDP_ENCAP_COUNT; encap++) {
            struct ipip_tunnel tunnel = tunnel_of(all[i].kind);
            uint32_t needed;

            tunnel.encap = all[i].kind == IPIP_KIND_MINIMAL ? IPIP_UDP_ENCAP_NONE : (enum ipip_udp_encap)encap;
            tunnel.has_udp_checksum = tunnel.out.has_checksum = tunnel.out.has_key = tunnel.out.has_sequence = true;
            tunnel.decrements_ttl = true;
            set_inner(all[i].hex, 0);
            assert_int_equal(push(&tunnel, all[i].type), IPIP_OK);
            needed = rewrite.head_bytes;
            assert_true(needed <= IPIP_ENCAP_HEAD_MAX);
            for (size_t capacity = 0; capacity <= needed; capacity++) {
                uint8_t *exact = malloc(capacity + 1); /* for the sanitizer */

                memset(exact, 0x5a, capacity + 1);
                assert_int_equal(
                    ipip_encap(&rewrite, exact, capacity, &tunnel, &values, all[i].type, whole(inner, inner_bytes)),
                    capacity < needed ? IPIP_NO_SPACE : IPIP_OK);
                if (capacity < needed && capacity > 0)
                    assert_int_equal(exact[0], 0x5a);
                assert_int_equal(exact[capacity], 0x5a);
                free(exact);
            }
        }
    }
}

/* Packets of one flow have one hash: not Identification, TTL, lengths and payload; ports where they are. */
static void test_flows(void **state)
{
    uint32_t hash, other;

    (void)state;
    set_inner(INNER_4 PAYLOAD, 0);
    hash = ipip_flow_hash(IPIP_PAYLOAD_IPV4, whole(inner, inner_bytes));
    inner[4] = 0x77;
    inner[8] = 9;
    inner[28] = 'y';
    assert_int_equal(ipip_flow_hash(IPIP_PAYLOAD_IPV4, whole(inner, inner_bytes)), hash);
    assert_true(ipip_flow_port(hash) >= 32768 && ipip_flow_port(hash) <= 60999);
    assert_true(ipip_flow_port(UINT32_MAX) <= 60999 && ipip_flow_port(0) == 32768);
    assert_int_equal(ipip_flow_label(UINT32_MAX), 0xfffff);
    assert_int_equal(ipip_flow_label(0), 0x80000);
    inner[21]++;
    other = ipip_flow_hash(IPIP_PAYLOAD_IPV4, whole(inner, inner_bytes));
    assert_int_not_equal(other, hash);
    inner[6] = 0x20; /* fragments have ports only in the first one */
    hash = ipip_flow_hash(IPIP_PAYLOAD_IPV4, whole(inner, inner_bytes));
    inner[21]++;
    assert_int_equal(ipip_flow_hash(IPIP_PAYLOAD_IPV4, whole(inner, inner_bytes)), hash);
    inner[19]++;
    assert_int_not_equal(ipip_flow_hash(IPIP_PAYLOAD_IPV4, whole(inner, inner_bytes)), hash);
    set_inner(FRAME_MACS "86 dd" INNER_6 PAYLOAD, 0);
    hash = ipip_flow_hash(IPIP_PAYLOAD_ETHERNET, whole(inner, inner_bytes));
    set_inner(INNER_6 PAYLOAD, 0);
    assert_int_equal(ipip_flow_hash(IPIP_PAYLOAD_IPV6, whole(inner, inner_bytes)), hash);
    for (uint32_t bytes = 0; bytes < inner_bytes; bytes++)
        ipip_flow_hash(IPIP_PAYLOAD_IPV6, whole(inner, bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_truncation),
        cmocka_unit_test(test_every_capacity),
        cmocka_unit_test(test_flows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
