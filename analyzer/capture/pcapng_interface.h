/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcapng: what an interface description block tells, so that nothing of it is looked up for a packet. */
#ifndef IPIP_ANALYZER_PCAPNG_INTERFACE_H
#define IPIP_ANALYZER_PCAPNG_INTERFACE_H

#include "reader.h"

struct pcapng_interface {
    uint32_t number;
    uint16_t link_type;
    bool is_loopback;
    uint32_t snaplen;
    uint64_t unit;   /* nanoseconds in a unit of its timestamps; 0: not a whole number */
    uint64_t origin; /* of its timestamps, in nanoseconds since 1970-01-01 UTC */
    /* Where there is no `unit`: 10^-resolution or 2^-resolution seconds. */
    gboolean is_binary;
    uint8_t resolution;
    uint64_t dropped; /* packets, as the last statistics of the interface have it */
};

/* Of a block that has at least its fixed fields; `number` is its index in the section. */
struct pcapng_interface pcapng_interface_read(const struct capture_info *info, const struct capture_block *block,
                                              uint32_t number);

/* A timestamp that has no `unit`, in nanoseconds since 1970-01-01 UTC; values that don't fit are cut, never overflow. */
int64_t pcapng_time(const struct pcapng_interface *interface, uint64_t timestamp);

/* How many packets of the interface were dropped, by its statistics block of at least the fixed fields. */
uint64_t pcapng_dropped(const struct capture_info *info, const struct capture_block *block);

/* The value of an option of at least `bytes` octets among those at [data, end); NULL where it is not there. */
const uint8_t *pcapng_option(const struct capture_info *info, const uint8_t *data, const uint8_t *end, uint16_t code,
                             uint16_t bytes);

#endif
