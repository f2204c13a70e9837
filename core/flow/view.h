/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the flow knows about the packet, for the rules to judge and to show. */
#ifndef IPIP_CORE_FLOW_VIEW_H
#define IPIP_CORE_FLOW_VIEW_H

#include "flow/sides.h"
#include "flow/tunnel.h"
#include "packet/icmp_error.h"
#include "packet/ttl_place.h"

struct path;
struct inner_flow;

/* Another packet that this one is compared with. */
struct other {
    uint64_t frame;
    uint64_t age; /* nanoseconds */
    uint8_t ttl;
    bool is_known; /* there is one */
};

/* Where the sequence number of a packet stands among those of its direction. */
enum sequence_order {
    SEQUENCE_NONE,    /* it has none */
    SEQUENCE_FIRST,   /* the first one that is known */
    SEQUENCE_NEXT,    /* one more than the highest so far */
    SEQUENCE_COPY,    /* the same packet once more */
    SEQUENCE_GAP,     /* some are missing before it */
    SEQUENCE_BEHIND,  /* lower than the highest, and not seen before */
    SEQUENCE_AGAIN,   /* another packet had it */
    SEQUENCE_RESTART, /* 0, after others */
};

struct sequence_step {
    enum sequence_order order;
    uint32_t number, last; /* `last`: the highest before */
    struct other other;    /* with the same number, or the one before */
};

/* And that of ESP or AH. */
struct association_step {
    struct sequence_step step;
    uint32_t spi;
    bool is_ah;
};

/* And whether the packets of ESP are in clear (esp_null.h). */
struct esp_null_step {
    bool is_clear; /* this one, and those before it */
    bool is_few;   /* it looks so, but too few do yet */
    uint8_t shape; /* of those in packet/esp_null.h */
    uint32_t spi;
};

/* A value of the outer header by which routers choose among paths, with those of the direction before (spread.h). */
struct spread_step {
    uint32_t value;
    bool is_few; /* too few packets or flows, and all with this value */
    /* What the direction shows with this packet for the first time. */
    bool is_one;      /* many packets of many flows, all with this value */
    bool is_unstable; /* several values of one flow inside, within a short time */
};

/* How the keys of GRE between two addresses differ. */
enum gre_keys_difference {
    GRE_KEYS_SAME,
    GRE_KEYS_SOME,  /* a direction has packets with a key, and packets without */
    GRE_KEYS_OTHER, /* the two directions have none in common */
};

/* The key of a packet, with those between the same addresses before (gre_keys.h). */
struct gre_keys_step {
    uint64_t key, other; /* as gre_key_of(); of the other direction, the first one */
    enum gre_keys_difference difference;
    bool is_refused; /* and an end has refused a packet */
    bool is_news;    /* it shows with this packet for the first time */
    bool is_few;     /* too few packets to tell */
};

/* A datagram that was found on one side only, and why, as far as that is known. */
struct one_sided {
    const char *reason; /* a word */
    const char *where;  /* it was seen, and where not */
    const char *there;  /* what is on the other side in its place */
    struct ipip_addr src, dst;
    uint32_t bytes;
    uint8_t protocol;
};

struct flow_view {
    const struct tunnel *tunnel; /* of the layer, this packet included */
    bool has_arrived;            /* the inner packet was seen coming in to be forwarded */
    struct sequence_step sequence;
    struct association_step association;
    struct esp_null_step esp_null;
    struct spread_step label, port;
    struct ipip_addr source_before; /* sources_take() */
    uint8_t dynamic_df;             /* of enum dynamic_df (dynamic_df.h) */
    uint16_t gre_varied;            /* gre_fields_take() */
    uint16_t ah_first;              /* ah_sizes_take() */
    uint16_t ah_bytes;              /* octets of authentication headers, with `ah_first` */
    struct gre_keys_step keys;
    struct other copy;
    struct other reuse;
    bool is_reuse_fragment;
    struct other fragment_reuse; /* fragment_ids_take() */
    uint32_t fragment_id;
    struct other inner_reuse;
    struct other loop;
    unsigned loop_times;
    struct ipip_addr loop_src, loop_dst; /* of another direction in which it goes around */
    uint64_t learnt;                     /* tunnel packets from which endpoints were learnt */
    struct other toobig;                 /* the ICMP error that set `mtu` */
    uint16_t mtu;
    unsigned over;             /* packets larger than that since */
    enum ttl_place back_place; /* of the other direction, where a guess is made at the vantage */
    bool is_capture_cut;
    uint64_t large; /* packets of the direction as in large.h, and the largest */
    uint16_t largest;
    /* Of outer fragments. */
    struct other fragment;
    bool is_conflicting;
    unsigned disagreements; /* of enum ipip_disagreement */
    unsigned fragments, fragments_needed;
    uint16_t fragment_bytes; /* Total Length of the largest */
    struct ipip_bytes fragment_header;
    /* Of ICMP messages. */
    struct icmp_error icmp;
    struct ipip_tunnel_direction direction; /* that it concerns; of a packet on its inner side, too */
    uint16_t overhead;
    uint16_t expected_mtu;
    uint16_t limit_offset; /* of the encapsulation limit of 0 in the quote, or 0 */
    struct other cause;    /* the ICMP error before */
    unsigned times;
    bool is_inherited; /* TTL */
    bool is_at_device; /* flow_is_at_device(), where an ICMP error is missed */
    /* Of packets on the inner side of a tunnel. */
    uint16_t entered_max, lost_min, lost_max;
    /* Of the transport inside. */
    uint16_t mss;
    bool is_other_direction; /* whose path is too small for it: not that of the second SYN */
    struct ipip_addr inner_src, inner_dst;
    uint16_t sport, dport;
    unsigned echoes;
    unsigned seconds;
    bool is_worked_around;
    bool is_compared; /* something smaller was acknowledged meanwhile */
    unsigned lost;
    struct other lost_first;
    /* Of datagrams on both sides. */
    struct sides_match sides;
    const struct one_sided *one_sided; /* of a datagram that a pairing found on one side only */
};

#endif
