/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IP-in-IP within UDP, as Linux' Foo-over-UDP sends protocol 4: on the ports that Decode As names. */
#ifndef IPIP_PLUGIN_UDP_H
#define IPIP_PLUGIN_UDP_H

#include "compat.h"

/* `ip` dissects IPv4. */
void udp_handoff(int proto, dissector_handle_t ip);

#endif
