/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The annotation of IP-in-IP packets: where Wireshark's dissection calls the plugin. */
#ifndef IPIP_PLUGIN_PACKET_IPIP_H
#define IPIP_PLUGIN_PACKET_IPIP_H

#include <stdbool.h>

void packet_ipip_register(void);
void packet_ipip_handoff(void);

/* Whether there is anything to annotate in the file that is open: the protocol may be disabled. */
bool packet_ipip_is_on(void);

#endif
