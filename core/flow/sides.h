/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both sides of a tunnel's end in one capture: a datagram seen beside the tunnel (S) and inside it (I) is one and the same, and
 * shows what the encapsulator or the decapsulator did to it. Equal but for what is judged: version, Total Length, Identification,
 * offset and More Fragments, protocol, addresses, and the first octets of the payload (fingerprint.h).
 */
#ifndef IPIP_CORE_FLOW_SIDES_H
#define IPIP_CORE_FLOW_SIDES_H

#include "catalogue/rule_set.h"
#include "flow/history.h"
#include "flow/sides_missing.h"
#include "flow/sightings.h"
#include "ipip/tunnel_direction.h"
#include "table/lru.h"

struct flow;
struct inner_flow;
struct tunnel;

/* Kinds in which a datagram is that was encapsulated as such, or folded: it may be seen beside the tunnel, too. */
enum {
    KINDS_ENTERED = 1 << IPIP_KIND_IPIP | 1 << IPIP_KIND_6IN4 | 1 << IPIP_KIND_4IN6 | 1 << IPIP_KIND_6IN6 |
                    1 << IPIP_KIND_GRE | 1 << IPIP_KIND_GRE6 | 1 << IPIP_KIND_GRETAP | 1 << IPIP_KIND_GRETAP6 |
                    1 << IPIP_KIND_MINIMAL | 1 << IPIP_KIND_ESP | IPIP_KINDS_OVER_UDP,
};

/* Which way a datagram went. */
enum sides_way { SIDES_IN, SIDES_OUT, SIDES_WAYS };

enum {
    SIDES_STEADY = 3,  /* matches of one TTL step from which on it is the rule */
    SIDES_MATCHES = 3, /* matches of a direction from which on a datagram can be missed */
};

/* What is known of the steps of the TTL in one direction and way. */
struct sides_steps {
    uint32_t matches;
    int16_t step; /* of the first */
    bool varies;  /* before there were SIDES_STEADY of them */
};

/* Of a tunnel direction. */
struct side {
    struct sides_steps steps[SIDES_WAYS];
    uint64_t places_in[2]; /* where the latest was seen going in, first and last */
    struct ipip_addr own;  /* that the encapsulator sends ICMP errors from; none: not known */
};

/* Of an inner flow: the last step in each way that is as it may be, to see whether it changes. */
struct flow_steps {
    uint32_t place[SIDES_WAYS]; /* both halves folded */
    uint8_t step[SIDES_WAYS];   /* and 1; 0: none */
};

/* What may be different in the header inside, beside what has rules of its own. */
enum sides_difference {
    SIDES_SAME,
    SIDES_DSCP,
    SIDES_RESERVED,
    SIDES_DF_SET,
    SIDES_DF_CLEARED,
    SIDES_OPTIONS,
    SIDES_TTL,
    SIDES_HEADER,
    SIDES_PAYLOAD
};

/* A datagram found again, or missed. */
struct sides_match {
    bool is_there;
    uint8_t layer;  /* of the tunnel header; 0 beside the tunnel */
    bool is_ipv6;   /* the datagram */
    uint32_t facts; /* enum sides_fact of side_facts.h */
    struct rule_set triggered;
    struct ipip_tunnel_direction direction;
    uint64_t other_frame, other_age, other_place; /* the first of the two */
    int16_t step;                                 /* TTL before less TTL after */
    uint8_t ttl_before, ttl_after;
    uint8_t tos_before, tos_after;
    uint8_t outer_tos; /* of one that came out, unless SIDES_FACT_OUTER_UNSEEN; its ECN field as it arrived */
    bool is_own;       /* the encapsulator's own datagram, not forwarded */
    bool is_many;      /* seen in several places on its way in: the last may be behind the router's decrement */
    enum sides_difference difference;
    uint8_t changed_at, changed_before, changed_after; /* with SIDES_HEADER: the first octet that is another one */
    uint8_t outer_ttl_before;                          /* of a tunnel packet in two places */
    struct sides_steps steps;                          /* this match included */
};

struct sides {
    struct sightings sightings;
    struct lru rows; /* of struct side, by direction */
    struct sides_missing_list missing;
    uint32_t credit; /* datagrams of inner flows that are not known that may still be remembered */
    bool
        is_inside_kept; /* a tunnel packet was seen again, behind a router or behind the exit: those to come are remembered */
};

bool sides_init(struct sides *sides, uint32_t rows, uint32_t sightings, uint64_t seed);
void sides_free(struct sides *sides);

/*
 * A datagram beside the tunnels: of the inner flow `f`, or NULL, where it may still be the first of one. `entry` is what the
 * history has with these contents, or NULL. Of a datagram that is not found again `match` gets nothing but that.
 */
void sides_take_outside(struct flow *flow, const struct ipip_packet *packet, const struct ipip_layer *datagram,
                        struct inner_flow *f, uint64_t content, const struct history_entry *entry,
                        struct sides_match *match);

/*
 * A datagram in the tunnel direction `t`, which has this key; `twin` is the one with the same contents before it, or NULL. `is_sum_wrong`: its
 * header checksum.
 */
struct sides_match sides_take_inside(struct flow *flow, const struct ipip_packet *packet, const struct tunnel *t,
                                     uint64_t key, const struct ipip_layer *outer, uint64_t content,
                                     const struct history_entry *twin, bool is_sum_wrong);

/*
 * A tunnel packet that was there before, `old`, now behind a router. It triggers IPIP404 where it is not the same any more: nothing else
 * follows from it then.
 */
struct sides_match sides_take_again(struct flow *flow, const struct ipip_packet *packet, const struct ipip_layer *outer,
                                    const struct history_entry *fresh, const struct history_entry *old);

/* A datagram in a tunnel that may be seen again behind a router, or behind the exit. `layer`: of its tunnel header, `outer`. */
void sides_remember_inside(struct flow *flow, const struct ipip_packet *packet, unsigned layer,
                           const struct ipip_layer *outer, uint64_t content);

/* The tunnel packet that `entry` is of, as it was remembered; or NULL. */
const struct sighting *sides_sighting_of(const struct flow *flow, const struct history_entry *entry);

/* What the encapsulator did to the header, which was seen before and after; and to its checksum, which is wrong now. */
void sides_compare_entry(struct sides_match *match, const uint8_t *before, const struct ipip_layer *after);
void sides_compare_checksum(struct sides_match *match, const struct sighting *before);

/* What the decapsulator did to it; `outer_tclass` is that of the tunnel header that it took away. */
void sides_compare_exit(struct sides_match *match, const uint8_t *before, uint8_t outer_tclass, const uint8_t *after);

#endif
