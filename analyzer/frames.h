/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The frames of one capture, one after the other, with the IP packet in each. Errors go to standard error. */
#ifndef IPIP_ANALYZER_FRAMES_H
#define IPIP_ANALYZER_FRAMES_H

#include "capture/reader.h"
#include "cli_options.h"
#include "ipip/judge.h"
#include "ipip/link.h"
#include "unread_links.h"

/* What was read, over all captures of a run. */
struct frame_counts {
    uint64_t files; /* that were captures and could be opened */
    uint64_t packets;
    uint64_t filtered;          /* of them, left out by --filter or --inner */
    uint64_t unsupported_links; /* of them, of a link type that is not read */
    uint64_t unfilterable;      /* of them, of a link type that the filter can't be used on */
    uint64_t truncated;         /* of them, cut off before the IP header could be found */
    uint64_t dropped;           /* besides, lost before they were captured, as the captures tell */
    gboolean is_unreadable;     /* a capture could not be read to its end, or not filtered */
    gboolean is_live;           /* they come from an interface */
    gboolean is_interrupted;    /* a signal ended a capture, or left out others, before their ends */
};

void frame_counts_add(struct frame_counts *sum, const struct frame_counts *counts);

/* What is in a record. */
struct frame {
    enum ipip_link_result found;
    gboolean is_selected; /* by --filter */
    struct ipip_link link;
    struct ipip_packet packet; /* where an IP header was found */
};

struct frames {
    const char *path;
    gint64 start;         /* of reading, by g_get_monotonic_time() */
    gint64 next_progress; /* when it is shown next, by the same clock */
    struct capture *capture;
    const struct options *options;
    struct frame_counts *counts;
    gboolean is_first_of_two; /* passes: the second one reports what was skipped */
    uint64_t number_base;     /* what is added to the numbers of packets */
    GError *damage;           /* where the capture can't be read on */
    struct unread_links *unread;
};

/*
 * Opens `path`; messages have `name`. FALSE where the capture can't be opened, with a message, and counted as
 * unreadable. A signal from now on, or before, ends the capture (stop.h), with a message, too, and counted as
 * interrupted.
 */
gboolean frames_open(struct frames *frames, const char *path, const char *name, const struct options *options,
                     struct frame_counts *counts);

/*
 * The frames that follow, for as many as `room` packets at `packets`: those in which an IP header was found; sets `*count`. For packets that
 * are to stay: their octets are there until the buffer of the capture is used again (capture_move()). CAPTURE_PACKET where there was
 * no room for more, CAPTURE_PAUSE where the rest is elsewhere, or CAPTURE_END. Damage is an end, and counts as unreadable.
 */
enum capture_item frames_take(struct frames *frames, struct ipip_packet *packets, unsigned room, unsigned *count);

/* A record that stays, as the packets of frames_take() do, or a block without a packet. */
struct taken_record {
    struct capture_record record; /* its frame is 0: a block */
    const struct frame *frame;    /* NULL: what most are, for frame_of_usual() */
};

/*
 * As frames_take(), for records and blocks. There is room for as many at `frames`, which is used for those that are not what most are.
 */
enum capture_item frames_take_records(struct frames *f, struct taken_record *taken, struct frame *frames, unsigned room,
                                      unsigned *count);

/* What most records are: IPv4 behind an Ethernet header without tags, and no --filter. */
void frame_of_usual(struct frame *frame, const struct capture_record *record);

/* Prints what was wrong with the capture. */
void frames_close(struct frames *frames);

/*
 * Whether --inner lets the packet with these layers pass. True without --inner, and where the innermost packet is not known
 * because this is a fragment of a tunnel packet.
 */
gboolean frames_inner_matches(const struct options *options, const struct ipip_packet *packet,
                              const struct ipip_stack *stack);

#endif
