/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a capture that was made from another one, packet by packet.
 *
 * The file is of the same kind as the input unless its name ends otherwise: .pcap, .cap, .dmp or .pcapng, before an
 * ending for compression. Timestamps keep their resolution, captured and original lengths are both true. From pcapng to
 * pcapng, blocks without packets and the options of packets are kept.
 */
#ifndef IPIP_ANALYZER_WRITER_H
#define IPIP_ANALYZER_WRITER_H

#include "ipip/encap.h"
#include "output.h"
#include "reader.h"

/* A packet in pieces: the link header, what was rewritten, what stayed. */
struct packet_pieces {
    const uint8_t *link;
    uint32_t link_bytes;
    const uint8_t *head; /* of `ip` */
    struct ipip_rewrite ip;
};

struct writer;

/*
 * A writer to `path` for what comes from `input`, with a thread of its own where that is wanted. NULL and `*error` where the
 * file can't be created.
 */
struct writer *writer_open(const char *path, const struct capture *input, gboolean is_threaded, GError **error);

/* Passes on a block that holds no packet; does nothing unless both files are pcapng. */
gboolean writer_block(struct writer *writer, const struct capture *input, GError **error);

/* Writes a packet in the place of the input's current record. */
gboolean writer_packet(struct writer *writer, const struct capture *input, const struct packet_pieces *packet,
                       GError **error);

/* Writes the input's current record as it is. */
gboolean writer_unchanged(struct writer *writer, const struct capture *input, GError **error);

/*
 * Of a live capture each packet goes out at once, if a reader may be waiting for it: before more of the input is waited
 * for. `*error`, to be checked after each item, where that fails.
 */
void writer_keep_up(struct writer *writer, struct capture *input, GError **error);

/* The file is complete. False and `*error`, and no file, where that fails. */
gboolean writer_commit(struct writer *writer, const struct capture *input, GError **error);

/* No file. */
void writer_discard(struct writer *writer);

#endif
