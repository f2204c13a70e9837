/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The judge at work on a capture file. It is fed each frame once, on the first pass, in order; what it finds is kept by frame
 * number and shown on every later look, in any order.
 */
#ifndef IPIP_PLUGIN_SESSION_H
#define IPIP_PLUGIN_SESSION_H

#include "compat.h"

#include "ipip/judge.h"

/* Octets that decided, where the frame shows them, or a datagram that it completes. */
struct session_octets {
    const char *header; /* as in struct ipip_excerpt; NULL: none */
    unsigned layer;     /* whose first octet `offset` counts from; SESSION_FRAME: from that of the frame */
    uint32_t offset;
    uint8_t count; /* 0: none */
};

enum { SESSION_FRAME = IPIP_STACK_MAX };

/* A finding of a frame, as long as the file is open. */
struct session_finding {
    size_t rule_index;
    enum ipip_severity severity;
    enum ipip_confidence confidence;
    unsigned layer;
    unsigned tunnel_layer; /* with IPIP_TARGET_LAYER */
    enum ipip_finding_target target;
    bool is_of_tunnel;
    struct ipip_addr src; /* of the tunnel */
    struct ipip_addr dst;
    uint32_t first_frame;
    uint32_t other_frame;  /* of another packet that it is about, too; 0: none */
    const char *reference; /* of the rule, for this kind of tunnel */
    const char *message;
    const char *expected;
    const char *actual;
    struct session_octets octets[IPIP_EXCERPT_MAX];
};

/* What is known of the frame at hand. */
struct session_frame {
    /* Its layers; those of the datagram that it completes included. NULL: no IP. */
    const struct ipip_stack *stack;
    uint32_t copied;          /* its tunnel headers that were there before, as bits by layer */
    bool is_tunnel;           /* `stack` is that of a tunnel packet, which was judged */
    wmem_array_t *findings;   /* of struct session_finding; NULL: none */
    struct ipip_bytes packet; /* from the first IP header on */
    uint32_t shown;           /* the tunnel layers that have their item, as bits */
    bool has_shown_quote;     /* and that of the tunnel packet that an ICMP error quotes */
    const uint8_t *unjudged;  /* the inner header of the last layer shown without a verdict, and its depth */
    unsigned unjudged_depth;
    struct tvb_positions *places; /* where the layers are seen; NULL: not needed yet */
};

/* Registers for the opening and closing of files. The preferences count as they are when a file is opened. */
void session_register(void);

/* What ICMP errors have shown so far of the path of a tunnel direction. */
struct ipip_path session_path(const struct ipip_tunnel_direction *direction);

/* The policy for the file that is open. */
const struct ipip_policy *session_policy(void);

/* The kinds of tunnels that are read in it, and judged. */
static inline const struct ipip_kinds *session_kinds(void)
{
    return session_policy()->kinds;
}

/* The MTU of a tunnel direction in the policy; 0: none. */
uint16_t session_mtu(struct ipip_addr src, struct ipip_addr dst);

/* The one look at the frame that the judge gets: nothing happens where it had it. To be called before what follows. */
void session_feed(const packet_info *pinfo);

/* Whether there is a finding of the frame that is being dissected. */
bool session_has_findings(const packet_info *pinfo);

/* The frame that is being dissected, for those who show or count it: most frames need no more than the two above. In packet scope. */
struct session_frame *session_frame(packet_info *pinfo, int proto);

#endif
