/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The flow inside the tunnel that a finding hits: whose traffic it is. */
#ifndef IPIP_ANALYZER_INNER_FLOW_H
#define IPIP_ANALYZER_INNER_FLOW_H

#include <glib.h>

#include "ipip/address.h"
#include "ipip/judge.h"

struct inner_flow {
    gboolean is_known; /* else the rest is zero */
    gboolean has_ports;
    uint8_t protocol;
    uint16_t sport;
    uint16_t dport;
    struct ipip_addr src;
    struct ipip_addr dst;
};

enum { INNER_FLOW_TEXT = 2 * IPIP_ADDRESS_TEXT + 48 };

/*
 * That of a finding on a packet, from the innermost header that was read. Not known of one on a whole tunnel, on an ICMP message,
 * and where too little was kept of an earlier packet. To be called during the call of the judge's sink only.
 */
struct inner_flow inner_flow_of(const struct ipip_finding *finding);

/* That of a packet, by its innermost header. */
struct inner_flow inner_flow_of_layer(const struct ipip_layer *layer);

gboolean inner_flow_equal(const struct inner_flow *a, const struct inner_flow *b);

/* "UDP 10.0.0.1:53 > 10.0.0.2:5353", "ICMP 10.0.0.1 > 10.0.0.2", "TCP [fd00::1]:80 > [fd00::2]:1024" */
const char *inner_flow_text(char text[static INNER_FLOW_TEXT], const struct inner_flow *flow);

#endif
