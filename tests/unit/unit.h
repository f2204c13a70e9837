/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every unit test needs: cmocka, and octets written as hexadecimal text. */
#ifndef IPIP_TESTS_UNIT_H
#define IPIP_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ipip/address.h"
#include "ipip/bytes.h"

/* Octets from hexadecimal digits; anything else between them is ignored. At most `capacity`. Returns how many. */
static inline uint32_t from_hex(uint8_t *out, size_t capacity, const char *text)
{
    uint32_t count = 0;
    int high = -1;

    for (; *text != '\0'; text++) {
        int digit = *text >= '0' && *text <= '9' ? *text - '0' : *text >= 'a' && *text <= 'f' ? *text - 'a' + 10 : -1;

        if (digit < 0)
            continue;
        if (high < 0) {
            high = digit;
            continue;
        }
        assert_true(count < capacity);
        out[count++] = (uint8_t)(high << 4 | digit);
        high = -1;
    }
    assert_int_equal(high, -1);
    return count;
}

/* An IPv4 address where a constant is needed, and whether an address is this one. */
#define IPV4_CONSTANT(number)                  \
    {                                          \
        0, UINT64_C(0xffff00000000) | (number) \
    }
#define assert_ipv4(address, number) assert_true(ipip_address_equal(address, ipip_address_ipv4(number)))

/* `count` octets, all of them captured. */
static inline struct ipip_bytes whole(const uint8_t *data, uint32_t count)
{
    return (struct ipip_bytes){data, count, count};
}

#endif
