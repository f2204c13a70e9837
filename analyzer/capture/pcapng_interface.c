/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcapng_interface.h"

#include <string.h>

const uint8_t *pcapng_option(const struct capture_info *info, const uint8_t *data, const uint8_t *end, uint16_t code,
                             uint16_t bytes)
{
    while (end - data >= 4) {
        uint16_t this_code = capture_get16(info, data);
        uint16_t length = capture_get16(info, data + 2);

        data += 4;
        if (this_code == PCAPNG_OPTION_END || end - data < length)
            return NULL;
        if (this_code == code && length >= bytes)
            return data;
        data += MIN(end - data, (length + 3) & ~3);
    }
    return NULL;
}

static uint64_t get64(const struct capture_info *info, const uint8_t *data)
{
    uint64_t a = capture_get32(info, data);
    uint64_t b = capture_get32(info, data + 4);

    return info->is_big_endian ? a << 32 | b : b << 32 | a;
}

static uint64_t power_of_ten(unsigned exponent)
{
    uint64_t power = 1;

    while (exponent-- > 0)
        power *= 10;
    return power;
}

struct pcapng_interface pcapng_interface_read(const struct capture_info *info, const struct capture_block *block,
                                              uint32_t number)
{
    const uint8_t *options = block->data + 16;
    const uint8_t *end = block->data + block->bytes - 4;
    const uint8_t *name = pcapng_option(info, options, end, PCAPNG_OPTION_IF_NAME, 2);
    const uint8_t *resolution = pcapng_option(info, options, end, PCAPNG_OPTION_IF_TSRESOL, 1);
    const uint8_t *offset = pcapng_option(info, options, end, PCAPNG_OPTION_IF_TSOFFSET, 8);
    struct pcapng_interface interface = {
        .number = number,
        .link_type = capture_get16(info, block->data + 8),
        .snaplen = capture_get32(info, block->data + 12),
        .is_loopback = name != NULL && memcmp(name, "lo", 2) == 0,
        .is_binary = resolution != NULL && (*resolution & 0x80) != 0,
        .resolution = resolution != NULL ? *resolution & 0x7f : 6,
        .origin = offset != NULL ? get64(info, offset) * 1000000000 : 0, /* of seconds, signed */
    };

    if (!interface.is_binary && interface.resolution <= 9)
        interface.unit = 1000000000 / power_of_ten(interface.resolution);
    return interface;
}

uint64_t pcapng_dropped(const struct capture_info *info, const struct capture_block *block)
{
    const uint8_t *options = block->data + 20;
    const uint8_t *end = block->data + block->bytes - 4;
    const uint8_t *by_interface = pcapng_option(info, options, end, PCAPNG_OPTION_ISB_DROPPED, 8);
    const uint8_t *by_kernel = pcapng_option(info, options, end, PCAPNG_OPTION_ISB_OS_DROPPED, 8);

    return (by_interface != NULL ? get64(info, by_interface) : 0) + (by_kernel != NULL ? get64(info, by_kernel) : 0);
}

int64_t pcapng_time(const struct pcapng_interface *interface, uint64_t timestamp)
{
    uint64_t per_second;
    uint64_t fraction;

    if (interface->resolution > (interface->is_binary ? 62 : 18))
        return 0;
    per_second = interface->is_binary ? UINT64_C(1) << interface->resolution : power_of_ten(interface->resolution);
    /* The double keeps 53 bits: enough below the fraction of a second, where finer units than nanoseconds are cut. */
    fraction = timestamp % per_second;
    fraction = per_second <= 1000000000 ? fraction * 1000000000 / per_second
                                        : (uint64_t)((double)fraction * 1e9 / (double)per_second);
    return (int64_t)(timestamp / per_second * 1000000000 + interface->origin + fraction);
}
