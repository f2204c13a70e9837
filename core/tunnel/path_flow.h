/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which inner flow a packet is of: paths, ports and flow labels are chosen by flow. */
#ifndef IPIP_CORE_PATH_FLOW_H
#define IPIP_CORE_PATH_FLOW_H

#include "ipip/stack.h"

/* A hash, 1..65535. Flows are distinguished by ports, too, if the octets of `inner` are there. */
uint16_t path_flow_tag(const struct ipip_layer *inner, bool has_octets);

#endif
