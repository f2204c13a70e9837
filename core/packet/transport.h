/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TCP or UDP checksum of an innermost datagram. */
#ifndef IPIP_CORE_TRANSPORT_H
#define IPIP_CORE_TRANSPORT_H

#include "packet/facts.h"

/*
 * None where it is neither TCP nor UDP, UDP without a checksum, or there is no room for the header. `layer` is no fragment and its Total
 * Length is not 0; `payload` is ipip_layer_payload() of it.
 */
struct facts transport_facts(const struct ipip_layer *layer, struct ipip_bytes payload);

#endif
