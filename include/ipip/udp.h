/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UDP in front of a tunnel's own header (RFC 768), and generic UDP encapsulation, GUE, behind it (draft-ietf-intarea-gue section 3). All
 * values are in host byte order. Allocates nothing.
 */
#ifndef IPIP_UDP_H
#define IPIP_UDP_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/bytes.h"
#include "ipip/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of `private_flags`: remote checksum offload, with 4 octets more (draft-herbert-remotecsumoffload). */
#define IPIP_GUE_PRIVATE_REMCSUM UINT32_C(0x80000000)

enum {
    IPIP_UDP_HEADER = 8,       /* octets */
    IPIP_UDP_PORT_GUE = 6080,  /* as registered */
    IPIP_UDP_PORT_GRE = 4754,  /* of GRE in UDP (RFC 8086) */
    IPIP_GUE_HEADER = 4,       /* octets, without optional fields */
    IPIP_GUE_PRIVATE = 0x0001, /* of `flags`: 4 octets of private flags follow */

};

struct ipip_udp {
    uint16_t source;
    uint16_t destination;
    uint16_t length; /* of header and payload; 0 is what segmentation offload leaves */
    uint16_t checksum;
};

/* IPIP_OK, or IPIP_TRUNCATED where fewer than 8 octets are captured, or IPIP_MALFORMED where fewer were there. */
enum ipip_status ipip_udp_read(struct ipip_udp *udp, struct ipip_bytes at);

struct ipip_gue {
    uint8_t variant;        /* 0..3; with 1 there is no header: an IP header follows UDP, and all values below are 0 */
    bool is_control;        /* the payload is a control message, and `protocol` its type */
    uint8_t protocol;       /* of the payload */
    uint16_t flags;         /* which optional fields there are */
    bool has_private_flags; /* as has_remcsum: within the optional fields */
    bool has_remcsum;
    uint32_t private_flags;
    uint16_t checksum_start;  /* with has_remcsum: of what the checksum covers, from the end of the GUE header on */
    uint16_t checksum_offset; /* and where it is to be put */
    uint8_t header_bytes;     /* 0, or 4 and as many optional octets: up to 128 */
};

/*
 * Reads the GUE header at `at`, behind UDP. IPIP_OK, or IPIP_TRUNCATED where the capture ends before its end, or IPIP_MALFORMED where fewer
 * octets were there, the variant is 2 or 3, or its flags promise more than its length has room for.
 */
enum ipip_status ipip_gue_read(struct ipip_gue *gue, struct ipip_bytes at);

#ifdef __cplusplus
}
#endif

#endif
