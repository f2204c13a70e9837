/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The preferences of the protocol: what the policy file is to the command. */
#ifndef IPIP_PLUGIN_PREFERENCES_H
#define IPIP_PLUGIN_PREFERENCES_H

#include "compat.h"

#include "info_note.h"
#include "ipip/policy.h"

void preferences_register(int proto);

/* What they mean, now, for a judge. The arrays of the policy are in `scope`. */
struct ipip_policy preferences_policy(wmem_allocator_t *scope);

/* What is added to the Info column. */
enum info_note preferences_info_note(void);

/* Whether a packet is linked to the tunnel packet that carries it. */
bool preferences_links_copies(void);

#endif
