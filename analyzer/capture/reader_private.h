/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two formats of a reader share. */
#ifndef IPIP_ANALYZER_READER_PRIVATE_H
#define IPIP_ANALYZER_READER_PRIVATE_H

#include "input.h"
#include "reader.h"

enum { RUN_MAX = 64 }; /* records that are read in one go: they stay in the nearest cache */

struct reader {
    struct capture capture;
    struct input *input;
    /* Puts the packet records that are next, and whole in the window, into `run`, at most `room`; how many. For the byte order at hand. */
    unsigned (*walk)(struct reader *reader, unsigned room);
    /*
     * What the walk does not go on with: CAPTURE_PACKET where it does now, because the rest of a record was read; CAPTURE_BLOCK where
     * it was stepped over.
     */
    enum capture_item (*step)(struct reader *reader, GError **error);
    GArray *interfaces; /* pcapng: of the current section */
    unsigned count;     /* in `run` */
    unsigned taken;     /* of them, by capture_next() */
    struct capture_record run[RUN_MAX];
};

/* Reads the header of a pcap file whose magic number is in the window. */
gboolean pcap_begin(struct reader *reader, GError **error);
gboolean pcapng_begin(struct reader *reader, GError **error);

/* From now on records are of the byte order of the section. */
void reader_set_byte_order(struct reader *reader, gboolean is_big_endian);

/*
 * CAPTURE_BROKEN: the input ended, or could not be read, inside `what` ("record", "block"), or what was read
 * contradicts itself; `*error` has the place and the number. CAPTURE_END where reading was to end (stop.h): what has
 * begun is left out.
 */
enum capture_item reader_ends_inside(const struct reader *reader, const char *what, GError **error);
enum capture_item reader_broken(const struct reader *reader, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

#endif
