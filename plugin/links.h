/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames belong together: an ICMP error and the tunnel packet that it quotes, what it became for the sender, fragments,
 * the same datagram with and without tunnel header. Learnt on the one look that each frame gets in capture order; the
 * links back from an earlier frame are there from the second look on.
 */
#ifndef IPIP_PLUGIN_LINKS_H
#define IPIP_PLUGIN_LINKS_H

#include "compat.h"

#include "ipip/judge.h"

enum link_kind {
    LINK_QUOTES,          /* an ICMP error: the tunnel packet that it is about */
    LINK_REPORTED,        /* and back */
    LINK_RELAYS,          /* an ICMP error to an inner sender: the one from inside the tunnel that it passes on */
    LINK_RELAYED,         /* and back */
    LINK_FRAGMENT,        /* a datagram: a frame with another fragment of it */
    LINK_REASSEMBLED_IN,  /* and back */
    LINK_ENCAPSULATED_IN, /* a packet: the tunnel packet that carries it */
    LINK_INNER_IN,        /* and back */
    LINK_KINDS
};

/* What a link is about, besides the tunnel layers of a frame. */
enum {
    LINK_OF_QUOTE = IPIP_STACK_MAX, /* the tunnel packet that the frame's ICMP error quotes */
    LINK_INNER_SIDE,                /* a packet without tunnel header */
};

/* One end of a link. */
struct link_end {
    int64_t time;
    uint32_t frame;
    unsigned layer;
    struct ipip_addr src; /* of the tunnel */
    struct ipip_addr dst;
    struct ipip_addr inner_src; /* of what is inside; none where it is not known */
    struct ipip_addr inner_dst;
    uint64_t inner_mark; /* and what tells it from others of its flow; 0: not known */
};

struct link {
    enum link_kind kind;
    struct link_end here;
    struct link_end there;
};

void links_register(void);
void links_open(uint64_t seed);
void links_close(void);

/* The next frame in capture order. */
void links_learn(const struct ipip_stack *stack, const struct ipip_packet *packet);

/* The links of a frame, of struct link; NULL: none. */
wmem_array_t *links_of(uint32_t frame);

/* Adds a link and the one back. */
void links_tie(enum link_kind kind, const struct link_end *a, const struct link_end *b);

#endif
