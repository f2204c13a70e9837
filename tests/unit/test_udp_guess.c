/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What UDP looks like: FOU and GUE around either version of IP, at every length, and with each octet that decides damaged. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "packet/udp_guess.h"

enum { ROOM = 128 };

/* UDP 50000 to 5555 without a checksum, then by hand UDP 9 to 9 without data in IPv4, or in IPv6. */
#define IN_IPV4 "4500001c00000000401166cf0a0000010a000002 0009000900080000"
#define IN_IPV6                                                                          \
    "6000000000081140 20010db8000000000000000000000001 20010db8000000000000000000000002" \
    "0009000900080000"

static const struct {
    const char *octets;
    enum udp_guess guess;
    uint32_t decided; /* octets, with UDP, from which on it is known */
} looks[] = {
    {"c35015b300240000" IN_IPV4, UDP_GUESS_IPV4, 8 + 20},
    {"c35015b300380000" IN_IPV6, UDP_GUESS_IPV6, 8 + 6},
    {"c35015b300280000 00040000" IN_IPV4, UDP_GUESS_GUE, 8 + 4 + 20},
    {"c35015b3003c0000 00290000" IN_IPV6, UDP_GUESS_GUE, 8 + 4 + 6},
};

/* In a block of its own, so that a read behind it is found. */
static enum udp_guess guess_of(const uint8_t *octets, uint32_t captured, uint32_t wire)
{
    uint8_t *block = malloc(captured > 0 ? captured : 1);
    struct ipip_bytes at = {block, captured, wire};
    enum udp_guess guess = UDP_GUESS_NONE;
    struct ipip_udp udp;

    assert_non_null(block);
    memcpy(block, octets, captured);
    if (ipip_udp_read(&udp, at) == IPIP_OK)
        guess = udp_guess(&udp, at);
    free(block);
    return guess;
}

static void test_every_length(void **state)
{
    uint8_t octets[ROOM];

    (void)state;
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        uint32_t bytes = from_hex(octets, ROOM, looks[i].octets);

        for (uint32_t captured = 8; captured <= bytes; captured++) {
            enum udp_guess expected = captured >= looks[i].decided ? looks[i].guess : UDP_GUESS_OPEN;

            assert_int_equal(guess_of(octets, captured, bytes), expected);
        }
        for (uint32_t wire = 8; wire < bytes; wire++) /* less than UDP Length promises */
            assert_int_equal(guess_of(octets, wire, wire), UDP_GUESS_NONE);
        assert_int_equal(guess_of(octets, bytes, bytes + 1), looks[i].guess); /* padding */
    }
}

static void test_every_damage(void **state)
{
    uint8_t octets[ROOM];

    (void)state;
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        bool is_ipv6 = looks[i].decided == 8 + 6 || looks[i].decided == 8 + 4 + 6;
        uint32_t header = looks[i].decided - (is_ipv6 ? 6 : 20);
        uint32_t bytes = from_hex(octets, ROOM, looks[i].octets);

        for (uint32_t at = 8; at < looks[i].decided; at++) {
            if (is_ipv6 && at >= header && at < header + 4 && at != header)
                continue; /* traffic class and flow label */
            octets[at] ^= 0x10;
            assert_int_equal(guess_of(octets, bytes, bytes), UDP_GUESS_NONE);
            octets[at] ^= 0x10;
        }
    }
}

static void test_lengths_of_udp(void **state)
{
    uint8_t octets[ROOM];
    uint32_t bytes = from_hex(octets, ROOM, looks[0].octets);

    (void)state;
    for (uint8_t length = 0; length < 8; length++) {
        octets[5] = length;
        assert_int_equal(guess_of(octets, bytes, bytes), length == 0 ? UDP_GUESS_OPEN : UDP_GUESS_NONE);
    }
    octets[5] = (uint8_t)(bytes - 1);
    assert_int_equal(guess_of(octets, bytes, bytes), UDP_GUESS_NONE);
    octets[5] = 8; /* nothing inside */
    assert_int_equal(guess_of(octets, bytes, bytes), UDP_GUESS_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_length),
        cmocka_unit_test(test_every_damage),
        cmocka_unit_test(test_lengths_of_udp),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
