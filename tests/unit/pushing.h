/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets, and tunnels of each kind to push them into. */
#ifndef IPIP_TESTS_PUSHING_H
#define IPIP_TESTS_PUSHING_H

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/encap.h"
#include "ipip/tunnel.h"

/* 10.0.0.1 > 10.0.0.2, UDP with one octet: DF set. */
#define INNER_4 "45 00 00 1d 12 34 40 00 40 11 14 9a 0a 00 00 01 0a 00 00 02"
#define PAYLOAD "00 35 00 35 00 09 00 00 78"
/* 2001:db8::11 > 2001:db8::12, the same UDP, Traffic Class b9, flow label 12345. */
#define INNER_6                                                                                       \
    "6b 91 23 45 00 09 11 3f 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 11 20 01 0d b8 00 00 00 00" \
    "00 00 00 00 00 00 00 12"
#define FRAME_MACS "02 00 00 00 01 02 02 00 00 00 01 01"

enum { LARGEST = 2048 };

static uint8_t head[IPIP_ENCAP_HEAD_MAX];
static struct ipip_rewrite rewrite;
static uint8_t inner[LARGEST];
static uint32_t inner_bytes;

static inline struct ipip_tunnel tunnel_of(enum ipip_kind kind)
{
    struct ipip_tunnel tunnel = ipip_tunnel_linux(kind);
    const struct ipip_kind_about *about = ipip_kind_about(kind);

    ipip_address_parse(&tunnel.local, (about->outer & IPIP_PAYLOAD_IPV4) != 0 ? "192.0.2.1" : "2001:db8::1");
    ipip_address_parse(&tunnel.remote, (about->outer & IPIP_PAYLOAD_IPV4) != 0 ? "192.0.2.2" : "2001:db8::2");
    return tunnel;
}

/* Fills up to `bytes`, where that is more. */
static inline void set_inner(const char *hex, uint32_t bytes)
{
    inner_bytes = from_hex(inner, sizeof inner, hex);
    for (; inner_bytes < bytes; inner_bytes++)
        inner[inner_bytes] = (uint8_t)(inner_bytes * 7);
}

static inline void set_length(uint32_t bytes)
{
    bool is_ipv6 = inner[0] >> 4 == 6;
    uint32_t field = is_ipv6 ? bytes - 40 : bytes;

    for (; inner_bytes < bytes; inner_bytes++)
        inner[inner_bytes] = (uint8_t)(inner_bytes * 7);
    inner_bytes = bytes;
    inner[is_ipv6 ? 4 : 2] = (uint8_t)(field >> 8);
    inner[is_ipv6 ? 5 : 3] = (uint8_t)field;
}

static const struct ipip_encap_values values = {
    .id = 0x1234, .source_port = 0xc001, .sequence = 5, .label = 0xabcde, .timestamp = 0x00010203};

static inline enum ipip_status push(const struct ipip_tunnel *tunnel, enum ipip_payload type)
{
    return ipip_encap(&rewrite, head, sizeof head, tunnel, &values, type, whole(inner, inner_bytes));
}

static inline void expect_head(const char *hex)
{
    uint8_t expected[IPIP_ENCAP_HEAD_MAX];
    uint32_t bytes = from_hex(expected, sizeof expected, hex);

    assert_int_equal(rewrite.head_bytes, bytes);
    assert_memory_equal(head, expected, bytes);
}

#endif
