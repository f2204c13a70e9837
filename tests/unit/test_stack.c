/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/stack.h"
#include "lab.h"

enum { PACKET_MAX = 2048 };

static uint8_t packet[PACKET_MAX];
static struct ipip_stack stack;

/* The lab's second pair with its 64 octets of payload. */
static uint32_t lab_packet(void)
{
    memset(packet, 0, sizeof packet);
    from_hex(packet, sizeof packet, LAB_OUTER_2 LAB_INNER_2);
    return 104;
}

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* `depth` headers in each other, innermost UDP, checksums left 0: reading does not judge. */
static uint32_t nest(unsigned depth)
{
    memset(packet, 0, sizeof packet);
    for (unsigned k = 0; k < depth; k++) {
        uint8_t *header = packet + (size_t)20 * k;

        header[0] = 0x45;
        put16(header + 2, 20 * (depth - k) + 8);
        header[8] = (uint8_t)(64 - k);
        header[9] = k + 1 == depth ? 17 : 4;
        header[15] = (uint8_t)k;
        header[19] = (uint8_t)(k + 1);
    }
    return 20 * depth + 8;
}

static void test_two_layers(void **state)
{
    (void)state;
    assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, lab_packet())), IPIP_OK);
    assert_int_equal(stack.count, 2);
    assert_int_equal(stack.end, IPIP_END_PAYLOAD);
    assert_int_equal(ipip_stack_tunnels(&stack), 1);
    assert_int_equal(stack.layers[0].kind, IPIP_KIND_IPIP);
    assert_int_equal(stack.layers[1].kind, IPIP_KIND_NONE);
    assert_ptr_equal(stack.layers[0].bytes.data, packet);
    assert_ptr_equal(stack.layers[1].bytes.data, packet + 20);
    assert_int_equal(stack.layers[1].bytes.wire, 84);
    assert_ipv4(stack.layers[1].ip.src, 0x0a0a640a);
    assert_int_equal(ipip_layer_payload(&stack.layers[1]).wire, 64);
}

static void test_padding_is_not_payload(void **state)
{
    uint32_t bytes = lab_packet();

    (void)state;
    /* 30 octets of Ethernet padding behind the outer datagram. */
    assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, bytes + 30)), IPIP_OK);
    assert_int_equal(stack.layers[0].bytes.wire, bytes + 30);
    assert_int_equal(stack.layers[1].bytes.wire, 84);
    assert_int_equal(stack.layers[1].bytes.captured, 84);
}

static void test_inner_claims_are_not_believed(void **state)
{
    uint32_t bytes = lab_packet();

    (void)state;
    put16(packet + 22, 65535);
    assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, bytes)), IPIP_OK);
    assert_int_equal(stack.layers[1].ip.total_bytes, 65535);
    assert_int_equal(ipip_layer_payload(&stack.layers[1]).captured, 64);
    assert_int_equal(ipip_layer_payload(&stack.layers[1]).wire, 64);
}

static void test_every_truncation(void **state)
{
    uint32_t bytes = nest(4);

    (void)state;
    for (uint32_t captured = 0; captured <= bytes; captured++) {
        uint8_t *exact = malloc(captured > 0 ? captured : 1); /* AddressSanitizer sees a read beyond */
        struct ipip_bytes cut = {exact, captured, bytes};
        enum ipip_status status;

        memcpy(exact, packet, captured);
        status = ipip_stack_read(&stack, ipip_kinds_ipip(), cut);
        if (captured < 20) {
            assert_int_equal(status, IPIP_TRUNCATED);
            assert_int_equal(stack.count, 0);
        } else {
            assert_int_equal(status, IPIP_OK);
            assert_int_equal(stack.count, captured / 20 < 4 ? captured / 20 : 4);
            assert_int_equal(stack.end, stack.count < 4 ? IPIP_END_CUT : IPIP_END_PAYLOAD);
        }
        for (unsigned k = 0; k < stack.count; k++)
            assert_true(ipip_layer_payload(&stack.layers[k]).captured <= captured);
        free(exact);
    }
}

static void test_every_short_packet(void **state)
{
    uint32_t bytes = nest(4);

    (void)state;
    /* Not cut by the capture: the packet itself is that short. */
    for (uint32_t wire = 20; wire < bytes; wire++) {
        assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, wire)), IPIP_OK);
        if (wire < 80) {
            assert_int_equal(stack.count, wire / 20);
            assert_int_equal(stack.end, IPIP_END_NO_ROOM);
        }
    }
}

static void test_nesting_limit(void **state)
{
    (void)state;
    for (unsigned depth = 1; depth <= 40; depth++) {
        assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, nest(depth))), IPIP_OK);
        assert_int_equal(stack.count, depth < IPIP_STACK_MAX ? depth : IPIP_STACK_MAX);
        assert_int_equal(stack.end, depth <= IPIP_STACK_MAX ? IPIP_END_PAYLOAD : IPIP_END_NESTING_LIMIT);
    }
}

static void test_ends(void **state)
{
    static const struct {
        unsigned offset;
        uint8_t value;
        unsigned count;
        enum ipip_end end;
    } cases[] = {
        {29, 41, 2, IPIP_END_INNER_VERSION}, /* the inner datagram announces IPv6 */
        {29, 47, 2, IPIP_END_UNSUPPORTED},     {9, 47, 1, IPIP_END_UNSUPPORTED},   {9, 17, 1, IPIP_END_PAYLOAD},
        {20, 0x65, 1, IPIP_END_INNER_VERSION}, {20, 0x44, 2, IPIP_END_BAD_HEADER}, {23, 19, 2, IPIP_END_BAD_HEADER},
        {0, 0x44, 1, IPIP_END_BAD_HEADER},     {3, 19, 1, IPIP_END_BAD_HEADER},    {3, 39, 1, IPIP_END_NO_ROOM},
        {6, 0x20, 1, IPIP_END_FRAGMENT},       {7, 1, 1, IPIP_END_FRAGMENT},       {26, 0x20, 2, IPIP_END_PAYLOAD},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t bytes = lab_packet();

        packet[cases[i].offset] = cases[i].value;
        assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, bytes)), IPIP_OK);
        assert_int_equal(stack.count, cases[i].count);
        assert_int_equal(stack.end, cases[i].end);
    }
    lab_packet();
    packet[29] = 41;
    packet[40] = 0x60; /* and does */
    assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, 104)), IPIP_OK);
    assert_int_equal(stack.end, IPIP_END_UNSUPPORTED);
    assert_int_equal(stack.layers[1].kind, IPIP_KIND_NONE);
    lab_packet();
    packet[0] = 0x65;
    assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, 104)), IPIP_NOT_IPV4);
}

static void test_total_length_zero(void **state)
{
    uint32_t bytes = lab_packet();

    (void)state;
    put16(packet + 2, 0); /* as segmentation offload leaves it: all that is there is payload */
    assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, bytes)), IPIP_OK);
    assert_int_equal(stack.count, 2);
    assert_int_equal(stack.layers[1].bytes.wire, 84);
}

static void test_authentication_headers(void **state)
{
    /* outer protocol 51; AH: next header, length 4 (24 octets), reserved, SPI, sequence number, 12 octets of ICV */
    static const char ah[] = "00 04 00 00 00 00 01 00 00 00 00 01 aa aa aa aa aa aa aa aa aa aa aa aa";
    uint32_t at = 20;

    (void)state;
    for (unsigned headers = 1; headers <= 2; headers++) {
        lab_packet();
        packet[9] = 51;
        at = 20;
        for (unsigned i = 0; i < headers; i++) {
            from_hex(packet + at, 24, ah);
            packet[at] = i + 1 == headers ? 4 : 51;
            at += 24;
        }
        from_hex(packet + at, 20, LAB_INNER_2);
        put16(packet + 2, at + 84);
        assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, at + 84)), IPIP_OK);
        assert_int_equal(stack.count, 2);
        assert_int_equal(stack.layers[0].shim_bytes, 24 * headers);
        assert_ptr_equal(stack.layers[1].bytes.data, packet + at);
        assert_int_equal(stack.layers[1].bytes.wire, 84);
    }
    /* Lengths that no authentication header has, or that leave the packet. */
    packet[21] = 0;
    assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, at + 84)), IPIP_OK);
    assert_int_equal(stack.count, 1);
    packet[21] = 255;
    assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, at + 84)), IPIP_OK);
    assert_int_equal(stack.count, 1);
}

static void test_resume(void **state)
{
    uint32_t bytes = lab_packet();

    (void)state;
    packet[6] = 0x20; /* more fragments */
    assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, bytes)), IPIP_OK);
    assert_int_equal(stack.end, IPIP_END_FRAGMENT);
    packet[6] = 0x40;
    ipip_stack_resume(&stack, ipip_kinds_ipip(), whole(packet, bytes), IPIP_CE);
    assert_int_equal(stack.count, 2);
    assert_true(stack.layers[0].is_reassembled);
    assert_int_equal(stack.layers[0].ecn, IPIP_CE);
    assert_int_equal(stack.end, IPIP_END_PAYLOAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_layers),
        cmocka_unit_test(test_padding_is_not_payload),
        cmocka_unit_test(test_inner_claims_are_not_believed),
        cmocka_unit_test(test_every_truncation),
        cmocka_unit_test(test_every_short_packet),
        cmocka_unit_test(test_nesting_limit),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_total_length_zero),
        cmocka_unit_test(test_authentication_headers),
        cmocka_unit_test(test_resume),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
