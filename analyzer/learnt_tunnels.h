/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configurations of tunnels, learnt from all their packets and then asked for with each of them again. */
#ifndef IPIP_ANALYZER_LEARNT_TUNNELS_H
#define IPIP_ANALYZER_LEARNT_TUNNELS_H

#include "ipip/stack.h"
#include "reencap.h"

struct learnt_tunnels;

struct learnt_tunnels *learnt_tunnels_new(void);
void learnt_tunnels_free(struct learnt_tunnels *learnt);

/* A tunnel header, with the layer that it carries behind it in the stack. */
void learnt_tunnels_add(struct learnt_tunnels *learnt, const struct ipip_layer *outer);

/*
 * What explains most packets of the header's direction; NULL where there was no room to learn it. Valid until the next call; nothing
 * can be added any more.
 */
const struct reencap_tunnel *learnt_tunnels_find(struct learnt_tunnels *learnt, const struct ipip_ip *outer);

#endif
