/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong with a packet if the operator's knowledge is right: sites, endpoints, what a tunnel should be like. */
#ifndef IPIP_CORE_KNOWLEDGE_H
#define IPIP_CORE_KNOWLEDGE_H

#include "flow/evidence.h"
#include "stance.h"

/* Events (flow/events.h) of a tunnel header, and of one and the header inside. */
uint64_t knowledge_of_header(const struct stance *stance, const struct tunnel *tunnel, const struct ipip_layer *outer,
                             struct flow_evidence *evidence);
uint64_t knowledge_of_relation(const struct stance *stance, const struct ipip_layer *outer,
                               const struct ipip_layer *inner);

/* In what a packet is not as expected. */
enum unexpected { UNEXPECTED_NOTHING, UNEXPECTED_TTL, UNEXPECTED_TOS, UNEXPECTED_DF, UNEXPECTED_MTU };

/* The first that is not; nothing where nothing is expected. */
enum unexpected unexpected_of(const struct stance *stance, const struct ipip_layer *outer,
                              const struct ipip_layer *inner);

#endif
