/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether two captures are the two sides of a tunnel's end; and which other tunnels are in them. */
#ifndef IPIP_ANALYZER_FIT_H
#define IPIP_ANALYZER_FIT_H

#include "../pair_run.h"
#include "ipip/kind.h"

struct fit {
    uint64_t others[IPIP_KINDS]; /* tunnel packets by kind, but for IPv4 in IPv4 */
    GHashTable *inside, *beside; /* address pairs in the tunnel, and without one */
};

void fit_init(struct fit *fit);
void fit_clear(struct fit *fit);

/* A packet of either capture: a pair_run_watch. */
void fit_watch(void *context, const struct ipip_packet *packet);

/* FALSE, with a message, where nothing can be judged; to be asked when both were read. */
gboolean fit_is_good(const struct fit *fit, const struct pair_run *pair);

#endif
