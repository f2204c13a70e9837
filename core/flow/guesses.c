/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/guesses.h"

#include "flow/state.h"
#include "packet/fingerprint.h"

static struct udp_flow *flow_of(struct flow *flow, const struct ipip_ip *ip, const struct ipip_udp *udp)
{
    struct lru *flows = &flow->guesses;
    uint64_t addresses = fingerprint_of_addresses(&flows->keys, ip->src, ip->dst);
    bool is_new;

    return lru_row(
        flows,
        lru_get(flows, hash_pair(&flows->keys, addresses, (uint64_t)udp->source << 16 | udp->destination), &is_new));
}

/* A FOU port has one protocol; with both versions of IP and no header in front it is variant 1 of GUE. */
static enum ipip_kind kind_of(unsigned seen)
{
    const unsigned both = 1U << UDP_GUESS_IPV4 | 1U << UDP_GUESS_IPV6;

    return (seen & 1U << UDP_GUESS_GUE) != 0 || (seen & both) == both ? IPIP_KIND_GUE : IPIP_KIND_FOU;
}

struct guessed guesses_take(struct flow *flow, const struct ipip_ip *ip, const struct ipip_udp *udp,
                            enum udp_guess guess)
{
    struct udp_flow *f = flow_of(flow, ip, udp);

    f->is_other |= guess == UDP_GUESS_NONE;
    if (guess > UDP_GUESS_OPEN) {
        f->seen |= (uint8_t)(1U << guess);
        f->packets += f->packets < GUESSES_PACKETS;
    }
    return (struct guessed){f->is_other                                               ? GUESS_OTHER
                            : f->packets < GUESSES_PACKETS || guess == UDP_GUESS_OPEN ? GUESS_FEW
                                                                                      : GUESS_TUNNEL,
                            kind_of(f->seen)};
}
