/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One packet of each kind, written by hand, and every length at which it may be cut off. */
#include "hex_packet.h"

/* With an IP header inside, which ends the packet. */
static const struct {
    const char *hex;
    enum ipip_kind kind;
    unsigned inner; /* its offset */
    uint8_t shims[4];
} tunnels[] = {
    {IPV4("0028", "04") INNER4, IPIP_KIND_IPIP, 20, {0}},
    {IPV4("003c", "29") INNER6, IPIP_KIND_6IN4, 20, {0}},
    {IPV6("0014", "04") INNER4, IPIP_KIND_4IN6, 40, {0}},
    {IPV6("001c", "3c") LIMIT("04") INNER4, IPIP_KIND_4IN6, 48, {0}},
    {IPV6("0028", "29") INNER6, IPIP_KIND_6IN6, 40, {0}},
    {IPV6("0030", "3c") LIMIT("29") INNER6, IPIP_KIND_6IN6, 48, {0}},
    /* hop-by-hop options, routing header of 16 octets, atomic fragment header, mobility header */
    {IPV6("003c",
          "00") "2b00 01040000 0000 2c01 00000000 0000 0000000000000000 8700 0000 00000009 0400 0104 00000000 " INNER4,
     IPIP_KIND_4IN6,
     80,
     {0}},
    /* GRE: flags, type */
    {IPV4("002c", "2f") "0000 0800 " INNER4, IPIP_KIND_GRE, 24, {IPIP_SHIM_GRE}},
    {IPV4("0040", "2f") "0000 86dd " INNER6, IPIP_KIND_GRE, 24, {IPIP_SHIM_GRE}},
    /* checksum and reserved, key 42, sequence number 7 */
    {IPV4("0038", "2f") "b000 0800 1234 0000 0000002a 00000007 " INNER4, IPIP_KIND_GRE, 36, {IPIP_SHIM_GRE}},
    /* routing: checksum and offset; an entry of family 0800 with 4 octets; the one that ends the list */
    {IPV4("003c", "2f") "4000 0800 0000 0000 0800 00 04 0a090909 0000 00 00 " INNER4,
     IPIP_KIND_GRE,
     40,
     {IPIP_SHIM_GRE}},
    /* a label: 100, bottom of the stack, TTL 64 */
    {IPV4("0030", "2f") "0000 8847 00064140 " INNER4, IPIP_KIND_GRE, 28, {IPIP_SHIM_GRE, IPIP_SHIM_MPLS}},
    {IPV6("0034", "3c") LIMIT("2f") "0000 86dd " INNER6, IPIP_KIND_GRE6, 52, {IPIP_SHIM_GRE}},
    {IPV4("003a", "2f") "0000 6558 " FRAME "0800 " INNER4, IPIP_KIND_GRETAP, 38, {IPIP_SHIM_GRE, IPIP_SHIM_ETHERNET}},
    /* VLAN 100 */
    {IPV4("003e", "2f") "0000 6558 " FRAME "8100 0064 0800 " INNER4,
     IPIP_KIND_GRETAP,
     42,
     {IPIP_SHIM_GRE, IPIP_SHIM_ETHERNET}},
    {IPV6("003e", "2f") "2000 6558 0000002a " FRAME "86dd " INNER6,
     IPIP_KIND_GRETAP6,
     62,
     {IPIP_SHIM_GRE, IPIP_SHIM_ETHERNET}},
    /* ERSPAN type I; II: version 1, session 5, index 0; III: version 2, session 5, time, group, flags; III with subheader */
    {IPV4("003a", "2f") "0000 88be " FRAME "0800 " INNER4, IPIP_KIND_ERSPAN, 38, {IPIP_SHIM_GRE, IPIP_SHIM_ETHERNET}},
    {IPV4("0046", "2f") "1000 88be 00000001 1000 0005 00000000 " FRAME "0800 " INNER4,
     IPIP_KIND_ERSPAN,
     50,
     {IPIP_SHIM_GRE, IPIP_SHIM_ERSPAN, IPIP_SHIM_ETHERNET}},
    {IPV4("004a", "2f") "1000 22eb 00000001 2000 0005 00000000 0000 0000 " FRAME "0800 " INNER4,
     IPIP_KIND_ERSPAN,
     54,
     {IPIP_SHIM_GRE, IPIP_SHIM_ERSPAN, IPIP_SHIM_ETHERNET}},
    {IPV4("0052", "2f") "1000 22eb 00000001 2000 0005 00000000 0000 0001 0000000000000000 " FRAME "0800 " INNER4,
     IPIP_KIND_ERSPAN,
     62,
     {IPIP_SHIM_GRE, IPIP_SHIM_ERSPAN, IPIP_SHIM_ETHERNET}},
    /* type III with an IP packet in the place of a frame */
    {IPV4("003c", "2f") "1000 22eb 00000001 2000 0005 00000000 0000 0800 " INNER4,
     IPIP_KIND_ERSPAN,
     40,
     {IPIP_SHIM_GRE, IPIP_SHIM_ERSPAN}},
    {IPV6("0032", "2f") "1000 88be 00000001 1000 0005 00000000 " FRAME "0800 " INNER4,
     IPIP_KIND_ERSPAN6,
     70,
     {IPIP_SHIM_GRE, IPIP_SHIM_ERSPAN, IPIP_SHIM_ETHERNET}},
    /* UDP: source port, destination port, length, checksum */
    {IPV4("0030", "11") "c000 15b3 001c 0000 " INNER4, IPIP_KIND_FOU, 28, {IPIP_SHIM_UDP}},
    {IPV4("0034", "11") "c000 15b4 0020 0000 0000 0800 " INNER4, IPIP_KIND_FOU, 32, {IPIP_SHIM_UDP, IPIP_SHIM_GRE}},
    {IPV6("001c", "11") "c000 15b3 001c 0000 " INNER4, IPIP_KIND_FOU, 48, {IPIP_SHIM_UDP}},
    /* GUE: variant 0, protocol 4; with private flags and remote checksum; variant 1; GRE inside */
    {IPV4("0034", "11") "c000 17c0 0020 0000 0004 0000 " INNER4, IPIP_KIND_GUE, 32, {IPIP_SHIM_UDP, IPIP_SHIM_GUE}},
    {IPV4("003c", "11") "c000 17c0 0028 0000 0204 0001 80000000 0014 001a " INNER4,
     IPIP_KIND_GUE,
     40,
     {IPIP_SHIM_UDP, IPIP_SHIM_GUE}},
    {IPV4("0044", "11") "c000 17c0 0030 0000 " INNER6, IPIP_KIND_GUE, 28, {IPIP_SHIM_UDP}},
    {IPV4("0038", "11") "c000 17c0 0024 0000 002f 0000 0000 0800 " INNER4,
     IPIP_KIND_GUE,
     36,
     {IPIP_SHIM_UDP, IPIP_SHIM_GUE, IPIP_SHIM_GRE}},
    {IPV4("0034", "11") "c000 1292 0020 0000 0000 0800 " INNER4, IPIP_KIND_GRE_UDP, 32, {IPIP_SHIM_UDP, IPIP_SHIM_GRE}},
    /* AH: next header, 24 octets, SPI, sequence number, check value */
    {IPV4("0040", "33") AH("04") INNER4, IPIP_KIND_IPIP, 44, {IPIP_SHIM_AH}},
    {IPV4("0044", "33") AH("2f") "0000 0800 " INNER4, IPIP_KIND_GRE, 48, {IPIP_SHIM_AH, IPIP_SHIM_GRE}},
    /* destination options behind AH; an atomic Fragment header and options, and AH once more */
    {IPV6("0034", "33") AH("3c") LIMIT("04") INNER4, IPIP_KIND_4IN6, 72, {IPIP_SHIM_AH, IPIP_SHIM_EXTENSIONS}},
    {IPV6("0054", "33") AH("2c") "3c00 0000 00000009 " LIMIT("33") AH("04") INNER4,
     IPIP_KIND_4IN6,
     104,
     {IPIP_SHIM_AH, IPIP_SHIM_EXTENSIONS, IPIP_SHIM_AH}},
    {IPV4("0030", "89") "00064040 000c8140 " INNER4, IPIP_KIND_MPLS, 28, {IPIP_SHIM_MPLS}},
};

static void test_every_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tunnels / sizeof tunnels[0]; i++) {
        struct ipip_kinds kinds = all_kinds();
        uint32_t bytes = length_of(tunnels[i].hex);
        struct ipip_stack stack;
        struct ipip_chain chain;
        uint8_t *packet;
        unsigned offset = 0;

        assert_int_equal(read_cut(&stack, &packet, tunnels[i].hex, bytes, bytes), IPIP_OK);
        assert_int_equal(stack.count, 2);
        assert_int_equal(stack.end, IPIP_END_PAYLOAD);
        assert_int_equal(stack.layers[0].kind, tunnels[i].kind);
        assert_int_equal(stack.layers[1].kind, IPIP_KIND_NONE);
        assert_ptr_equal(stack.layers[1].bytes.data, packet + tunnels[i].inner);
        assert_int_equal(stack.layers[0].ip.header_bytes + stack.layers[0].shim_bytes, tunnels[i].inner);
        assert_int_equal(stack.layers[1].bytes.wire, bytes - tunnels[i].inner);
        assert_int_equal(stack.layers[1].ip.version, packet[tunnels[i].inner] >> 4);
        assert_int_equal(stack.layers[1].ip.ttl, 63);
        ipip_layer_chain(&chain, &kinds, &stack.layers[0]);
        assert_int_equal(chain.end, IPIP_END_COUNT);
        assert_int_equal(chain.kind, tunnels[i].kind);
        assert_int_equal(chain.bytes, stack.layers[0].shim_bytes);
        for (unsigned k = 0; k < chain.count; k++) {
            assert_int_equal(chain.links[k].shim, tunnels[i].shims[k]);
            assert_int_equal(chain.links[k].offset, offset);
            offset += chain.links[k].bytes;
        }
        assert_true(chain.count == 4 || tunnels[i].shims[chain.count] == IPIP_SHIM_NONE);
        assert_int_equal(offset, chain.bytes);
        free(packet);
    }
}

static void test_every_truncation(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tunnels / sizeof tunnels[0]; i++) {
        uint32_t bytes = length_of(tunnels[i].hex);

        for (uint32_t captured = 0; captured < bytes; captured++) {
            struct ipip_stack stack;
            uint8_t *packet;
            uint32_t fixed = tunnels[i].hex[0] == '4' ? 20 : 40;
            enum ipip_status status = read_cut(&stack, &packet, tunnels[i].hex, captured, bytes);

            assert_int_equal(status, captured < fixed ? IPIP_TRUNCATED : IPIP_OK);
            assert_int_equal(stack.count, captured < fixed ? 0 : 1);
            /* Of UDP that shows no port it is not known that it is a tunnel; of AH likewise, of which the last one has 24 octets. */
            if (captured >= fixed && stack.end == IPIP_END_PAYLOAD)
                assert_true((packet[fixed == 20 ? 9 : 6] == 17 && captured < fixed + 8) ||
                            (stack.next == 51 && captured < tunnels[i].inner - 22));
            else if (captured >= fixed)
                assert_int_equal(stack.end, IPIP_END_CUT);
            free(packet);
        }
    }
}

/* Not cut by the capture: the packet itself is that short, whatever its headers promise. */
static void test_every_short_packet(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tunnels / sizeof tunnels[0]; i++) {
        uint32_t bytes = length_of(tunnels[i].hex);

        for (uint32_t wire = tunnels[i].hex[0] == '4' ? 20 : 40; wire < bytes; wire++) {
            struct ipip_stack stack;
            uint8_t *packet;

            assert_int_equal(read_cut(&stack, &packet, tunnels[i].hex, wire, wire), IPIP_OK);
            assert_int_equal(stack.count, 1);
            assert_true(stack.end == IPIP_END_NO_ROOM || stack.end == IPIP_END_BAD_SHIM ||
                        stack.end == IPIP_END_BAD_HEADER || stack.end == IPIP_END_PAYLOAD);
            if (wire >= tunnels[i].inner)
                assert_true(stack.end == IPIP_END_NO_ROOM || stack.end == IPIP_END_BAD_SHIM);
            free(packet);
        }
    }
}

/* Without an IP header inside that can be read. */
static const struct {
    const char *hex;
    enum ipip_end end;
    enum ipip_kind kind; /* of the layer; with IPIP_END_UNSUPPORTED that which is named */
} others[] = {
    {IPV4("001c", "32") "00001000 00000001", IPIP_END_OPAQUE, IPIP_KIND_ESP},
    {IPV6("0008", "32") "00001000 00000001", IPIP_END_OPAQUE, IPIP_KIND_ESP},
    {IPV4("0018", "6c") "04 00 0001", IPIP_END_OPAQUE, IPIP_KIND_IPCOMP},
    /* minimal encapsulation: protocol 6, without and with source, then 4 octets of payload */
    {IPV4("0020", "37") "0600 0000 0a010202 00000000", IPIP_END_FOLDED, IPIP_KIND_MINIMAL},
    {IPV4("0024", "37") "0680 0000 0a010202 0a010101 00000000", IPIP_END_FOLDED, IPIP_KIND_MINIMAL},
    {IPV4("001e", "37") "0680 0000 0a010202 0a01", IPIP_END_BAD_SHIM, IPIP_KIND_MINIMAL},
    {IPV4("0020", "2f") "3001 880b 0004 0001 00000001", IPIP_END_UNSUPPORTED, IPIP_KIND_PPTP},
    {IPV4("0016", "61") "3000", IPIP_END_UNSUPPORTED, IPIP_KIND_ETHERIP},
    {IPV4("0018", "73") "00000001", IPIP_END_UNSUPPORTED, IPIP_KIND_L2TP},
    {IPV4("0018", "2f") "0000 0000", IPIP_END_NOT_IP, IPIP_KIND_GRE}, /* keepalive */
    {IPV4("001c", "2f") "0000 0806 00010800", IPIP_END_NOT_IP, IPIP_KIND_GRE},
    {IPV4("002a", "2f") "0000 6558 " FRAME "0806 00010800", IPIP_END_NOT_IP, IPIP_KIND_GRETAP},
    {IPV4("0022", "2f") "0000 6558 " FRAME, IPIP_END_BAD_SHIM, IPIP_KIND_GRETAP}, /* 12 octets of a frame */
    {IPV4("0018", "2f") "0002 0800", IPIP_END_BAD_SHIM, IPIP_KIND_GRE},           /* version 2 */
    {IPV4("001c", "2f") "3000 0800 00000001", IPIP_END_BAD_SHIM, IPIP_KIND_GRE},  /* no room for the sequence number */
    {IPV4("0028", "2f") "4000 0800 0000 0000 0800 00 ff 0a090909 00000000", IPIP_END_BAD_SHIM, IPIP_KIND_GRE},
    {IPV4("002c", "2f") "0000 86dd " INNER4, IPIP_END_INNER_VERSION, IPIP_KIND_GRE},
    {IPV4("0040", "2f") "0000 0800 " INNER6, IPIP_END_INNER_VERSION, IPIP_KIND_GRE},
    {IPV4("0028", "29") INNER4, IPIP_END_INNER_VERSION, IPIP_KIND_6IN4},
    {IPV6("0028", "04") INNER6, IPIP_END_INNER_VERSION, IPIP_KIND_4IN6},
    {IPV4("003a", "2f") "1000 88be 00000001 2000 0005 00000000 " FRAME "0800 ", IPIP_END_BAD_SHIM, IPIP_KIND_ERSPAN},
    {IPV4("0020", "11") "c000 17c0 000c 0000 8004 0000", IPIP_END_BAD_SHIM, IPIP_KIND_GUE}, /* variant 2 */
    {IPV4("0020", "11") "c000 17c0 000c 0000 2001 0000", IPIP_END_NOT_IP, IPIP_KIND_GUE},   /* control */
    {IPV4("0020", "11") "c000 17c0 000c 0000 0004 0001", IPIP_END_BAD_SHIM,
     IPIP_KIND_GUE}, /* private flags not there */
    {IPV4("0020", "11") "c000 17c0 000c 0000 003b 0000", IPIP_END_NOT_IP, IPIP_KIND_GUE},
    {IPV4("0020", "11") "c000 17c0 0007 0000 0004 0000", IPIP_END_BAD_SHIM, IPIP_KIND_GUE}, /* length of UDP */
    {IPV4("0020", "11") "c000 17c0 000d 0000 0004 0000", IPIP_END_BAD_SHIM, IPIP_KIND_GUE},
    {IPV4("0030", "11") "c000 15b5 001c 0000 " INNER4, IPIP_END_PAYLOAD,
     IPIP_KIND_NONE}, /* a port that is not declared */
    {IPV4("0030", "11") "15b3 c000 001c 0000 " INNER4, IPIP_END_PAYLOAD,
     IPIP_KIND_NONE},                                                               /* nor is the source port one */
    {IPV6("0008", "3c") "04ff 0000 00000000", IPIP_END_BAD_HEADER, IPIP_KIND_NONE}, /* options beyond the end */
    {IPV6("0000", "3b"), IPIP_END_PAYLOAD, IPIP_KIND_NONE},
    {IPV4("0018", "89") "00064140", IPIP_END_BAD_SHIM, IPIP_KIND_MPLS}, /* nothing behind the label */
    /* Fragments: of known kinds by the protocol; of others what the first one shows. */
    {"45000028 00012000 40040000 0a000001 0a000002 " INNER4, IPIP_END_FRAGMENT, IPIP_KIND_IPIP},
    {"4500003c 00012000 40290000 0a000001 0a000002 " INNER6, IPIP_END_FRAGMENT, IPIP_KIND_6IN4},
    {"45000028 00010001 40290000 0a000001 0a000002 " INNER4, IPIP_END_FRAGMENT, IPIP_KIND_6IN4},
    {"4500002c 00012000 402f0000 0a000001 0a000002 0000 6558 " INNER4, IPIP_END_FRAGMENT, IPIP_KIND_GRETAP},
    {"4500001c 00010001 402f0000 0a000001 0a000002 00000000 00000000", IPIP_END_FRAGMENT, IPIP_KIND_NONE},
    {"4500001c 00010001 40110000 0a000001 0a000002 00000000 00000000", IPIP_END_FRAGMENT, IPIP_KIND_NONE},
    {"4500001c 00012000 40110000 0a000001 0a000002 c000 17c0 0500 0000", IPIP_END_FRAGMENT, IPIP_KIND_GUE},
    {"4500001c 00012000 40110000 0a000001 0a000002 c000 0035 0500 0000", IPIP_END_PAYLOAD, IPIP_KIND_NONE},
    {"4500001c 00010001 40320000 0a000001 0a000002 00000000 00000000", IPIP_END_FRAGMENT, IPIP_KIND_ESP},
    {"4500001c 00010001 40060000 0a000001 0a000002 00000000 00000000", IPIP_END_PAYLOAD, IPIP_KIND_NONE},
    /* Fragment header: next header, reserved, offset and M, Identification */
    {IPV6("001c", "2c") "0400 0001 00000009 " INNER4, IPIP_END_FRAGMENT, IPIP_KIND_4IN6},
    {IPV6("0010", "2c") "2900 0008 00000009 0000000000000000", IPIP_END_FRAGMENT, IPIP_KIND_6IN6},
    {IPV6("0024", "2c") "3c00 0001 00000009 " LIMIT("04") INNER4, IPIP_END_FRAGMENT, IPIP_KIND_4IN6},
    {IPV6("0010", "2c") "3c00 0008 00000009 0000000000000000", IPIP_END_FRAGMENT, IPIP_KIND_NONE},
    {IPV6("0010", "2c") "3c00 0001 00000009 0600 0104 00000000", IPIP_END_PAYLOAD, IPIP_KIND_NONE},
    {IPV6("0010", "2c") "0600 0008 00000009 0000000000000000", IPIP_END_PAYLOAD, IPIP_KIND_NONE},
    /* behind AH: offset 1280 and the last one, offset 0 and M, both with what looks like a header */
    {IPV6("0048", "33") AH("2c") "2900 0500 00000009 " INNER6, IPIP_END_PAYLOAD, IPIP_KIND_NONE},
    {IPV6("0048", "33") AH("2c") "2900 0001 00000009 " INNER6, IPIP_END_PAYLOAD, IPIP_KIND_NONE},
    /* 17 headers: the number behind them tells the kind, unless the last one is a fragment's; 16 behind AH */
    {IPV6("009c", "3c") LIMITS_15 LIMIT("3c") LIMIT("04") INNER4, IPIP_END_BAD_HEADER, IPIP_KIND_4IN6},
    {IPV6("00a8", "3c") LIMITS_15 LIMIT("2c") "2900 0500 00000009 " INNER6, IPIP_END_BAD_HEADER, IPIP_KIND_NONE},
    {IPV6("00ac", "33") AH("3c") LIMITS_15 LIMIT("04") INNER4, IPIP_END_BAD_HEADER, IPIP_KIND_4IN6},
};

static void test_without_inner(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        uint32_t bytes = length_of(others[i].hex);
        struct ipip_stack stack;
        uint8_t *packet;

        assert_int_equal(read_cut(&stack, &packet, others[i].hex, bytes, bytes), IPIP_OK);
        assert_int_equal(stack.count, 1);
        assert_int_equal(stack.end, others[i].end);
        assert_int_equal(stack.end == IPIP_END_UNSUPPORTED ? stack.next_kind : stack.layers[0].kind, others[i].kind);
        free(packet);
    }
}

/* Of a first fragment, the extension headers behind its own are no authentication headers. */
static void test_first_fragment(void **state)
{
    struct ipip_kinds kinds = all_kinds();
    uint8_t packet[PACKET_MAX];
    uint32_t bytes = from_hex(packet, sizeof packet, IPV6("0024", "2c") "3c00 0001 00000009 " LIMIT("04") INNER4);
    struct ipip_stack stack;
    struct ipip_chain chain;

    (void)state;
    assert_int_equal(ipip_stack_read(&stack, &kinds, whole(packet, bytes)), IPIP_OK);
    ipip_layer_chain(&chain, &kinds, &stack.layers[0]);
    assert_int_equal(chain.kind, IPIP_KIND_4IN6);
    assert_int_equal(chain.count, 1);
    assert_int_equal(chain.links[0].shim, IPIP_SHIM_EXTENSIONS);
    assert_int_equal(chain.bytes, 8);
}

/* Behind an authentication header a fragment is not put together, whichever bit makes it one (RFC 8200 section 4.5). */
static void test_fragment_behind_ah(void **state)
{
    struct ipip_kinds kinds = all_kinds();
    uint8_t packet[PACKET_MAX];
    uint32_t bytes = from_hex(packet, sizeof packet, IPV6("0034", "33") AH("2c") "0400 0000 00000009 " INNER4);
    struct ipip_stack stack;

    (void)state;
    for (unsigned bit = 0; bit < 16; bit++) {
        bool is_reserved = bit == 1 || bit == 2;

        packet[40 + 24 + 2] = (uint8_t)(1U << bit >> 8);
        packet[40 + 24 + 3] = (uint8_t)(1U << bit);
        assert_int_equal(ipip_stack_read(&stack, &kinds, whole(packet, bytes)), IPIP_OK);
        assert_int_equal(stack.count, is_reserved ? 2 : 1);
    }
}

/* A kind that is not to be read is named; UDP of such a kind is UDP. */
static void test_only_what_is_asked_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tunnels / sizeof tunnels[0]; i++) {
        struct ipip_kinds kinds = all_kinds();
        uint32_t bit = IPIP_KIND_BIT(tunnels[i].kind);
        uint8_t packet[PACKET_MAX];
        uint32_t bytes = from_hex(packet, sizeof packet, tunnels[i].hex);
        struct ipip_stack stack;

        kinds.set &= ~bit;
        assert_int_equal(ipip_stack_read(&stack, &kinds, whole(packet, bytes)), IPIP_OK);
        assert_int_equal(stack.count, 1);
        assert_int_equal(stack.layers[0].kind, IPIP_KIND_NONE);
        if (stack.carrier_bytes != 0) { /* what holds a frame is a carrier then */
            assert_int_equal(stack.carrier_bytes, tunnels[i].inner);
            assert_int_equal(ipip_kind_about(tunnels[i].kind)->payload, IPIP_PAYLOAD_ETHERNET);
        } else if ((bit & IPIP_KINDS_OVER_UDP) != 0) {
            assert_int_equal(stack.end, IPIP_END_PAYLOAD);
        } else {
            assert_int_equal(stack.end, IPIP_END_UNSUPPORTED);
            assert_int_equal(stack.next_kind, tunnels[i].kind);
        }
        kinds.set = bit;
        assert_int_equal(ipip_stack_read(&stack, &kinds, whole(packet, bytes)), IPIP_OK);
        assert_int_equal(stack.count, 2);
    }
}

/* 4in6 in GRE in 6in4, and an IPv4 header with another in it. */
static void test_nest(void **state)
{
    static const char hex[] =
        IPV4("0090", "29") IPV6("0054", "2f") "0000 86dd " IPV6("0028", "04") IPV4("0028", "04") INNER4;
    static const enum ipip_kind expected[] = {IPIP_KIND_6IN4, IPIP_KIND_GRE6, IPIP_KIND_4IN6, IPIP_KIND_IPIP,
                                              IPIP_KIND_NONE};
    uint32_t bytes = length_of(hex);
    struct ipip_stack stack;
    uint8_t *packet;

    (void)state;
    assert_int_equal(read_cut(&stack, &packet, hex, bytes, bytes), IPIP_OK);
    assert_int_equal(stack.count, 5);
    assert_int_equal(stack.end, IPIP_END_PAYLOAD);
    for (unsigned k = 0; k < stack.count; k++)
        assert_int_equal(stack.layers[k].kind, expected[k]);
    free(packet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_every_truncation),
        cmocka_unit_test(test_every_short_packet),
        cmocka_unit_test(test_without_inner),
        cmocka_unit_test(test_first_fragment),
        cmocka_unit_test(test_fragment_behind_ah),
        cmocka_unit_test(test_only_what_is_asked_for),
        cmocka_unit_test(test_nest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
