/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many routers there are between the place of capture and a tunnel's exit. Allocates nothing. */
#ifndef IPIP_PATH_LENGTH_H
#define IPIP_PATH_LENGTH_H

#include "ipip/path.h"
#include "ipip/tunnel_stats.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ipip_path_confidence {
    IPIP_PATH_NOT_OBSERVABLE,
    IPIP_PATH_AT_LEAST, /* an ICMP error came from so far in */
    IPIP_PATH_LIKELY,   /* what comes in the other direction has passed so many */
    IPIP_PATH_CERTAIN,  /* an ICMP error from the exit shows the TTL with which a packet arrived */
};

struct ipip_path_length {
    enum ipip_path_confidence confidence;
    unsigned routers;
};

enum { IPIP_PATH_TEXT = 48 };

/* `back` is what the other direction has shown, or NULL. */
struct ipip_path_length ipip_path_length(const struct ipip_path *path, const struct ipip_tunnel_stats *back);

/* "1 router to the exit", "at least 2 routers to the exit", ...; NULL where nothing is known. */
const char *ipip_path_length_words(char text[IPIP_PATH_TEXT], struct ipip_path_length length);

/* "not observable", "at least", "likely", "certain". */
const char *ipip_path_confidence_name(enum ipip_path_confidence confidence);

#ifdef __cplusplus
}
#endif

#endif
