/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is broken on purpose, where packets pass. `e->fault` is one, but for fault_ecn_mode(). */
#ifndef IPIP_ANALYZER_ENDPOINT_FAULTS_H
#define IPIP_ANALYZER_ENDPOINT_FAULTS_H

#include "endpoint.h"

/* A copy of `inner` in `room` of ENDPOINT_PACKET_MAX octets, as it is to be encapsulated. */
struct ipip_bytes fault_before_encap(const struct endpoint *e, uint8_t *room, struct ipip_bytes inner);

/* The two headers, before the tunnel packet is sent. */
void fault_after_encap(const struct endpoint *e, uint8_t *outer, uint8_t *inner);

/* The ECN fields here and below are those that came in. */
enum ipip_ecn_decap fault_ecn_mode(const struct endpoint *e, uint8_t inner_ecn, uint8_t outer_ecn);

/* The datagram that comes out. */
void fault_after_decap(const struct endpoint *e, uint8_t *inner, uint8_t inner_ecn, uint8_t outer_ecn);

#endif
