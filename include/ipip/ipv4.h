/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The octets of an IPv4 header (RFC 791 section 3.1): read into plain values, written, summed, its options walked.
 *
 * Reading answers "can I read it?", never "is it right?": every value of every field is accepted, and the rules judge
 * later. Allocates nothing.
 */
#ifndef IPIP_IPV4_H
#define IPIP_IPV4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipip/bytes.h"
#include "ipip/ip.h"
#include "ipip/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    IPIP_IPV4_HEADER_MIN = 20, /* octets, without options */
    IPIP_IPV4_HEADER_MAX = 60, /* octets, with 40 octets of options */
    IPIP_IPV4_TOTAL_MAX = 65535,
};

/*
 * Reads the fixed 20 octets at `data` into `*header`. IPIP_OK, or IPIP_TRUNCATED where `bytes` < 20; then `*header` is
 * untouched. Any version, IHL and length are accepted.
 */
enum ipip_status ipip_ipv4_read(struct ipip_ip *header, const uint8_t *data, size_t bytes);

/*
 * The datagram that starts at `packet`, without the link layer's padding behind it; all of `packet` where Total Length can't be
 * read or is 0.
 */
struct ipip_bytes ipip_ipv4_unpadded(struct ipip_bytes packet);

/*
 * Writes `*header` at `out`, followed by `option_bytes` octets of `options`, with a correct checksum (the `checksum` field
 * is ignored, as are the flags that follow from other fields). `header->header_bytes` is written as it stands, also where it
 * disagrees with the options. Addresses are IPv4 ones; of total_bytes and id the lower 16 bits are written. IPIP_OK, or
 * IPIP_NO_SPACE where `capacity` < 20 + option_bytes, or IPIP_MALFORMED where option_bytes > 40; then nothing is written.
 */
enum ipip_status ipip_ipv4_write(uint8_t *out, size_t capacity, const struct ipip_ip *header, const uint8_t *options,
                                 size_t option_bytes);

/*
 * The Internet checksum (RFC 1071) of `bytes` octets: the value to store in the checksum field, given that the field holds
 * zero; 0 where the field already holds the right value. `bytes` may be odd.
 */
uint16_t ipip_checksum(const uint8_t *data, size_t bytes);

/* The checksum field after one 16-bit word of the summed data went from `before` to `after` (RFC 1624 equation 3). */
uint16_t ipip_checksum_update(uint16_t checksum, uint16_t before, uint16_t after);

/*
 * Whether the `header_bytes` octets at `data` sum up as they should. It is the sum that is compared and never the field, so
 * that 0x0000 and 0xffff, the two zeros of one's complement, are the same (RFC 1624 section 3).
 */
bool ipip_ipv4_checksum_ok(const uint8_t *data, size_t header_bytes);

/* One option as found. `data` points at its type octet; `bytes` counts type, length and value. */
struct ipip_option {
    uint8_t type;    /* copied flag, class and number */
    uint8_t bytes;   /* 1 for EOOL and NOP; else the length octet, cut to what the header has left */
    uint8_t claimed; /* the length octet as found (1 for EOOL and NOP, 0 where there is none) */
    uint8_t offset;  /* from the start of the options */
    const uint8_t *data;
};

/* Option types (RFC 791 section 3.1, RFC 2113 for router alert). */
enum {
    IPIP_OPTION_EOOL = 0,
    IPIP_OPTION_NOP = 1,
    IPIP_OPTION_RR = 7, /* record route */
    IPIP_OPTION_TIMESTAMP = 68,
    IPIP_OPTION_SECURITY = 130,
    IPIP_OPTION_LSRR = 131, /* loose source and record route */
    IPIP_OPTION_STREAM_ID = 136,
    IPIP_OPTION_SSRR = 137, /* strict source and record route */
    IPIP_OPTION_ROUTER_ALERT = 148,
};

/* Where a walk over options stands. */
struct ipip_option_walk {
    const uint8_t *options;
    uint8_t bytes; /* 0..40 */
    uint8_t next;  /* offset of the next option */
};

/* A walk over the options of the header at `data`, of which `header_bytes` octets (20..60) can be read. */
struct ipip_option_walk ipip_options(const uint8_t *data, size_t header_bytes);

/*
 * The next option. False at the end: after EOOL, at the end of the header, or after an option whose length octet is missing,
 * less than 2 or beyond the header (that one is still returned, with `claimed` saying what is wrong). Always ends.
 */
bool ipip_option_next(struct ipip_option_walk *walk, struct ipip_option *option);

#ifdef __cplusplus
}
#endif

#endif
