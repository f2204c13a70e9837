/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each tunnel direction of the captures has shown, by its addresses. */
#ifndef IPIP_ANALYZER_TUNNELS_SEEN_H
#define IPIP_ANALYZER_TUNNELS_SEEN_H

#include <glib.h>

#include "ipip/observe.h"

struct tunnels_seen;

struct tunnels_seen *tunnels_seen_new(void);
void tunnels_seen_free(struct tunnels_seen *tunnels);

/* The observation of the direction from `src` to `dst`; a new one if need be. Valid until the next new one. */
struct ipip_observation *tunnels_seen_get(struct tunnels_seen *tunnels, uint32_t src, uint32_t dst);

#endif
