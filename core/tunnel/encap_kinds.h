/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Encapsulation with other outer headers than a plain IPv4 one: what ipip_encap() hands on. */
#ifndef IPIP_CORE_ENCAP_KINDS_H
#define IPIP_CORE_ENCAP_KINDS_H

#include "ipip/encap.h"

/* Outer IPv6. */
enum ipip_status encap_in_ipv6(struct ipip_rewrite *out, uint8_t *head, size_t head_capacity,
                               const struct ipip_tunnel *tunnel, const struct ipip_encap_values *values,
                               const struct ipip_kind_about *kind, enum ipip_payload type, struct ipip_bytes inner);

/* Minimal encapsulation: the outer header is the inner one. */
enum ipip_status encap_minimal(struct ipip_rewrite *out, uint8_t *head, size_t head_capacity,
                               const struct ipip_tunnel *tunnel, struct ipip_bytes inner);

#endif
