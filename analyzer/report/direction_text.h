/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tunnel direction in words. */
#ifndef IPIP_ANALYZER_DIRECTION_TEXT_H
#define IPIP_ANALYZER_DIRECTION_TEXT_H

#include "ipip/tunnel_direction.h"

enum {
    DIRECTION_TEXT = sizeof "gre-in-udp  >  port 65535 key 4294967295" + IPIP_ADDRESS_TEXT + IPIP_ADDRESS_TEXT,
};

/* "10.0.0.1 > 10.0.0.2"; "gre 10.0.0.1 > 10.0.0.2 key 42" */
const char *direction_text(char text[static DIRECTION_TEXT], const struct ipip_tunnel_direction *direction);

#endif
