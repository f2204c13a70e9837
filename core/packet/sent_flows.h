/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inner TCP flows and pings, one way each, with what was sent in a tunnel and not answered yet: of which sizes get through.
 *
 * As many as there is room for; then the one used least recently goes. What is no larger
 * than the direction's largest that was answered tells nothing new of it, and is followed only where the caller wants it.
 */
#ifndef IPIP_CORE_SENT_FLOWS_H
#define IPIP_CORE_SENT_FLOWS_H

#include "ipip/sizes.h"
#include "ipip/stack.h"
#include "table/lru.h"

enum {
    SENT_SIZES = 4, /* segments of a flow that are remembered */
    SENT_SLOT_BITS = 10,
    SENT_FLOWS_MAX = 1 << 13,
};

/* A segment, or echo requests of one size. */
struct sent {
    int64_t first, last;
    uint64_t frame;  /* of the first sending */
    uint64_t number; /* counted from 1 */
    uint32_t seq, end;
    uint16_t size;
    uint8_t times; /* 0: free */
    bool is_lost;  /* sent often enough, and never acknowledged */
    bool is_split; /* smaller ones with the same start followed: what is acknowledged may be these */
    bool is_alone; /* nothing that was sent later was acknowledged in this flow */
};

/* The sizes of a tunnel direction; NULL where it is not known any more. `sort` tells directions between the same addresses apart, as the owner does. */
typedef struct ipip_sizes *sent_sizes_of(void *owner, struct ipip_addr src, struct ipip_addr dst, uint64_t sort);

struct sent_flows {
    struct lru rows; /* of struct sent_flow, by addresses, ports and protocol */
    uint64_t numbers;
    /* Segments and requests without an answer, and flows whose window is closed: in all, and by sent_slot(). */
    uint32_t open;
    uint32_t open_in[1 << SENT_SLOT_BITS];
    sent_sizes_of *sizes_of;
    void *owner;
};

/* The innermost datagram of a packet, all of whose octets can be read. */
struct sent_packet {
    const struct ipip_layer *inner;
    struct ipip_sizes
        *sizes; /* of the tunnel direction that carries it; NULL: none does, or what is sent in it does not count */
    struct ipip_addr src, dst; /* the direction */
    uint64_t sort;
    int64_t time;
    uint64_t frame;
    bool is_answered; /* the way back is in the capture */
    bool is_watched;  /* also what is no larger than was answered */
};

/* What it changes. */
struct sent_change {
    bool is_again;  /* it repeats what was sent before, and not answered: `sent` */
    bool is_lost;   /* so often that this is lost now */
    bool is_closed; /* the receiver has no room for it */
    struct sent sent;
    /* What it answers. */
    struct ipip_addr src, dst; /* the direction of that; none: nothing */
    uint64_t sort;
    bool is_answer;
    struct ipip_sizes *answered; /* its sizes; NULL: in smaller pieces only, or they are not known any more */
    unsigned answers;
    int64_t sent_times[SENT_SIZES]; /* when each of them was sent first */
    uint64_t withdrawn;             /* the number of one that was lost, and is answered now; 0: none */
    bool is_worked_around;          /* something lost is acknowledged in smaller pieces */
    bool is_overtaken;              /* something lost is not alone any more */
};

/* The same for both ways of a flow. `ports`: both of them, or what stands for them. */
static inline unsigned sent_slot(struct ipip_addr src, struct ipip_addr dst, uint32_t ports)
{
    return ((uint32_t)(src.low ^ dst.low) * 0x9e3779b1U ^ ((ports >> 16 ^ ports) & 0xffff) * 0x85ebca6bU) >>
           (32 - SENT_SLOT_BITS);
}

/* Something waits for an answer in this flow, or in another one of its slot. */
static inline bool sent_flows_wait(const struct sent_flows *flows, struct ipip_addr src, struct ipip_addr dst,
                                   uint32_t ports)
{
    return flows->open > 0 && flows->open_in[sent_slot(src, dst, ports)] > 0;
}

/* For so many flows, at most SENT_FLOWS_MAX. False where there is no memory. */
bool sent_flows_init(struct sent_flows *flows, uint32_t rows, uint64_t seed, sent_sizes_of *sizes_of, void *owner);
void sent_flows_free(struct sent_flows *flows);

void sent_flows_add(struct sent_flows *flows, const struct sent_packet *packet, struct sent_change *change);

#endif
