/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the packets of a run have shown so far, and what the judge feeds it with. */
#ifndef IPIP_CORE_FLOW_STATE_H
#define IPIP_CORE_FLOW_STATE_H

#include "catalogue/rule_set.h"
#include "flow/history.h"
#include "flow/side_facts.h"
#include "flow/sides.h"
#include "flow/view.h"
#include "ipip/age.h"
#include "ipip/limits.h"
#include "ipip/path.h"
#include "packet/parsed_packet.h"
#include "packet/sent_flows.h"
#include "table/lru.h"

enum {
    RELAY_SECONDS = 5,    /* for the encapsulator to relay an ICMP error (icmp.window) */
    STATE_SECONDS = 30,   /* soft state lives so long on Linux */
    MTU_SECONDS = 600,    /* and a path MTU (RFC 1191 section 6.3) */
    RETRY_SECONDS = 300,  /* so long no larger size may be tried (RFC 1191 section 3) */
    GRACE_SECONDS = 2,    /* until an encapsulator must obey one */
    PASSAGE_SECONDS = 10, /* a datagram doesn't take longer from one place of capture to the next */
};

/* What must not be relayed as it is (RFC 2003 sections 4.1 and 4.3). */
enum forbidden { FORBIDDEN_PROTOCOL, FORBIDDEN_PORT, FORBIDDEN_SOURCE_ROUTE, FORBIDDEN_REDIRECT, FORBIDDEN_KINDS };

/* A packet in the past. */
struct moment {
    uint64_t frame : 63;
    uint64_t is_known : 1; /* there was one */
    int64_t time;
};

/* What ICMP errors have reported of a tunnel direction, and how its encapsulator reacted. */
struct path {
    struct moment toobig; /* the first with `mtu`, which every larger packet triggers again */
    int64_t toobig_time;  /* of the latest */
    struct moment period; /* the first of those without a gap of RETRY_SECONDS */
    struct moment unreachable;
    struct moment network_unreachable;
    struct moment exceeded;       /* the latest */
    struct moment exceeded_first; /* of those within STATE_SECONDS */
    struct moment parameter;
    struct moment forbidden[FORBIDDEN_KINDS];
    /* Fingerprints of the addresses of the datagram inside; 0: not quoted. */
    uint64_t forbidden_addresses[FORBIDDEN_KINDS];
    uint64_t exceeded_addresses;
    uint32_t losses; /* large datagrams that went in and were not seen in the tunnel */
    uint32_t loss_flows;
    uint16_t exceeded_id;
    uint16_t exceeded_quoted; /* the outer Identification */
    uint16_t exceeded_count;
    uint16_t mtu;     /* 0: none in force */
    uint16_t own_mtu; /* that the encapsulator sent to senders before any error came */
    uint16_t over;    /* packets larger than `mtu` since the grace, of the period */
    uint8_t hops, hops_min;
    bool has_hops;
    bool is_unreachable_open; /* no relay since */
    bool is_network_latest;   /* of all errors: `network_unreachable` */
    bool has_toobig;          /* of whatever kind, also to a sender */
    bool has_shown_loss;      /* IPIP306, IPIP309 or IPIP318 failed */
    bool has_inner;           /* a packet was seen going in since `exceeded_first` */
    bool is_at_device;        /* as that of the inner flow seen last */
    bool is_beyond_header;    /* `parameter` is about what lies behind the outer header */
    bool is_limit_problem;    /* `parameter` is about an encapsulation limit of 0 */
};

/* Datagrams with one inner source and destination. */
struct inner_flow {
    /* What each packet needs, in as few cache lines as can be; then what few do. */
    uint64_t tunnel_addresses; /* the fingerprint of `tunnel_src` and `tunnel_dst` */
    /* Seen going in and then in the tunnel, and the largest; larger ones, not seen in the tunnel. */
    uint32_t entered;
    uint32_t lost;
    uint16_t entered_max;
    uint16_t lost_min;
    uint16_t overhead;
    uint16_t arrival_id, arrival_bytes;
    uint8_t arrival_ttl;
    bool is_arrival_open : 1; /* not seen in the tunnel yet */
    bool is_arrival_df : 1;
    bool is_arrival_over : 1; /* larger than the path takes */
    bool is_relayed : 1;
    bool is_over_repeated : 1; /* another one after the first */
    bool is_shared : 1;        /* several tunnels carry it: the state of one means little */
    bool is_told : 1;          /* an ICMP error went to the sender */
    bool is_heard : 1;         /* what goes to the sender is in the capture, too */
    bool is_at_device : 1;     /* the last one that was seen going in had the TTL that it has inside */
    bool has_sides;            /* it was seen beside the tunnel */
    uint8_t tunnel_kind;       /* of enum ipip_kind: of the one that they were in last */
    uint16_t over_id, over_bytes;
    uint32_t missed;                         /* no larger than those that were seen in the tunnel, and not seen there */
    struct ipip_addr tunnel_src, tunnel_dst; /* that they were in last */
    /* The last one seen going in. */
    struct moment arrival;
    /* Larger than those that were seen in the tunnel, and not seen there. */
    struct moment lost_first;
    /* Too large for the path. */
    struct moment over_first;
    int64_t relayed_time; /* of ICMP "fragmentation needed" to the sender */
    int64_t over_time;    /* of the latest that was too large */
    struct flow_steps steps;
};

struct flow {
    struct lru tunnels;      /* of struct tunnel, by direction */
    struct lru inners;       /* of struct inner_flow, by direction */
    struct lru paths;        /* of struct path, by direction */
    struct lru df_clear;     /* of struct df_clear_loss, by direction */
    struct lru handshakes;   /* of struct handshake, by connection */
    struct lru large;        /* of struct large_packets, by direction */
    struct lru sequences;    /* of struct sequence_series, by direction, and by SPI */
    struct lru esp_nulls;    /* of struct esp_null, by SPI */
    struct lru pieces;       /* of struct first_pieces, by direction */
    struct lru fragment_ids; /* of struct fragment_id, by addresses and Identification */
    struct lru spreads;      /* of struct spread, by direction: of the label and of the port */
    struct lru labels;       /* of struct copied_labels, by direction */
    struct lru sources;      /* of struct sources, by inner flow and outer destination */
    struct lru bindings;     /* of struct binding, by home address and home agent */
    struct lru home_agents;  /* of struct home_agent, by address */
    struct lru ah_sizes;     /* of struct ah_sizes, by direction */
    struct lru gre_fields;   /* of struct gre_fields, by direction */
    struct lru keepalives;   /* of struct keepalive_pair, by pair of addresses */
    struct lru gre_keys;     /* of struct gre_keys, by kind and pair of addresses */
    struct lru requests;     /* of struct request_pair, by inner source and destination */
    struct lru reported;     /* of struct reported, by direction and rule */
    struct lru guesses;      /* of struct udp_flow, by addresses and ports */
    struct sent_flows sent;
    struct lru directions;   /* of struct transport_direction, by direction */
    uint32_t handshakes_due; /* about so many */
    struct history history;
    struct sides sides;
    uint64_t tunnel_packets;
    uint32_t copied;      /* tunnel headers that were there before, as bits by layer: ipip_judge_copied() */
    uint64_t unreachable; /* tunnel addresses of the latest error about its exit, and those of the datagram inside */
    uint64_t unreachable_inner;
    int64_t toobig_time;  /* of the latest "fragmentation needed" about a packet without tunnel header */
    bool has_heard;       /* something that goes back to a sender, beside a tunnel */
    bool has_toobig;      /* `toobig_time` is one */
    bool has_cut_packets; /* the capture does not hold every packet whole */
    bool has_both_ends;   /* that of ipip_judge_expect_both_ends() */
};

/* The current packet, and what the operator declares where the flow needs it. */
struct flow_context {
    const struct ipip_packet *packet;
    /* The largest tunnel packet of a direction in octets; 0: not declared. Called with `operator`. */
    uint16_t (*mtu_expected)(const void *operator, struct ipip_addr src, struct ipip_addr dst);
    const void *operator;
};

/* NULL where there is no memory. */
struct flow *flow_new(const struct ipip_limits *limits, uint64_t seed);
void flow_free(struct flow *flow);

struct ipip_losses flow_losses(const struct flow *flow);

/* There was no memory for what should be remembered. Never false again. */
bool flow_is_out_of_memory(const struct flow *flow);

/* The record of the direction with this fingerprint, a new one if need be, which is all zero. Valid until the next one is asked for. */
static inline struct tunnel *flow_tunnel(struct flow *flow, uint64_t hash, bool *is_new)
{
    return lru_row(&flow->tunnels, lru_get(&flow->tunnels, hash, is_new));
}

/* Or NULL. */
struct tunnel *flow_known_tunnel(const struct flow *flow, const struct ipip_tunnel_direction *direction);
struct tunnel *flow_back_of(const struct flow *flow, const struct tunnel *tunnel);
/* Of IPv4 in IPv4, which is all that transport and sides are followed of. */
struct tunnel *flow_ipip_between(const struct flow *flow, struct ipip_addr src, struct ipip_addr dst);
/* That with this key, or NULL. */
struct tunnel *flow_tunnel_of(const struct flow *flow, uint64_t key);

/* What a direction is found by in all tables of the flow; and one of IPv4 in IPv4. */
uint64_t flow_key(const struct flow *flow, const struct ipip_tunnel_direction *direction);
uint64_t flow_key_of_ipip(const struct flow *flow, struct ipip_addr src, struct ipip_addr dst);
/* The side of a direction, by its key; a new one that is all zero if need be. */
struct side *flow_side(struct flow *flow, uint64_t key);
/* The path of a direction, by its key; a new one that is all zero if need be, or NULL. */
struct path *flow_path(struct flow *flow, uint64_t key);
struct path *flow_known_path(const struct flow *flow, uint64_t key);

/*
 * Datagrams are seen on their way into this direction at its tunnel device and nowhere before: with the TTL that they have inside.
 * An ICMP error of the encapsulator to their sender does not pass there.
 */
bool flow_is_at_device(const struct flow *flow, uint64_t key);
static inline struct inner_flow *flow_inner(struct flow *flow, uint64_t addresses)
{
    bool is_new;

    return lru_row(&flow->inners, lru_get(&flow->inners, addresses, &is_new));
}

struct inner_flow *flow_known_inner(const struct flow *flow, struct ipip_addr src, struct ipip_addr dst);

/* The tunnel direction that they were in last. */
struct ipip_tunnel_direction inner_flow_direction(const struct flow *flow, const struct inner_flow *f);

/* Zeros where nothing is known of the direction. */
struct ipip_path flow_path_shown(const struct flow *flow, const struct ipip_tunnel_direction *direction);

/*
 * What such a packet may have where the path takes `mtu`: IPv6 1280 in any case, as the encapsulator fragments (RFC 2473 section 7.1, RFC 4213
 * section 3.2.2, RFC 7676 section 3.3). 0: nothing fits.
 */
uint16_t flow_mtu_inside(uint16_t mtu, uint16_t overhead, const struct ipip_ip *inner);

/* The MTU of the path that is in force, or 0. */
uint16_t path_mtu(const struct path *path, int64_t now);

/* The datagram seen last with these contents; or in the direction of this key with this Identification; or NULL. */
const struct history_entry *flow_find_content(const struct flow *flow, const struct ipip_layer *datagram);
const struct history_entry *flow_find_id(struct flow *flow, uint64_t key, const struct ipip_ip *ip);

/* The first fragment of a tunnel packet. */
void flow_take_fragment(struct flow *flow, const struct parsed_packet *parsed, unsigned layer);

/* Facts of an ICMP message, and the rules that it triggers: about tunnel packets, as T, and as R; without facts where it is none. */
struct facts flow_take_error(struct flow *flow, const struct flow_context *context, struct rule_set *triggered,
                             struct flow_view *e);
struct facts flow_take_relay(struct flow *flow, const struct flow_context *context, const struct ipip_layer *layer,
                             struct rule_set *triggered, struct flow_view *e);

/*
 * A packet without tunnel header: the inner flow that it belongs to, or NULL. From now on packets to the inner sender
 * are visible.
 */
struct inner_flow *flow_hear(struct flow *flow, const struct ipip_ip *ip, uint64_t addresses);

/* And its facts. */
void flow_take_inner_side(struct flow *flow, const struct flow_context *context, struct inner_flow *inner,
                          const struct parsed_packet *parsed, struct facts *facts, struct rule_set *triggered,
                          struct flow_view *e);

/* A packet without tunnel header that belongs to no inner flow, yet: the credit for such ones is not spent. */
void flow_take_early(struct flow *flow, const struct parsed_packet *parsed);

/* Larger than links carry: several segments in one, whose size and Identification mean nothing. */
bool flow_is_segments(const struct ipip_layer *innermost);
/* Or it may be such a one by its unfinished checksum. */
bool flow_may_be_segments(const struct ipip_layer *innermost);

static inline struct other other_at(const struct moment *moment, int64_t now)
{
    return (struct other){.frame = moment->frame, .age = ipip_age(now, moment->time), .is_known = moment->is_known};
}

static inline struct moment moment_of(const struct ipip_packet *packet)
{
    return (struct moment){.frame = packet->frame & INT64_MAX, .is_known = true, .time = packet->time};
}

/* It was, and not longer ago than so many seconds; nor, where the capture is not in order of time, more than one to come. */
static inline bool moment_is_within(const struct moment *moment, int64_t now, unsigned seconds)
{
    uint64_t most = (now < moment->time ? 1 : seconds) * IPIP_AGE_SECOND;

    return moment->is_known && ipip_age_distance(now, moment->time) <= most;
}

#endif
