/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of DS codepoints (RFC 2474, 2597, 3246, 5865, 8622): the upper 6 bits of the TOS octet. Allocates nothing. */
#ifndef IPIP_DSCP_H
#define IPIP_DSCP_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "CS0", "AF31", "EF", ...; NULL for a codepoint without a name, and beyond 63. */
const char *ipip_dscp_name(uint8_t dscp);

/* The codepoint of this name, in capital letters; -1 where there is none. */
int ipip_dscp_find(const char *name);

#ifdef __cplusplus
}
#endif

#endif
