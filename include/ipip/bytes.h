/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Octets as a capture has them: some are here, more may have been on the wire. Allocates nothing. */
#ifndef IPIP_BYTES_H
#define IPIP_BYTES_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * `data[0 .. captured)` can be read. `wire` octets were there when the packet was captured (wire >= captured; the
 * difference is what the snapshot length of the capture cut off). The octets belong to the caller.
 */
struct ipip_bytes {
    const uint8_t *data;
    uint32_t captured;
    uint32_t wire;
};

/* What is left of `bytes` after the first `count` octets; nothing of it where fewer are there. */
static inline struct ipip_bytes ipip_bytes_after(struct ipip_bytes bytes, uint32_t count)
{
    if (bytes.captured < count) {
        bytes.data += bytes.captured;
        bytes.captured = 0;
        bytes.wire -= bytes.wire < count ? bytes.wire : count;
        return bytes;
    }
    bytes.data += count;
    bytes.captured -= count;
    bytes.wire -= count;
    return bytes;
}

/* The first `count` octets of `bytes`, or all of it where fewer are there. */
static inline struct ipip_bytes ipip_bytes_first(struct ipip_bytes bytes, uint32_t count)
{
    bytes.captured = bytes.captured < count ? bytes.captured : count;
    bytes.wire = bytes.wire < count ? bytes.wire : count;
    return bytes;
}

/* Goes `count` octets further into `bytes`. False, and `*bytes` untouched, where they are not captured. */
static inline bool ipip_bytes_step(struct ipip_bytes *bytes, uint32_t count)
{
    if (bytes->captured < count)
        return false;
    *bytes = ipip_bytes_after(*bytes, count);
    return true;
}

#ifdef __cplusplus
}
#endif

#endif
