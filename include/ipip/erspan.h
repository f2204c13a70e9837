/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The header in front of a mirrored frame in GRE: draft-foschiano-erspan section 4. Allocates nothing. */
#ifndef IPIP_ERSPAN_H
#define IPIP_ERSPAN_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/bytes.h"
#include "ipip/gre.h"
#include "ipip/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ipip_erspan {
    uint8_t type;         /* 1, 2 or 3: type I has no header, and all values below are 0 */
    uint8_t header_bytes; /* 0; 8; 12, or 20 with the platform's subheader */
    bool is_cut;          /* the T bit: the mirror cut the frame */
    bool is_ip;           /* an IP packet is mirrored, and no frame: type III only */
    uint16_t vlan;        /* of the mirrored frame, 12 bits */
    uint8_t cos;          /* its class of service, 3 bits */
    uint16_t session;     /* 10 bits */
    uint32_t index;       /* type II: 20 bits */
    uint32_t timestamp;   /* type III */
    uint16_t group;       /* type III: security group tag */
    uint8_t hardware;     /* type III: 6 bits */
    uint8_t direction;    /* type III: 0 ingress, 1 egress */
};

/*
 * Reads the header at `at`, which follows this GRE header of type IPIP_GRE_TYPE_ERSPAN or IPIP_GRE_TYPE_ERSPAN_3. IPIP_OK, or
 * IPIP_TRUNCATED where the capture ends before its end, or IPIP_MALFORMED where fewer octets were there, the version is another than the GRE
 * header announces, or what type III carries is neither a frame nor an IP packet.
 */
enum ipip_status ipip_erspan_read(struct ipip_erspan *erspan, const struct ipip_gre *gre, struct ipip_bytes at);

#ifdef __cplusplus
}
#endif

#endif
