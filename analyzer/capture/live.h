/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets of an interface as they come: an input (input.h) of a pcapng capture with one interface, nanosecond timestamps, and at its end
 * the interface's statistics. The same octets can be kept in a file.
 *
 * It ends at a number of packets, after a time, or where reading is to end (stop.h): then with the packets that had come until then.
 */
#ifndef IPIP_ANALYZER_LIVE_H
#define IPIP_ANALYZER_LIVE_H

#include <glib.h>
#include <stdint.h>

#include "input.h"

#define LIVE_ERROR (g_quark_from_static_string("ipip-live"))

enum { LIVE_BUFFER_USUAL = 64, LIVE_BUFFER_MOST = 2047 }; /* MiB */

/* What is captured. */
struct live_settings {
    char *interface; /* or "any"; NULL: nothing */
    char *keep;      /* the file that keeps it; NULL: none */
    int buffer;      /* MiB of the kernel's ring */
    int count;       /* of packets; 0: no limit */
    int duration;    /* seconds; 0: no limit */
};

struct live;

/*
 * Opens the interface, for which CAP_NET_RAW is needed. With `expression`, a tcpdump filter, the kernel passes on what matches alone.
 * NULL and `*error` where that can't be done.
 */
struct live *live_open(const struct live_settings *settings, const char *expression, GError **error);

/* From now on what is captured is kept; before anything is read. FALSE and `*error` where there can't be such a file. */
gboolean live_keep(struct live *live, const char *path, GError **error);

/* To be opened once; closing it leaves the rest. */
struct input *live_input(struct live *live);

/* Packets that the kernel or the interface dropped so far. */
uint64_t live_dropped(struct live *live);

/*
 * Closes the interface. The file is complete then; FALSE and `*error`, and no file, where it can't be written.
 */
gboolean live_close(struct live *live, GError **error);

/* Closes it without a file. */
void live_discard(struct live *live);

/* The name of the interface, in the system's order, "any" last; NULL past it. */
const char *live_interface_name(int index);

#endif
