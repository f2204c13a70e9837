/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Foo over UDP, as Linux has it: no header at all, so that a port must be declared for what it holds, or chosen by Decode As. */
#ifndef IPIP_PLUGIN_FOU_H
#define IPIP_PLUGIN_FOU_H

#include "compat.h"

void fou_register(void);
/* Returns the dissector of what goes to such a port. */
dissector_handle_t fou_handoff(void);

#endif
