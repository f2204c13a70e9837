/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each tunnel direction of the captures has shown, by its addresses, in order of appearance. */
#ifndef IPIP_ANALYZER_TUNNELS_SEEN_H
#define IPIP_ANALYZER_TUNNELS_SEEN_H

#include <glib.h>

#include "ipip/observe.h"

struct tunnel_seen {
    uint32_t src; /* of the tunnel header, host byte order */
    uint32_t dst;
    struct ipip_observation observation;
    int64_t first; /* time of capture */
    int64_t last;
    uint64_t bytes;           /* of the outer datagrams */
    uint64_t outer_fragments; /* frames that held no more than a fragment */
};

struct tunnels_seen;

struct tunnels_seen *tunnels_seen_new(void);
void tunnels_seen_free(struct tunnels_seen *tunnels);

/* The direction from `src` to `dst`; a new one if need be. Valid until tunnels_seen_free(). */
struct tunnel_seen *tunnels_seen_get(struct tunnels_seen *tunnels, uint32_t src, uint32_t dst);

/* The direction, or NULL where it has not been seen. */
const struct tunnel_seen *tunnels_seen_find(const struct tunnels_seen *tunnels, uint32_t src, uint32_t dst);

guint tunnels_seen_count(const struct tunnels_seen *tunnels);
const struct tunnel_seen *tunnels_seen_at(const struct tunnels_seen *tunnels, guint index);

#endif
