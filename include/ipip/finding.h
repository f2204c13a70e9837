/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a judge finds: which rule a packet breaks, the octets that show it, and the words for it. Allocates nothing. */
#ifndef IPIP_FINDING_H
#define IPIP_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipip/address.h"
#include "ipip/bytes.h"
#include "ipip/field.h"
#include "ipip/packet.h"
#include "ipip/rules.h"
#include "ipip/stack.h"
#include "ipip/tunnel_direction.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Octets that show what is wrong: a header as captured (options included, nothing of the payload), up to IPIP_EXCERPT_OCTETS. */
struct ipip_excerpt {
    /* "outer", "inner", "icmp", "quoted", "packet", "fragment"; between two headers "gre", "erspan", "udp", "gue", "minimal", "ah", "esp", "ipcomp" */
    const char *name;
    struct ipip_bytes header;  /* empty where nothing of it is captured */
    struct ipip_octets marked; /* those that decided; count 0: none of them */
};

enum {
    IPIP_EXCERPT_MAX = 3,
    IPIP_EXCERPT_OCTETS = 128, /* of a header that are shown: an IPv6 header with many extension headers is longer */
};

/* What a finding is about. */
enum ipip_finding_target {
    IPIP_TARGET_LAYER,     /* a header of the tunnel packet at hand */
    IPIP_TARGET_ICMP,      /* the ICMP message that it is, or carries */
    IPIP_TARGET_INNER,     /* the packet at hand, which belongs into a tunnel */
    IPIP_TARGET_NAMED,     /* a header of the packet at hand, of a tunnel that is named only, or a guess */
    IPIP_TARGET_ELSEWHERE, /* a tunnel packet that was there before: its time has come with this packet */
};

struct ipip_rule_input;

/* One rule broken by one packet. Valid during the call of the sink only. */
struct ipip_finding {
    const struct ipip_rule *rule;
    size_t rule_index;
    enum ipip_severity severity;
    enum ipip_confidence confidence;
    enum ipip_finding_target target;
    /* About the tunnel, not the packet: reported once, with the first packet that shows it; counted from then on. */
    bool is_of_tunnel;
    uint64_t
        count; /* then: on how many packets, where that is known already; else 0, ipip_judge_tunnel_count() knows at the end */
    struct ipip_tunnel_direction direction; /* of the tunnel */
    const char *reference;                  /* the standard, for this kind of tunnel */
    const struct ipip_packet *packet;
    const struct ipip_stack
        *stack;            /* its layers; of a packet before the one at hand, what was kept of it. Count 0: none */
    uint64_t first_frame;  /* of a reassembled datagram: the frame of the fragment at offset 0; else packet->frame */
    bool has_other;        /* there is another packet without which this would not be one */
    uint64_t other_frame;  /* of that; 0 where there is none */
    uint64_t other_age;    /* nanoseconds between the two */
    unsigned layer;        /* of the header that the rule is about, 0 outermost; the outer one of two */
    unsigned tunnel_layer; /* of the tunnel header, with IPIP_TARGET_LAYER and IPIP_TARGET_NAMED */
    struct ipip_excerpt excerpts[IPIP_EXCERPT_MAX];
    const struct ipip_rule_input *input; /* for ipip_finding_describe() */
};

enum ipip_value_kind { IPIP_VALUE_NUMBER, IPIP_VALUE_ADDRESS, IPIP_VALUE_WORD };

/* One of the values that a finding is about, such as outer_dscp 0; the field of its kind counts. */
struct ipip_value {
    const char *name;
    enum ipip_value_kind kind;
    uint32_t number;
    struct ipip_addr address;
    const char *word; /* one of a few */
};

enum { IPIP_VALUES_MAX = 3 };

/*
 * The values of the finding, as many as its rule has; returns their number. With rule, tunnel and layer they identify a finding over
 * captures and versions: the words for it may change, and frames, times, counts, lengths and checksums are no values. To be called
 * during the call of the sink only; names and words stay valid.
 */
unsigned ipip_finding_values(const struct ipip_finding *finding, struct ipip_value values[IPIP_VALUES_MAX]);

/* How many values the findings of the rule at `rule_index` have, and the name and kind of each, in the same order. */
unsigned ipip_rule_value_count(size_t rule_index);
struct ipip_value ipip_rule_value(size_t rule_index, unsigned ordinal);

/* A finding in words, for people. Each ends in a zero octet; what does not fit is cut off. */
struct ipip_text {
    char message[256]; /* one sentence on what is wrong, without a full stop */
    char expected[96];
    char actual[96];
};

/* Called for each finding, in order of layer and rule. */
typedef void ipip_sink(void *context, const struct ipip_finding *finding);

/* Puts the finding into words. To be called during the call of the sink only. */
void ipip_finding_describe(const struct ipip_finding *finding, struct ipip_text *text);

#ifdef __cplusplus
}
#endif

#endif
