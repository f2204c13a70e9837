/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Minimal encapsulation (RFC 2004), protocol 55: its header is shown, and the datagram that it was made of rebuilt in a data source of its own,
 * for the dissector of IPv4.
 */
#ifndef IPIP_PLUGIN_MINIMAL_H
#define IPIP_PLUGIN_MINIMAL_H

void minimal_register(void);
void minimal_handoff(void);

#endif
