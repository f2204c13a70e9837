/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parser reads of a packet does not depend on whether it hashes what lies beside tunnels, too; and these hashes are right. */
#include "unit.h"

#include <string.h>

#include "lab.h"
#include "packet/parse.h"

enum { BYTES = 256 };

static const struct hash_keys *keys_of_test(void)
{
    static struct hash_keys keys;

    hash_init(&keys, 5);
    return &keys;
}

/* IPv6 from 2001:db8::1 to 2001:db8::2, of this Payload Length and next header. */
#define IPV6(length, next) "60000000" length next "40 20010db8000000000000000000000001 20010db8000000000000000000000002"
#define UDP "c350 0035 0014 0000 000102030405060708090a0b"
#define TCP "c350 01bb 00000001 00000002 5010 ffff 0000 0000"

static const struct {
    const char *octets;
    bool is_beside; /* no tunnel packet, nor one that has a name */
} cases[] = {
    {LAB_TUN1 "0800 f7ff 0001 0002 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627"
              "28292a2b2c2d2e2f3031323334353637",
     true},
    {"45000028000140004011b6a2 0a000001 0a000102" UDP, true},
    {"45000028000140004006b6ad 0a000001 0a000102" TCP, true},
    {"45000028000120004011b6a2 0a000001 0a000102" UDP, true}, /* a fragment */
    {IPV6("0014", "11") UDP, true},
    {IPV6("0014", "06") TCP, true},
    {LAB_OUTER_2 LAB_INNER_2 "0800 f7ff 0001 0002 000102030405060708090a0b0c0d0e0f", false},
    {LAB_OUTER_1 LAB_OUTER_2 LAB_INNER_2, false},
    {"450000500001400040290000 0a000001 0a000102" IPV6("0014", "06") TCP, false},
    {"4500003c00014000402f0000 0a000001 0a000102 00000800 45000024000140004011b6a2 0a000001 0a000102" UDP, false},
    {"45000028000140004032b6a2 0a000001 0a000102" UDP, false}, /* ESP */
    {"45000038000140004011b692 0a000001 0a000102 c350 12b5 0024 0000 08000000 00000100"
     "020000000002 020000000001 0800 000102030405",
     false}, /* VXLAN */
};

static void parse(struct parsed_room *room, const struct ipip_parser *parser, const uint8_t *octets, uint32_t captured,
                  uint32_t bytes, bool hashes_beside)
{
    struct ipip_packet packet = {.ip = {octets, captured, bytes}, .frame = 7, .time = 9};

    memset(room, 0, sizeof *room);
    parser_parse(parser, room, &packet, hashes_beside);
}

static bool is_unhashed(const struct parsed_packet *parsed)
{
    return parsed->status == IPIP_OK && parsed->stack.count == 1 && parsed->stack.layers[0].kind == IPIP_KIND_NONE &&
           parsed->of[0].content == 0;
}

static void assert_same(struct parsed_packet *a, struct parsed_packet *b)
{
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->is_plain, b->is_plain);
    assert_int_equal(a->stack.count, b->stack.count);
    if (a->stack.count == 0)
        return;
    assert_int_equal(a->stack.end, b->stack.end);
    assert_int_equal(a->stack.next, b->stack.next);
    assert_memory_equal(parsed_layers(a), parsed_layers(b), a->stack.count * sizeof *a->stack.layers);
    assert_memory_equal(&a->packet, &b->packet, sizeof a->packet);
    for (unsigned k = 0; k < a->stack.count; k++) {
        assert_int_equal(a->of[k].facts.context, b->of[k].facts.context);
        assert_int_equal(a->of[k].facts.triggers, b->of[k].facts.triggers);
        assert_true(a->of[k].addresses == b->of[k].addresses);
        assert_true(a->of[k].content == b->of[k].content);
    }
}

/* Of every length: what parse_beside() adds afterwards is what the parser has added by itself. */
static void test_hashes_beside(void **state)
{
    struct ipip_parser *parser = parser_new(keys_of_test(), ipip_kinds_judged());

    (void)state;
    assert_non_null(parser);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t octets[BYTES];
        uint32_t bytes = from_hex(octets, sizeof octets, cases[i].octets);

        for (uint32_t captured = 0; captured <= bytes; captured++) {
            struct parsed_room without, with;

            parse(&without, parser, octets, captured, bytes, false);
            parse(&with, parser, octets, captured, bytes, true);
            if (captured == bytes)
                assert_int_equal(is_unhashed(&without.parsed) && !is_unhashed(&with.parsed), cases[i].is_beside);
            if (is_unhashed(&without.parsed) && !is_unhashed(&with.parsed))
                parse_beside(parser, &without.parsed);
            assert_same(&without.parsed, &with.parsed);
        }
    }
    parser_free(parser);
}

/* A datagram beside a tunnel has the hashes that it has inside of one, where it is captured with another TTL. */
static void test_same_inside(void **state)
{
    static const char *const payload = "0800 f7ff 0001 0002 000102030405060708090a0b0c0d0e0f";
    struct ipip_parser *parser = parser_new(keys_of_test(), ipip_kinds_judged());
    struct parsed_room beside, tunnel;
    uint8_t octets[BYTES];
    uint32_t outer = from_hex(octets, sizeof octets, LAB_OUTER_2);
    uint32_t inner = from_hex(octets + outer, sizeof octets - outer, LAB_INNER_2);

    (void)state;
    assert_non_null(parser);
    inner += from_hex(octets + outer + inner, sizeof octets - outer - inner, payload);
    parse(&tunnel, parser, octets, outer + inner, 104, true);
    octets[outer + 8]++;
    parse(&beside, parser, octets + outer, inner, 84, true);
    assert_int_equal(tunnel.parsed.stack.count, 2);
    assert_int_equal(beside.parsed.stack.count, 1);
    assert_true(beside.parsed.of[0].content != 0);
    assert_true(beside.parsed.of[0].content == tunnel.parsed.of[1].content);
    assert_true(beside.parsed.of[0].addresses == tunnel.parsed.of[1].addresses);
    octets[outer + 5] ^= 1; /* another Identification: another datagram */
    parse(&beside, parser, octets + outer, inner, 84, true);
    assert_true(beside.parsed.of[0].content != tunnel.parsed.of[1].content);
    parser_free(parser);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hashes_beside),
        cmocka_unit_test(test_same_inside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
