/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Directions of several kinds between the same addresses, as one device in mode `any` sends them. */
#ifndef IPIP_CORE_FLOW_MIXED_H
#define IPIP_CORE_FLOW_MIXED_H

#include "flow/state.h"

/* The kind of another direction between the tunnel's ends that the same device may send; IPIP_KIND_NONE where none is known. */
enum ipip_kind mixed_kind_of(const struct flow *flow, const struct tunnel *tunnel);

#endif
