/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network byte order: the only code that knows it. */
#ifndef IPIP_CORE_WIRE_H
#define IPIP_CORE_WIRE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t wire_get16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint16_t wire_get16_little(const uint8_t *p)
{
    return (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t wire_get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

/* The same four octets. */
static inline bool wire_is_equal32(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, 4) == 0;
}

static inline uint8_t *wire_put16(uint8_t *p, uint16_t value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
    return p + 2;
}

static inline uint8_t *wire_put32(uint8_t *p, uint32_t value)
{
    return wire_put16(wire_put16(p, (uint16_t)(value >> 16)), (uint16_t)value);
}

#endif
