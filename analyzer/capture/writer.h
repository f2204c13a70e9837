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
#include "outbox.h"
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
 * A writer to `output`, which is open under the name `path`, for what comes from `input`.
 *
 * Records are put into outboxes, which any thread may do, and outboxes are then written in the order of the capture.
 */
struct writer *writer_new(struct output *output, const char *path, const struct capture *input);

/* Whether there is a header: before that, what comes first is to be put first. */
gboolean writer_has_begun(const struct writer *writer);

/* Puts the header, where there is none: a file of ours is of the link type of `record`, the first to be put. */
void writer_begin(struct writer *writer, struct outbox *box, const struct capture_record *record);

/* Passes on the block of `record`, which holds no packet; does nothing unless both files are pcapng. */
void writer_block(struct writer *writer, struct outbox *box, const struct capture_record *record);

/* Puts a packet in the place of the input's `record`. FALSE and `*error` where the file can't hold it. */
gboolean writer_packet(const struct writer *writer, struct outbox *box, const struct capture_record *record,
                       const struct packet_pieces *packet, GError **error);

/* Puts the input's record as it is; FALSE likewise. */
gboolean writer_unchanged(const struct writer *writer, struct outbox *box, const struct capture_record *record,
                          GError **error);

/*
 * Writes what is in the outbox, and empties it. What a reader may be waiting for goes out at once. False and `*error` where something
 * could not be written.
 */
gboolean writer_write(struct writer *writer, struct outbox *box, GError **error);

/* The file is complete. False and `*error`, and no file, where that fails. */
gboolean writer_commit(struct writer *writer, const struct capture *input, GError **error);

/* No file. */
void writer_discard(struct writer *writer);

#endif
