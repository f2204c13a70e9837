/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture for fuzz targets: records of an exponent and a factor of the time since the one before, a link type, circumstances, two octets
 * of length, and the frame.
 */
#ifndef IPIP_TESTS_FUZZ_RECORDS_H
#define IPIP_TESTS_FUZZ_RECORDS_H

#include <string.h>

#include "fuzz.h"
#include "ipip/packet.h"

enum { RECORD = 6, WIRE_MORE = 100 };

/* The circumstances of a record. */
enum { DIRECTION = 0x03, IS_CUT = 0x10, IS_LOOPBACK = 0x20, IS_CONTEXT = 0x40, IS_ELSEWHERE = 0x80 };

static const uint16_t link_types[] = {101, 1, 113, 276, 0, 12, 228, 229, 239, 9, 104, 108};

enum { LINK_TYPES = sizeof link_types / sizeof link_types[0] };

struct records {
    const uint8_t *next;
    size_t left;
    uint64_t time, frame;
    /* Of the record that was taken. */
    struct ipip_packet packet;
    uint8_t *octets; /* memory of its own, so that one octet too far is seen; the caller's to free */
    bool is_elsewhere;
};

/* A step of time, forwards or back, from nothing to years. */
static inline uint64_t record_step(const uint8_t *record)
{
    uint64_t step = (uint64_t)record[1] << (record[0] & 0x3f) % 55;

    return (record[0] & 0x80) != 0 ? 0 - step : step;
}

/* False where the frame has no IP header. */
static inline bool record_read(struct records *r, const uint8_t *record, uint32_t captured)
{
    uint8_t circumstances = record[3];
    uint8_t *octets = malloc(captured > 0 ? captured : 1);
    struct ipip_bytes bytes = {octets, captured, captured + ((circumstances & IS_CUT) != 0 ? (uint32_t)WIRE_MORE : 0)};
    struct ipip_link link;

    must(octets != NULL);
    memcpy(octets, record + RECORD, captured);
    if (ipip_link_find_ip(&link, link_types[record[2] % LINK_TYPES], bytes) != IPIP_LINK_IP) {
        free(octets);
        return false;
    }
    r->octets = octets;
    r->is_elsewhere = (circumstances & IS_ELSEWHERE) != 0;
    r->packet = (struct ipip_packet){
        .ip = link.ip,
        .announced = link.announced,
        .direction =
            (circumstances & DIRECTION) < 3 ? (enum ipip_direction)(circumstances & DIRECTION) : link.direction,
        .is_loopback = link.is_loopback || (circumstances & IS_LOOPBACK) != 0,
        .is_context = (circumstances & IS_CONTEXT) != 0,
        .place = ipip_packet_place(r->is_elsewhere, &link),
        .frame = r->frame,
        .time = (int64_t)r->time,
    };
    return true;
}

/* The next one with an IP header. False at the end. */
static inline bool records_next(struct records *r)
{
    while (r->left >= RECORD) {
        const uint8_t *record = r->next;
        uint32_t captured = (uint32_t)record[4] << 8 | record[5];

        if (captured > r->left - RECORD)
            captured = (uint32_t)(r->left - RECORD);
        r->next += RECORD + captured;
        r->left -= RECORD + captured;
        r->time += record_step(record);
        r->frame++;
        if (record_read(r, record, captured))
            return true;
    }
    return false;
}

#endif
