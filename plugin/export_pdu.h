/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Export of inner packets as raw IP: "IPIP inner" without the outermost tunnel header, "IPIP innermost" without any. They are
 * the packets that `ipip decap --only-tunnel` and `ipip decap --only-tunnel --all` write: outer fragments are reassembled by
 * the core, whatever Wireshark's preferences are, and the ECN fields merged as in RFC 6040.
 */
#ifndef IPIP_PLUGIN_EXPORT_PDU_H
#define IPIP_PLUGIN_EXPORT_PDU_H

#include "compat.h"

void export_pdu_register(void);

/* Exports what comes out of the frame that is being dissected, if an export is open. `tvb` is the frame. */
void export_pdu_frame(packet_info *pinfo, tvbuff_t *tvb);

#endif
