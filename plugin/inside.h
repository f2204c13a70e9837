/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a header of ours holds, in the hands of Wireshark's own dissectors. */
#ifndef IPIP_PLUGIN_INSIDE_H
#define IPIP_PLUGIN_INSIDE_H

#include "compat.h"

/* `protocol`: a number as in an IP header. What Wireshark has no dissector for is shown as data. */
void inside_dissect(unsigned protocol, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

#endif
