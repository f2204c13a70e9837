/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A note in the Info column. */
#ifndef IPIP_PLUGIN_INFO_NOTE_H
#define IPIP_PLUGIN_INFO_NOTE_H

#include "compat.h"

#include "session.h"

enum info_note {
    INFO_NOTE_NONE,
    INFO_NOTE_RULES,  /* "[IPIP105 df-not-propagated] " in front, of what is an error or a warning */
    INFO_NOTE_TUNNEL, /* " [IP-in-IP 10.0.0.1 > 10.0.0.2: IPIP105]" behind, of every tunnel packet */
};

/* To be called after all dissectors: they clear the column. */
void info_note_add(packet_info *pinfo, const struct session_frame *frame, enum info_note what);

#endif
