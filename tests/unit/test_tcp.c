/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is read of TCP (RFC 9293 section 3.1, RFC 2018 section 3), at every length that may be captured of it. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet/tcp.h"

enum { IP_BYTES = 20, OPTIONS = 40, PAYLOAD = 3 };

#define IP "45000053 00010000 40060000 0a000001 0a000002 "
#define FIXED "1388 0050 00000065 000000c9 f018 2000 0000 0000 "
#define SACKED "0512 00000201 00000301 00000401 00000501 " /* two blocks */

/* Window scale twice, no-operations, and the end, behind which nothing is an option. */
static const char PACKET[] = IP FIXED "020405b4 " SACKED "01 030307 01010101 01 030302 00 020405dc 00 616263";

static bool read_cut(struct tcp_header *h, const char *hex, uint32_t captured)
{
    uint8_t packet[128], *exact = malloc(captured > 0 ? captured : 1);
    uint32_t wire = from_hex(packet, sizeof packet, hex);
    struct ipip_layer layer = {.bytes = {exact, captured, wire},
                               .ip = {.version = 4,
                                      .header_bytes = IP_BYTES,
                                      .total_bytes = wire,
                                      .protocol = packet[9],
                                      .flags = (packet[6] & 0x20) != 0 ? IPIP_IP_MF | IPIP_IP_FRAGMENT : 0}};
    bool is_read;

    memcpy(exact, packet, captured);
    memset(h, 0xee, sizeof *h);
    is_read = tcp_read(h, &layer);
    free(exact);
    return is_read;
}

static void test_every_captured_length(void **state)
{
    uint8_t packet[128];
    uint32_t wire = from_hex(packet, sizeof packet, PACKET);

    (void)state;
    for (uint32_t captured = IP_BYTES; captured <= wire; captured++) {
        struct tcp_header h;
        bool is_read = read_cut(&h, PACKET, captured);
        uint32_t options = captured < IP_BYTES + TCP_HEADER_MIN ? 0 : captured - IP_BYTES - TCP_HEADER_MIN;

        assert_int_equal(is_read, captured >= IP_BYTES + TCP_HEADER_MIN);
        if (!is_read)
            continue;
        assert_int_equal(h.sport, 5000);
        assert_int_equal(h.dport, 80);
        assert_int_equal(h.seq, 101);
        assert_int_equal(h.ack, 201);
        assert_int_equal(h.flags, 0x18);
        assert_int_equal(h.window, 0x2000);
        assert_int_equal(h.header_bytes, 60);
        assert_int_equal(h.payload_bytes, wire - IP_BYTES - 60);
        assert_int_equal(h.is_cut, options < OPTIONS);
        assert_int_equal(h.mss, options >= 4 ? 1460 : 0);
        assert_int_equal(h.sack_count, options >= 22 ? 2 : 0);
        if (h.sack_count == 0)
            continue;
        assert_int_equal(h.sack_left[0], 0x201);
        assert_int_equal(h.sack_right[0], 0x301);
        assert_int_equal(h.sack_left[1], 0x401);
        assert_int_equal(h.sack_right[1], 0x501);
    }
}

/* Options of 8 octets, padded, whose length field is wrong or unusual: what stands before is read, nothing beyond. */
static void test_lengths_of_options(void **state)
{
    static const struct {
        const char *options;
        uint16_t mss;
        uint8_t sacks;
    } cases[] = {
        {"020405b4 01010101", 1460, 0}, {"01010101 020405b4", 1460, 0}, {"020005b4 01010101", 0, 0},
        {"020105b4 01010101", 0, 0},    {"020305b4 01010101", 0, 0},    {"010101ff 020405b4", 0, 0},
        {"01010101 01020505", 0, 0},    {"01010101 01010102", 0, 0},    {"00000000 020405b4", 0, 0},
        {"0508aabb ccddeeff", 0, 0},    {"050a0102 03040506", 0, 0},    {"020405b4 05020101", 1460, 0},
        {"fe0405b4 020405dc", 1500, 0}, {"020405b4 020405dc", 1500, 0}, {"01010101 0204ffff", 65535, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char hex[200];
        struct tcp_header h;

        assert_true(snprintf(hex, sizeof hex, "%s1388 0050 00000065 000000c9 7018 2000 0000 0000 %s",
                             "45000030 00010000 40060000 0a000001 0a000002 ", cases[i].options) < (int)sizeof hex);
        assert_true(read_cut(&h, hex, 48));
        assert_int_equal(h.mss, cases[i].mss);
        assert_int_equal(h.sack_count, cases[i].sacks);
        assert_false(h.is_cut);
    }
}

static void test_what_is_no_header(void **state)
{
    static const char *const packets[] = {
        "45000028 00010000 40110000 0a000001 0a000002 1388 0050 00000065 000000c9 5018 2000 0000 0000", /* UDP */
        "45000028 00012000 40060000 0a000001 0a000002 1388 0050 00000065 000000c9 5018 2000 0000 0000", /* fragment */
        "45000028 00010000 40060000 0a000001 0a000002 1388 0050 00000065 000000c9 4018 2000 0000 0000", /* 16 octets */
        "45000028 00010000 40060000 0a000001 0a000002 1388 0050 00000065 000000c9 6018 2000 0000 0000", /* 24 of 20 */
    };
    struct tcp_header h;

    (void)state;
    for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++)
        assert_false(read_cut(&h, packets[i], 40));
    assert_true(read_cut(
        &h, "45000028 00010000 40060000 0a000001 0a000002 1388 0050 00000065 000000c9 5018 2000 0000 0000", 40));
    assert_int_equal(h.payload_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_captured_length),
        cmocka_unit_test(test_lengths_of_options),
        cmocka_unit_test(test_what_is_no_header),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
