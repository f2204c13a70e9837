/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Generic UDP encapsulation (draft-ietf-intarea-gue), to UDP port 6080 or as declared: its header, and what it holds. */
#ifndef IPIP_PLUGIN_GUE_H
#define IPIP_PLUGIN_GUE_H

#include "compat.h"

void gue_register(void);
/* Returns the dissector of what goes to such a port. */
dissector_handle_t gue_handoff(void);

#endif
