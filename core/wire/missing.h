/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a header can't be read. */
#ifndef IPIP_CORE_MISSING_H
#define IPIP_CORE_MISSING_H

#include "ipip/bytes.h"
#include "ipip/status.h"

/* Fewer than `bytes` octets are captured: they were cut off, or have never been there. */
static inline enum ipip_status wire_missing(struct ipip_bytes at, uint32_t bytes)
{
    return at.wire < bytes ? IPIP_MALFORMED : IPIP_TRUNCATED;
}

#endif
