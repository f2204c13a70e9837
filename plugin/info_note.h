/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A note on the tunnel in the Info column: "[IP-in-IP 10.0.0.1 > 10.0.0.2: IPIP105]". */
#ifndef IPIP_PLUGIN_INFO_NOTE_H
#define IPIP_PLUGIN_INFO_NOTE_H

#include "compat.h"

#include "session.h"

/* To be called after all dissectors: they clear the column. */
void info_note_add(packet_info *pinfo, const struct session_frame *frame);

#endif
