/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <string.h>

#include "ipip/encap.h"
#include "ipip/tunnel.h"
#include "lab.h"

static uint8_t head[IPIP_ENCAP_HEAD_MAX];
static struct ipip_rewrite rewrite;
static enum ipip_payload type;

/* The lab's tunnel: 172.16.5.126 > 172.16.5.127 with ttl 64, so DF set. */
static struct ipip_tunnel lab_tunnel(void)
{
    struct ipip_tunnel tunnel = ipip_tunnel_linux(IPIP_KIND_IPIP);

    tunnel.local = ipip_address_ipv4(0xac10057e);
    tunnel.remote = ipip_address_ipv4(0xac10057f);
    tunnel.ttl = 64;
    return tunnel;
}

/* The lab's second inner datagram: 84 octets. */
static struct ipip_bytes lab_inner(uint8_t inner[static 84])
{
    memset(inner, 0, 84);
    from_hex(inner, 20, LAB_INNER_2);
    return whole(inner, 84);
}

static enum ipip_status encap(size_t capacity, const struct ipip_tunnel *tunnel, uint16_t id, struct ipip_bytes inner)
{
    return ipip_encap(&rewrite, head, capacity, tunnel, &(struct ipip_encap_values){.id = id}, IPIP_PAYLOAD_IPV4,
                      inner);
}

static void expect_head(const char *hex)
{
    uint8_t expected[IPIP_ENCAP_HEAD_MAX];
    uint32_t bytes = from_hex(expected, sizeof expected, hex);

    assert_int_equal(rewrite.head_bytes, bytes);
    assert_memory_equal(head, expected, bytes);
}

static void test_lab_headers(void **state)
{
    uint8_t inner[100] = {0};
    struct ipip_tunnel tunnel = lab_tunnel();

    (void)state;
    assert_int_equal(encap(sizeof head, &tunnel, 0xed09, lab_inner(inner)), IPIP_OK);
    expect_head(LAB_OUTER_2);
    assert_ptr_equal(rewrite.rest.data, inner);
    assert_int_equal(rewrite.rest.wire, 84);

    /* The first pair: an encapsulator that copies the inner Identification and leaves DF clear, ttl inherited. */
    from_hex(inner, sizeof inner, LAB_INNER_1);
    tunnel = (struct ipip_tunnel){.kinds = IPIP_KIND_BIT(IPIP_KIND_IPIP),
                                  .local = IPV4_CONSTANT(0x0a000001),
                                  .remote = IPV4_CONSTANT(0x0a000002),
                                  .df = IPIP_DF_COPY,
                                  .id = IPIP_ID_COPY};
    assert_int_equal(encap(sizeof head, &tunnel, 0, whole(inner, 100)), IPIP_OK);
    expect_head(LAB_OUTER_1);
}

static void test_fields_follow_the_configuration(void **state)
{
    uint8_t inner[84];
    struct ipip_tunnel tunnel = lab_tunnel();

    (void)state;
    lab_inner(inner);
    inner[1] = 0xbb; /* EF, CE */
    inner[6] = 0x00; /* DF clear */

    tunnel.tos = 0x28;
    encap(sizeof head, &tunnel, 1, whole(inner, 84));
    assert_int_equal(head[1], 0x28 | IPIP_ECT0); /* fixed DSCP, ECN as RFC 3168 */
    tunnel.tos_inherit = true;
    encap(sizeof head, &tunnel, 1, whole(inner, 84));
    assert_int_equal(head[1], 0xb8 | IPIP_ECT0);
    tunnel.ecn = IPIP_ECN_NORMAL;
    encap(sizeof head, &tunnel, 1, whole(inner, 84));
    assert_int_equal(head[1], 0xbb);
    tunnel.ecn = IPIP_ECN_COMPATIBILITY;
    encap(sizeof head, &tunnel, 1, whole(inner, 84));
    assert_int_equal(head[1], 0xb8);

    assert_int_equal(head[6], 0x40);
    tunnel.df = IPIP_DF_COPY;
    encap(sizeof head, &tunnel, 1, whole(inner, 84));
    assert_int_equal(head[6], 0x00);
    inner[6] = 0x40;
    encap(sizeof head, &tunnel, 1, whole(inner, 84));
    assert_int_equal(head[6], 0x40);
    tunnel.df = IPIP_DF_CLEAR;
    encap(sizeof head, &tunnel, 1, whole(inner, 84));
    assert_int_equal(head[6], 0x00);

    tunnel.ttl = 0;
    inner[8] = 17;
    encap(sizeof head, &tunnel, 0x1234, whole(inner, 84));
    assert_int_equal(head[8], 17);
    assert_int_equal(head[4] << 8 | head[5], 0x1234);
    tunnel.id = IPIP_ID_ZERO;
    encap(sizeof head, &tunnel, 0x1234, whole(inner, 84));
    assert_int_equal(head[4] << 8 | head[5], 0);
    assert_true(ipip_ipv4_checksum_ok(head, 20));
}

static void test_forwarding_decrement(void **state)
{
    uint8_t inner[84];
    uint8_t before[84];
    struct ipip_tunnel tunnel = lab_tunnel();

    (void)state;
    lab_inner(inner);
    memcpy(before, inner, sizeof before);
    tunnel.decrements_ttl = true;
    tunnel.ttl = 0;
    assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 84)), IPIP_OK);
    assert_int_equal(rewrite.head_bytes, 40);
    assert_int_equal(head[8], 63); /* inherited after the decrement */
    assert_int_equal(head[20 + 8], 63);
    /* f309 + 0100 = f409: one less in the upper octet of TTL and protocol. */
    assert_int_equal(head[20 + 10], 0xf4);
    assert_int_equal(head[20 + 11], 0x09);
    assert_true(ipip_ipv4_checksum_ok(head + 20, 20));
    assert_ptr_equal(rewrite.rest.data, inner + 20);
    assert_int_equal(rewrite.rest.wire, 64);
    assert_memory_equal(inner, before, sizeof before); /* the input is never written to */
}

static void test_what_must_not_be_encapsulated(void **state)
{
    static uint8_t inner[65535];
    struct ipip_tunnel tunnel = lab_tunnel();
    uint8_t untouched[sizeof head];

    (void)state;
    memset(head, 0x5a, sizeof head);
    memcpy(untouched, head, sizeof head);
    lab_inner(inner);

    inner[8] = 0;
    assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 84)), IPIP_TTL_EXPIRED);
    inner[8] = 1;
    tunnel.decrements_ttl = true;
    assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 84)), IPIP_TTL_EXPIRED);
    tunnel.decrements_ttl = false;

    tunnel.remote = ipip_address_ipv4(0x0a0a640a); /* the inner source */
    assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 84)), IPIP_SOURCE_IS_EXIT);
    tunnel.remote = ipip_address_ipv4(0xac10057f);

    inner[0] = 0x65;
    assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 84)), IPIP_NOT_IPV4);
    inner[0] = 0x44;
    assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 84)), IPIP_MALFORMED);
    inner[0] = 0x45;
    inner[3] = 19;
    assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 84)), IPIP_MALFORMED);
    inner[3] = 85; /* nothing was cut off: the packet is shorter than it says */
    assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 84)), IPIP_MALFORMED);
    assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 19)), IPIP_MALFORMED);
    inner[3] = 84;
    for (uint32_t captured = 0; captured < 20; captured++)
        assert_int_equal(encap(sizeof head, &tunnel, 1, (struct ipip_bytes){inner, captured, 84}), IPIP_TRUNCATED);
    for (size_t capacity = 0; capacity < 20; capacity++)
        assert_int_equal(encap(capacity, &tunnel, 1, whole(inner, 84)), IPIP_NO_SPACE);
    inner[8] = 64;
    tunnel.decrements_ttl = true;
    for (size_t capacity = 0; capacity < 40; capacity++)
        assert_int_equal(encap(capacity, &tunnel, 1, whole(inner, 84)), IPIP_NO_SPACE);
    assert_memory_equal(head, untouched, sizeof head);
}

static void test_sizes(void **state)
{
    static uint8_t inner[65536];
    struct ipip_tunnel tunnel = lab_tunnel();

    (void)state;
    lab_inner(inner);
    /* 65,515 octets are the largest that fit: 65,535 less the outer header. */
    inner[2] = 65515 >> 8;
    inner[3] = 65515 & 255;
    assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 65515)), IPIP_OK);
    assert_int_equal(head[2] << 8 | head[3], 65535);
    inner[2] = 65516 >> 8;
    inner[3] = 65516 & 255;
    assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 65516)), IPIP_TOO_LARGE);

    /* A link of 1500: 1480 octets pass; of 1481 with DF the sender is told 1480. */
    tunnel.mtu = 1500;
    inner[2] = 1480 >> 8;
    inner[3] = 1480 & 255;
    assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 1480)), IPIP_OK);
    inner[3] = 1481 & 255;
    assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 1481)), IPIP_MTU_EXCEEDED);
    assert_int_equal(ipip_tunnel_icmp_mtu(&tunnel, IPIP_PAYLOAD_IPV4), 1480);
    inner[6] = 0; /* the outer DF alone: no error to the sender */
    assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 1481)), IPIP_MTU_UNTOLD);
    for (tunnel.df = IPIP_DF_COPY; tunnel.df <= IPIP_DF_CLEAR; tunnel.df++) {
        inner[6] = 0; /* to be fragmented by the sender of the outer datagram */
        assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 1481)), IPIP_OK);
        inner[6] = 0x40;
        assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 1481)), IPIP_MTU_EXCEEDED);
    }
    tunnel.mtu = 0;
    assert_int_equal(encap(sizeof head, &tunnel, 1, whole(inner, 1481)), IPIP_OK);
    assert_int_equal(ipip_tunnel_icmp_mtu(&tunnel, IPIP_PAYLOAD_IPV4), 0);
}

static void test_snapshot_length_is_no_obstacle(void **state)
{
    uint8_t inner[84];
    struct ipip_tunnel tunnel = lab_tunnel();

    (void)state;
    lab_inner(inner);
    assert_int_equal(encap(sizeof head, &tunnel, 0xed09, (struct ipip_bytes){inner, 20, 84}), IPIP_OK);
    expect_head(LAB_OUTER_2); /* the outer length is that of the wire */
    assert_int_equal(rewrite.rest.captured, 20);
    assert_int_equal(rewrite.rest.wire, 84);
}

static uint8_t packet[256];
static struct ipip_stack stack;

static void read_lab_packet(uint8_t outer_tos, uint8_t inner_tos)
{
    memset(packet, 0, sizeof packet);
    from_hex(packet, sizeof packet, LAB_OUTER_2 LAB_INNER_2);
    packet[1] = outer_tos;
    packet[21] = inner_tos;
    /* RFC 1071: adding n to a word takes n from the checksum f309. */
    packet[31] = (uint8_t)(0x09 - inner_tos);
    ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, 104));
}

static void test_decapsulation(void **state)
{
    (void)state;
    read_lab_packet(0, 0);
    assert_int_equal(
        ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_ipip(), 1, IPIP_ECN_DECAP_RFC6040), IPIP_OK);
    assert_int_equal(rewrite.head_bytes, 0);
    assert_ptr_equal(rewrite.rest.data, packet + 20);
    assert_int_equal(rewrite.rest.wire, 84);
}

static void test_decapsulation_merges_ecn(void **state)
{
    (void)state;
    read_lab_packet(IPIP_CE, IPIP_ECT0);
    assert_int_equal(
        ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_ipip(), 1, IPIP_ECN_DECAP_RFC6040), IPIP_OK);
    assert_int_equal(rewrite.head_bytes, 20);
    assert_int_equal(head[1], IPIP_CE);
    /* The TOS octet grew by 1 from 2, so the checksum f307 shrinks by 1. */
    assert_int_equal(head[10] << 8 | head[11], 0xf306);
    assert_true(ipip_ipv4_checksum_ok(head, 20));
    assert_int_equal(rewrite.rest.wire, 64);

    read_lab_packet(0xb8 | IPIP_CE, 0); /* the outer DSCP is never copied back; CE over Not-ECT is dropped */
    assert_int_equal(
        ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_ipip(), 1, IPIP_ECN_DECAP_RFC6040),
        IPIP_ECN_DROP);
    assert_int_equal(
        ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_ipip(), 1, IPIP_ECN_DECAP_RFC4301), IPIP_OK);
    assert_int_equal(
        ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_ipip(), 1, IPIP_ECN_DECAP_OVERWRITE),
        IPIP_OK);
    assert_int_equal(head[1], IPIP_CE);
}

static void test_wrong_checksum_stays_wrong(void **state)
{
    (void)state;
    read_lab_packet(IPIP_CE, IPIP_ECT0);
    packet[31]++;
    ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, 104));
    assert_int_equal(
        ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_ipip(), 1, IPIP_ECN_DECAP_RFC6040), IPIP_OK);
    assert_int_equal(head[10] << 8 | head[11], 0xf307);
    assert_false(ipip_ipv4_checksum_ok(head, 20));
}

static void test_depths(void **state)
{
    (void)state;
    /* The lab's first tunnel inside its second: CE outermost, ECT(0) in both others. */
    memset(packet, 0, sizeof packet);
    from_hex(packet, sizeof packet,
             "45 03 00 8c 00 01 40 00 40 04 00 00 ac 10 05 7e ac 10 05 7f" /* 140 */
             "45 02 00 78 00 14 00 00 ff 04 a7 69 0a 00 00 01 0a 00 00 02" /* 120 */
             "45 02 00 64 00 14 00 00 ff 01 b5 7d 01 01 01 01 02 02 02 02");
    assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, 140)), IPIP_OK);
    assert_int_equal(stack.count, 3);
    assert_int_equal(
        ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_ipip(), 1, IPIP_ECN_DECAP_RFC6040), IPIP_OK);
    expect_head("45 03 00 78 00 14 00 00 ff 04 a7 68 0a 00 00 01 0a 00 00 02");
    assert_int_equal(
        ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_ipip(), 2, IPIP_ECN_DECAP_RFC6040), IPIP_OK);
    expect_head("45 03 00 64 00 14 00 00 ff 01 b5 7c 01 01 01 01 02 02 02 02");
    assert_int_equal(
        ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_ipip(), 3, IPIP_ECN_DECAP_RFC6040),
        IPIP_NOT_A_TUNNEL);
    assert_int_equal(
        ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_ipip(), 0, IPIP_ECN_DECAP_RFC6040),
        IPIP_NOT_A_TUNNEL);
}

static void test_what_can_not_be_decapsulated(void **state)
{
    static const struct {
        unsigned offset;
        uint8_t value;
        enum ipip_status status;
    } cases[] = {
        {9, 17, IPIP_NOT_A_TUNNEL}, {20, 0x60, IPIP_NOT_IPV4}, {6, 0x20, IPIP_FRAGMENT},
        {3, 30, IPIP_MALFORMED},    {0, 0x44, IPIP_MALFORMED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        read_lab_packet(0, 0);
        packet[cases[i].offset] = cases[i].value;
        ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, 104));
        assert_int_equal(
            ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_ipip(), 1, IPIP_ECN_DECAP_RFC6040),
            cases[i].status);
    }
    read_lab_packet(0, 0);
    for (uint32_t captured = 20; captured < 40; captured++) {
        ipip_stack_read(&stack, ipip_kinds_ipip(), (struct ipip_bytes){packet, captured, 104});
        assert_int_equal(
            ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_ipip(), 1, IPIP_ECN_DECAP_RFC6040),
            IPIP_TRUNCATED);
    }
    read_lab_packet(IPIP_CE, IPIP_ECT0);
    for (size_t capacity = 0; capacity < 20; capacity++)
        assert_int_equal(
            ipip_decap(&rewrite, &type, head, capacity, &stack, ipip_kinds_ipip(), 1, IPIP_ECN_DECAP_RFC6040),
            IPIP_NO_SPACE);
    /* Fragments with CE and Not-ECT: reassembly drops them, whatever the decapsulator does. */
    stack.layers[0].ecn = IPIP_ECN_DROPPED;
    assert_int_equal(ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_ipip(), 1, IPIP_ECN_DECAP_NONE),
                     IPIP_ECN_DROP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lab_headers),
        cmocka_unit_test(test_fields_follow_the_configuration),
        cmocka_unit_test(test_forwarding_decrement),
        cmocka_unit_test(test_what_must_not_be_encapsulated),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_snapshot_length_is_no_obstacle),
        cmocka_unit_test(test_decapsulation),
        cmocka_unit_test(test_decapsulation_merges_ecn),
        cmocka_unit_test(test_wrong_checksum_stays_wrong),
        cmocka_unit_test(test_depths),
        cmocka_unit_test(test_what_can_not_be_decapsulated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
