/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ESP in clear: what shows it, in each shape, and nothing that is cut or damaged (RFC 4303 section 2). */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/stack.h"
#include "packet/esp_null.h"
#include "wire/esp_lengths.h"

enum {
    IPV4 = 20,
    HEADER = 8,
    INSIDE = 28,
    PADDING = 2,
    TRAILER = 2,
    ESP_MAX = HEADER + 8 + INSIDE + PADDING + TRAILER + 32
};

static const struct {
    uint8_t vector_bytes, check_bytes;
} shapes[ESP_LENGTHS] = {{0, 12}, {0, 16}, {0, 24}, {0, 32}, {8, 12}, {8, 16}, {8, 24}, {8, 32}};

/* Behind SPI and sequence number 28 octets of IPv4, by hand: UDP 9 to 9 without data. */
static uint32_t make(uint8_t *esp, unsigned shape)
{
    static const char inside[] = "4500001c00000000401166cf0a0000010a000002"
                                 "0009000900080000";
    uint8_t *next = esp + HEADER + shapes[shape].vector_bytes;

    memset(esp, 0xa5, ESP_MAX);
    from_hex(next, INSIDE, inside);
    next += INSIDE;
    *next++ = 1;
    *next++ = 2;
    *next++ = PADDING;
    *next++ = 4;
    return (uint32_t)(next - esp) + shapes[shape].check_bytes;
}

/* In a block of its own, so that a read behind it is found. */
static unsigned shapes_of(const uint8_t *octets, uint32_t captured, uint32_t wire)
{
    uint8_t *block = malloc(captured > 0 ? captured : 1);
    unsigned found;

    assert_non_null(block);
    memcpy(block, octets, captured);
    found = esp_null_shapes((struct ipip_bytes){block, captured, wire});
    free(block);
    return found;
}

/* Likewise: why the walk ended. */
static enum ipip_end read_in_block(struct ipip_stack *stack, const struct ipip_kinds *kinds, const uint8_t *octets,
                                   uint32_t captured)
{
    uint8_t *block = malloc(captured);
    enum ipip_end end;

    assert_non_null(block);
    memcpy(block, octets, captured);
    assert_int_equal(ipip_stack_read(stack, kinds, (struct ipip_bytes){block, captured, captured}), IPIP_OK);
    end = stack->end;
    free(block);
    return end;
}

static void test_shapes(void **state)
{
    uint8_t esp[ESP_MAX];

    (void)state;
    for (unsigned shape = 0; shape < ESP_LENGTHS; shape++) {
        uint32_t bytes = make(esp, shape);
        struct esp_null_inside inside;

        assert_int_equal(shapes_of(esp, bytes, bytes), 1U << shape);
        inside = esp_null_inside((struct ipip_bytes){esp, bytes, bytes}, shape);
        assert_ptr_equal(inside.packet.data, esp + HEADER + shapes[shape].vector_bytes);
        assert_int_equal(inside.packet.wire, INSIDE);
        assert_int_equal(inside.protocol, 4);
        assert_int_equal(inside.check_bytes, shapes[shape].check_bytes);
    }
}

static void test_cut(void **state)
{
    uint8_t esp[ESP_MAX];

    (void)state;
    for (unsigned shape = 0; shape < ESP_LENGTHS; shape++) {
        uint32_t bytes = make(esp, shape);

        for (uint32_t captured = 0; captured < bytes; captured++) {
            assert_int_equal(shapes_of(esp, captured, bytes), 0);
            assert_int_equal(shapes_of(esp, captured, captured) & 1U << shape, 0);
        }
    }
}

/* An IPv6 header without payload is a whole packet; shorter ones are none. */
static void test_bare_ipv6(void **state)
{
    static const char inside[] = "60000000 0000 3b 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
                                 "0102 02 29";
    uint8_t esp[ESP_MAX + 16];
    uint32_t bytes;

    (void)state;
    memset(esp, 0xa5, sizeof esp);
    bytes = HEADER + from_hex(esp + HEADER, sizeof esp - HEADER, inside) + 12;
    assert_int_equal(shapes_of(esp, bytes, bytes), 1);
    assert_int_equal(shapes_of(esp + 1, bytes - 1, bytes - 1), 0);
}

/* Whatever the length of the padding says, and any damage to what counts. */
static void test_damage(void **state)
{
    uint8_t esp[ESP_MAX];
    uint32_t bytes = make(esp, 1);
    const uint32_t trailer = HEADER + INSIDE;

    (void)state;
    for (unsigned value = 0; value < 256; value++) {
        esp[trailer + PADDING] = (uint8_t)value;
        assert_int_equal(shapes_of(esp, bytes, bytes), value == PADDING ? 2 : 0);
    }
    for (uint32_t at = trailer; at < trailer + PADDING + TRAILER; at++) {
        make(esp, 1);
        esp[at] ^= 0x40;
        assert_int_equal(shapes_of(esp, bytes, bytes), 0);
    }
    for (uint32_t at = HEADER; at < HEADER + 20; at++) {
        make(esp, 1);
        esp[at] ^= 0x10;
        assert_int_equal(shapes_of(esp, bytes, bytes), 0);
    }
}

/* Declared, the same packet is read like any other tunnel, up to where its padding begins. */
static void test_chain(void **state)
{
    for (unsigned shape = 0; shape < ESP_LENGTHS; shape++) {
        struct ipip_kinds kinds = *ipip_kinds_all();
        uint8_t packet[IPV4 + ESP_MAX];
        uint32_t bytes = IPV4 + make(packet + IPV4, shape);
        struct ipip_stack stack;
        struct ipip_chain chain;

        from_hex(packet, IPV4, "4500000000000000403200000a0a0a010a0a0a02");
        packet[3] = (uint8_t)bytes;
        assert_int_equal(read_in_block(&stack, &kinds, packet, bytes), IPIP_END_OPAQUE);
        assert_int_equal(stack.count, 1);
        kinds.esp_check_bytes = shapes[shape].check_bytes;
        kinds.esp_vector_bytes = shapes[shape].vector_bytes;
        assert_int_equal(ipip_stack_read(&stack, &kinds, (struct ipip_bytes){packet, bytes, bytes}), IPIP_OK);
        assert_int_equal(stack.end, IPIP_END_PAYLOAD);
        assert_int_equal(stack.count, 2);
        assert_int_equal(stack.layers[0].kind, IPIP_KIND_ESP);
        assert_ptr_equal(stack.layers[1].bytes.data, packet + IPV4 + HEADER + shapes[shape].vector_bytes);
        assert_int_equal(stack.layers[1].bytes.wire, INSIDE);
        ipip_layer_chain(&chain, &kinds, &stack.layers[0]);
        assert_int_equal(chain.count, 1);
        assert_int_equal(chain.links[0].shim, IPIP_SHIM_ESP);
        assert_int_equal(chain.links[0].bytes, HEADER + shapes[shape].vector_bytes);
        for (uint32_t captured = IPV4; captured < bytes; captured++)
            assert_int_equal(read_in_block(&stack, &kinds, packet, captured), IPIP_END_OPAQUE);
        packet[6] = 0x20; /* a fragment */
        assert_int_equal(read_in_block(&stack, &kinds, packet, bytes), IPIP_END_FRAGMENT);
    }
    (void)state;
}

/* A wrong checksum inside is for a rule to tell; what lies behind the packet pads it (RFC 4303 section 2.7), but it is never longer. */
static void test_declared(void **state)
{
    uint8_t esp[ESP_MAX];
    uint32_t bytes = make(esp, 1);
    struct esp_null_inside inside;

    (void)state;
    esp[HEADER + 10] ^= 1;
    assert_int_equal(shapes_of(esp, bytes, bytes), 0);
    assert_true(esp_null_find(&inside, (struct ipip_bytes){esp, bytes, bytes}, 0, 16));
    assert_false(esp_null_find(&inside, (struct ipip_bytes){esp, bytes, bytes}, 8, 16));
    assert_false(esp_null_find(&inside, (struct ipip_bytes){esp, bytes, bytes}, 0, 12));
    esp[HEADER + 3]++;
    assert_false(esp_null_find(&inside, (struct ipip_bytes){esp, bytes, bytes}, 0, 16));
    for (uint8_t shorter = INSIDE; shorter >= 20; shorter--) {
        esp[HEADER + 3] = shorter;
        assert_true(esp_null_find(&inside, (struct ipip_bytes){esp, bytes, bytes}, 0, 16));
        assert_ptr_equal(inside.packet.data, esp + HEADER);
        assert_int_equal(inside.packet.captured, shorter);
        assert_int_equal(inside.packet.wire, shorter);
    }
    esp[HEADER + 3] = 19;
    assert_false(esp_null_find(&inside, (struct ipip_bytes){esp, bytes, bytes}, 0, 16));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes), cmocka_unit_test(test_cut),   cmocka_unit_test(test_bare_ipv6),
        cmocka_unit_test(test_damage), cmocka_unit_test(test_chain), cmocka_unit_test(test_declared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
