/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an endpoint has open. */
#ifndef IPIP_ANALYZER_ENDPOINT_DEVICES_H
#define IPIP_ANALYZER_ENDPOINT_DEVICES_H

#include "endpoint.h"

/*
 * Makes the TUN device of this name, or opens it if it is there, with the MTU that the tunnel leaves, and the raw sockets; `e->tunnel` is
 * given. FALSE and `*error` where something can't be had.
 */
gboolean devices_open(struct endpoint *e, const char *name, GError **error);
void devices_close(struct endpoint *e);

/* Of the device by which packets go from here to there; 0: there is no route. */
int link_mtu(struct in_addr local, struct in_addr remote);

#endif
