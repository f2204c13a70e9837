/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two formats of a reader share. */
#ifndef IPIP_ANALYZER_READER_PRIVATE_H
#define IPIP_ANALYZER_READER_PRIVATE_H

#include "input.h"
#include "reader.h"

struct pcapng_interface {
    uint16_t link_type;
    uint32_t snaplen;
    gboolean is_loopback;
    /* Timestamps count 10^-resolution or 2^-resolution seconds, from `offset` seconds on. */
    gboolean is_binary;
    uint8_t resolution;
    int64_t offset;
};

struct reader {
    struct capture capture;
    struct input *input;
    GArray *interfaces; /* pcapng: of the current section */
};

/* Reads the header of a pcap file whose magic number is in the window. */
gboolean pcap_begin(struct reader *reader, GError **error);
enum capture_item pcap_next(struct reader *reader, GError **error);

gboolean pcapng_begin(struct reader *reader, GError **error);
enum capture_item pcapng_next(struct reader *reader, GError **error);

/*
 * CAPTURE_BROKEN: the input ended, or could not be read, inside `what` ("record", "block"), or what was read
 * contradicts itself; `*error` has the place and the number. CAPTURE_END where reading was to end (stop.h): what has
 * begun is left out.
 */
enum capture_item reader_ends_inside(const struct reader *reader, const char *what, GError **error);
enum capture_item reader_broken(const struct reader *reader, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

#endif
