/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many routers there are between the place of capture and a tunnel's exit. */
#ifndef IPIP_ANALYZER_PATH_LENGTH_H
#define IPIP_ANALYZER_PATH_LENGTH_H

#include <glib.h>

#include "../tunnels_seen.h"
#include "ipip/flow.h"

enum path_sureness {
    PATH_NOT_OBSERVABLE,
    PATH_AT_LEAST, /* an ICMP error came from so far in */
    PATH_LIKELY,   /* what comes the other way has passed so many */
    PATH_CERTAIN,  /* an ICMP error from the exit shows the TTL with which a packet arrived */
};

struct path_length {
    enum path_sureness sureness;
    unsigned routers;
};

/* `back` is the other direction, or NULL. */
struct path_length path_length(const struct ipip_path *path, const struct tunnel_seen *back);

/* "1 router to the exit", "at least 2 routers to the exit", ...; NULL where nothing is known. To be freed. */
char *path_length_words(struct path_length length);

/* "not observable", "at least", "likely", "certain". */
const char *path_sureness_name(enum path_sureness sureness);

#endif
