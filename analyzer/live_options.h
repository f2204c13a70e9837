/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -i: packets of an interface instead of captures. */
#ifndef IPIP_ANALYZER_LIVE_OPTIONS_H
#define IPIP_ANALYZER_LIVE_OPTIONS_H

#include "option_table.h"

/* FALSE and `*error` where something is wrong. */
gboolean live_options_understand(struct options *o, const struct option_texts *t, GError **error);

/* The interface takes the place of captures, of which there must be none. FALSE and `*error` where there are. */
gboolean live_options_take_interface(struct options *o, GError **error);

/*
 * With -i: opens the interface, drops privileges, and opens the file that keeps what is captured. FALSE, and the exit status, where that
 * can't be done, with a message.
 */
gboolean live_options_open(struct options *o, int *status);

/* Closes what live_options_open() has opened, or has begun to; no file is kept. */
void live_options_abandon(struct options *o);

/* With -i: closes them. `status`, or another one where the file can't be written, with a message. */
int live_options_close(struct options *o, int status);

#endif
