/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fragments of one datagram after another, given to a reassembly that each test has for itself. */
#ifndef IPIP_TESTS_PIECES_H
#define IPIP_TESTS_PIECES_H

#include <stdlib.h>

#include "ipip/reassembly.h"
#include "lab.h"
#include "unit.h"

enum { PAYLOAD = 200, SECOND = 1000000000 };

static struct ipip_reassembly *reassembly;
static struct ipip_whole complete;
static uint64_t frame;

static int setup(void **state)
{
    (void)state;
    reassembly = ipip_reassembly_new(IPIP_REASSEMBLY_DEFAULT_BYTES, 7);
    frame = 0;
    return reassembly == NULL;
}

static int teardown(void **state)
{
    (void)state;
    ipip_reassembly_free(reassembly);
    return 0;
}

static uint8_t payload_octet(unsigned i)
{
    return (uint8_t)(i * 31 + 5);
}

/* A fragment, and how it differs from the usual one. */
struct piece {
    unsigned offset, bytes;
    bool mf;
    uint16_t id;
    uint8_t tos;
    uint8_t differs;  /* added to every payload octet */
    uint32_t missing; /* octets that the capture cut off */
    int64_t time;
};

typedef enum ipip_reassembly_result give(const struct ipip_layer *layer, const struct piece *piece);

static enum ipip_reassembly_result given(struct piece piece, give *to)
{
    uint8_t *data = malloc(20 + piece.bytes); /* exact, and gone afterwards: the reassembly must have copied */
    struct ipip_layer layer = {0};
    enum ipip_reassembly_result result;

    from_hex(data, 20, LAB_OUTER_2);
    data[1] = piece.tos;
    data[2] = (uint8_t)((20 + piece.bytes) >> 8);
    data[3] = (uint8_t)(20 + piece.bytes);
    data[4] = (uint8_t)(piece.id >> 8);
    data[5] = (uint8_t)piece.id;
    data[6] = (uint8_t)((piece.mf ? 0x20 : 0) | piece.offset / 8 >> 8);
    data[7] = (uint8_t)(piece.offset / 8);
    for (unsigned i = 0; i < piece.bytes; i++)
        data[20 + i] = (uint8_t)(payload_octet(piece.offset + i) + piece.differs);
    ipip_ipv4_read(&layer.ip, data, 20);
    layer.bytes = (struct ipip_bytes){data, 20 + piece.bytes - piece.missing, 20 + piece.bytes};
    result = to(&layer, &piece);
    free(data);
    return result;
}

static enum ipip_reassembly_result to_add(const struct ipip_layer *layer, const struct piece *piece)
{
    return ipip_reassembly_add(reassembly, layer, ++frame, piece->time, &complete);
}

static enum ipip_reassembly_result add(struct piece piece)
{
    return given(piece, to_add);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
