/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures: pcap (both byte orders, microseconds and nanoseconds) and pcapng (any number of sections and interfaces, each
 * with its own link type), from a file or a pipe, plain or compressed.
 */
#ifndef IPIP_ANALYZER_READER_H
#define IPIP_ANALYZER_READER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "input.h"
#include "ipip/link.h"

#define CAPTURE_ERROR (g_quark_from_static_string("ipip-capture"))

enum {
    /* Octets that a packet may have, captured. A record that claims more is damage. */
    CAPTURE_RECORD_MAX = 1 << 24,
    /* The snapshot length that stands for "no limit" in the files that others write. */
    CAPTURE_SNAPLEN = 262144,
};

enum capture_format { CAPTURE_PCAP, CAPTURE_PCAPNG };

/* What the next item of a capture is. */
enum capture_item {
    CAPTURE_PACKET, /* a packet record */
    CAPTURE_BLOCK,  /* pcapng: a block that holds no packet */
    CAPTURE_PAUSE,  /* the rest is elsewhere: capture_move() first */
    CAPTURE_END,
    CAPTURE_BROKEN, /* it can't be read on: see the error */
};

/* A pcapng block as it stands in the file, from block type to trailing length. */
struct capture_block {
    const uint8_t *data;
    uint32_t type;
    uint32_t bytes;
};

struct capture_record {
    uint64_t frame;          /* 1 and up, packet records only (Wireshark numbers custom blocks, too) */
    int64_t time;            /* nanoseconds since 1970-01-01 UTC; 0 where the record has none */
    struct ipip_bytes bytes; /* `wire` is never less than `captured` */
    uint32_t interface;      /* pcapng: index in the section */
    uint16_t link_type;
    bool is_loopback;           /* by the interface's name */
    bool is_big_endian;         /* what it came in: the file, or the section */
    uint8_t direction;          /* enum ipip_direction */
    struct capture_block block; /* pcapng: that it came in */
};

/* What a writer must know of the input to write the same kind of file. */
struct capture_info {
    enum capture_format format;
    gboolean is_big_endian; /* of the current section */
    gboolean is_nanosecond; /* pcap: the resolution of the file */
    uint16_t link_type;     /* pcap: of all records; pcapng: of the last interface described */
    uint32_t snaplen;       /* likewise */
    uint32_t sections;      /* pcapng: seen so far */
    uint64_t dropped;       /* pcapng: packets that were lost before they were captured, as it tells */
};

struct capture {
    struct capture_info info;
    struct capture_record record; /* of the last CAPTURE_PACKET; before it all zeros */
    struct capture_block block;   /* pcapng: of the last CAPTURE_PACKET or CAPTURE_BLOCK */
};

/* Opens `path`, "-" for standard input. NULL and `*error` where it can't be read or is no capture. */
struct capture *capture_open(const char *path, GError **error);
void capture_close(struct capture *capture);

/* The capture that comes from an input, which is closed with it, or at once where it is none. */
struct capture *capture_of(struct input *input, GError **error);

/* The next item; pointers in it are valid until the next call. `*error` with CAPTURE_BROKEN. */
enum capture_item capture_next(struct capture *capture, GError **error);

/*
 * As capture_next(), but CAPTURE_PACKET stands for as many packet records as follow each other at hand, at most `room`, 1 or more: `*records`,
 * `*count` of them, of which the last one becomes that of the capture.
 */
enum capture_item capture_walk(struct capture *capture, unsigned room, const struct capture_record **records,
                               unsigned *count, GError **error);

/*
 * For items that are to stay: from capture_pin() on pointers in them are valid until the buffer is used again, and where the next
 * item is not whole in it, and can't be without waiting, it is CAPTURE_PAUSE. capture_move() goes on in another buffer, or in the same one,
 * of `bytes` octets, not pinned.
 */
void capture_pin(struct capture *capture);
void capture_move(struct capture *capture, struct input_buffer *buffer, size_t bytes);

/* As input_share(). */
double capture_share(const struct capture *capture);

/* A number in a byte order that the compiler knows. */
static inline uint32_t reader_get32(gboolean is_big_endian, const uint8_t *data)
{
    return is_big_endian ? (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3]
                         : (uint32_t)data[3] << 24 | (uint32_t)data[2] << 16 | (uint32_t)data[1] << 8 | data[0];
}

static inline uint16_t reader_get16(gboolean is_big_endian, const uint8_t *data)
{
    return (uint16_t)(is_big_endian ? data[0] << 8 | data[1] : data[1] << 8 | data[0]);
}

/* A number in the byte order of the current section. */
uint16_t capture_get16(const struct capture_info *info, const uint8_t *data);
uint32_t capture_get32(const struct capture_info *info, const uint8_t *data);

/* pcapng block types and options. */
enum {
    PCAPNG_SECTION = 0x0a0d0d0a,
    PCAPNG_INTERFACE = 1,
    PCAPNG_OBSOLETE_PACKET = 2,
    PCAPNG_SIMPLE_PACKET = 3,
    PCAPNG_STATISTICS = 5,
    PCAPNG_ENHANCED_PACKET = 6,
    PCAPNG_CUSTOM_NO_COPY = 0x40000bad,
    PCAPNG_BYTE_ORDER = 0x1a2b3c4d,
    PCAPNG_OPTION_END = 0,
    PCAPNG_OPTION_IF_NAME = 2,
    PCAPNG_OPTION_IF_TSRESOL = 9,
    PCAPNG_OPTION_IF_TSOFFSET = 14,
    PCAPNG_OPTION_EPB_FLAGS = 2,
    PCAPNG_OPTION_EPB_HASH = 3,
    PCAPNG_OPTION_ISB_RECEIVED = 4,
    PCAPNG_OPTION_ISB_DROPPED = 5,    /* by the interface; by dumpcap: by the kernel */
    PCAPNG_OPTION_ISB_OS_DROPPED = 7, /* by the kernel */
};

/* The options of a packet, as they stand in its pcapng block: so many octets behind the packet and its padding. */
static inline uint32_t capture_option_bytes(const struct capture_record *record)
{
    enum { OVERHEAD = 32 }; /* of an enhanced packet block, and of an obsolete one */
    uint32_t used = OVERHEAD + ((record->bytes.captured + 3) & ~3U);

    return record->block.bytes > used && record->block.type != PCAPNG_SIMPLE_PACKET ? record->block.bytes - used : 0;
}

static inline const uint8_t *capture_options(const struct capture_record *record)
{
    return record->bytes.data + ((record->bytes.captured + 3) & ~3U);
}

/* pcap magic numbers, as read in the file's own byte order. */
enum {
    PCAP_MAGIC_MICROSECONDS = (int)0xa1b2c3d4,
    PCAP_MAGIC_NANOSECONDS = (int)0xa1b23c4d,
};

#endif
