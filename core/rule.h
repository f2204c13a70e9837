/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a rule is made of inside the core: the public columns, when it applies, and how it decides. */
#ifndef IPIP_CORE_RULE_H
#define IPIP_CORE_RULE_H

#include "facts.h"
#include "flow/events.h"
#include "flow/evidence.h"
#include "ipip/address.h"
#include "ipip/judge.h"
#include "stance.h"

/* What a rule looks at: one layer of one packet, an ICMP message, or a packet beside a tunnel. */
struct ipip_case {
    const struct ipip_policy *policy;
    const struct stance *stance;
    const struct ipip_packet *packet;
    const struct ipip_stack *stack;
    unsigned layer;
    uint64_t facts;  /* of facts.h, or of flow/events.h for the other subjects */
    uint64_t events; /* what the flow has noticed */
    const struct flow_evidence *flow;
};

/* What becomes of a rule whose trigger is set; a check starts from FAIL with the usual severity. */
struct outcome {
    enum ipip_verdict verdict;
    enum ipip_severity severity;
    enum ipip_confidence confidence;
    enum tunnel_note note; /* not NONE: speaks of the tunnel, and is counted there */
    struct other other;    /* the packet that this one stands beside */
};

struct rule {
    struct ipip_rule about;
    /* The rule is not applicable unless all of `applies` and none of `excludes` are facts. */
    uint64_t applies;
    uint64_t excludes;
    /* It is unknown where one of these is. */
    uint64_t blind;
    /* Else it passes unless one of these is, or one of these events; then `check` decides, or it fails where there is none. */
    uint64_t triggers;
    uint64_t events;
    enum tunnel_note note;
    /* Nobody has a use for the rule: it is not applicable at all. NULL: everybody has. */
    bool (*is_idle)(const struct stance *stance);
    /* Where routers may have changed the TOS octet, the rule is unknown. */
    bool needs_entry;
    /* The decisive octets, in the header of the case's layer and in the one inside. */
    struct ipip_octets outer;
    struct ipip_octets inner;
    void (*check)(const struct ipip_case *c, struct outcome *outcome);
    void (*describe)(const struct ipip_case *c, struct ipip_text *text);
};

/* The conditions of a rule about one header, and of one about a header and the one inside. */
#define RULE_OF_HEADER .applies = FACT_WELL_FORMED, .excludes = FACT_WHOLE
#define RULE_OF_HEADER_WITH_OPTIONS \
    .applies = FACT_WELL_FORMED | FACT_OPTIONS, .excludes = FACT_WHOLE, .blind = FACT_HEADER_CUT
#define RULE_OF_RELATION                                                                          \
    .applies = FACT_WELL_FORMED | FACT_TUNNEL, .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER, \
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN

/* And of one on what anybody could send: somebody who has a key wrote what is behind an authentication header. */
#define RULE_OF_ANYBODY                                                                                       \
    .applies = FACT_WELL_FORMED | FACT_TUNNEL, .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER | FACT_SHIM, \
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN

/* And of one that compares with other datagrams, for which all of it must be there. */
#define BLIND_TO_DATAGRAM (FACT_INNER_CUT | FACT_INNER_UNSEEN | FACT_PAYLOAD_CUT)
#define RULE_OF_DATAGRAM                                                                          \
    .applies = FACT_WELL_FORMED | FACT_TUNNEL, .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER, \
    .blind = BLIND_TO_DATAGRAM

/* Every rule of the catalogue, in the order of ids. A rule is defined in the file of core/rules/ that holds its idea. */
/* clang-format off */
#define RULES(RULE) \
    RULE(100) RULE(101) RULE(102) RULE(103) RULE(104) RULE(105) RULE(106) RULE(107) RULE(108) RULE(109) RULE(110) \
    RULE(111) RULE(112) RULE(113) RULE(114) RULE(115) RULE(116) RULE(117) RULE(118) RULE(119) RULE(120) \
    RULE(201) RULE(202) RULE(203) RULE(204) RULE(205) RULE(206) RULE(207) RULE(208) RULE(209) RULE(210) RULE(211) \
    RULE(212) RULE(213) RULE(214) RULE(215) RULE(216) RULE(217) RULE(218) RULE(219) RULE(220) \
    RULE(301) RULE(302) RULE(303) RULE(304) RULE(305) RULE(306) RULE(307) RULE(308) RULE(309) RULE(310) RULE(311) \
    RULE(312) RULE(314) RULE(315) RULE(316) RULE(317) \
    RULE(501) RULE(502) RULE(503) RULE(504) RULE(505) RULE(506) RULE(507) RULE(514) \
    RULE(601) RULE(602) RULE(603) RULE(604) RULE(606) RULE(607) RULE(608) RULE(609) RULE(610) RULE(611) RULE(612) \
    RULE(613) RULE(621) RULE(622) RULE(623) RULE(624) RULE(625) RULE(626) RULE(627) \
    RULE(631) RULE(632) RULE(633) RULE(634) RULE(635) RULE(636) RULE(637) RULE(638) RULE(639) \
    RULE(901) RULE(902) RULE(903) RULE(904) RULE(905) RULE(906) RULE(907) RULE(908) RULE(910)
/* clang-format on */

#define RULE_DECLARE(number) extern const struct rule rule_##number;
RULES(RULE_DECLARE)

/* The rule at an index of the catalogue. */
const struct rule *rule_at(size_t index);

/* The header that the case is about, and the one inside (only where a relation rule applies). */
static inline const struct ipip_ipv4 *case_outer(const struct ipip_case *c)
{
    return &c->stack->layers[c->layer].ip;
}

static inline const struct ipip_ipv4 *case_inner(const struct ipip_case *c)
{
    return &c->stack->layers[c->layer + 1].ip;
}

static inline const struct ipip_layer *case_layer(const struct ipip_case *c)
{
    return &c->stack->layers[c->layer];
}

/* What the case's layer carries, whether or not a header could be read there. */
static inline struct ipip_bytes case_inside(const struct ipip_case *c)
{
    return ipip_layer_inside(case_layer(c));
}

/* Which header a rule of one header speaks of. */
static inline const char *case_where(const struct ipip_case *c)
{
    return c->layer == 0 ? "outer" : "inner";
}

/* Writes into one of the fields of a text, cut to its size. */
#define SAY(field, ...) text_say((field), sizeof(field), __VA_ARGS__)
void text_say(char *field, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* "10.0.0.1 > 10.0.0.2" */
enum { ENDPOINTS_TEXT = 2 * IPIP_ADDRESS_TEXT + 3 };
const char *text_endpoints(char text[static ENDPOINTS_TEXT], const struct ipip_ipv4 *ip);

/* "1 octet", "20 octets" */
enum { OCTETS_TEXT = 20 };
const char *text_octets(char text[static OCTETS_TEXT], uint32_t count);

/* "5 s before", "17 ms before", where `word` is "before"; "in the same instant". */
enum { APART_TEXT = 48 };
const char *text_apart(char text[static APART_TEXT], uint64_t nanoseconds, const char *word);

/* "DSCP 46 (EF)", "DSCP 5"; and what says it in a word, "EF", "5". */
enum { DSCP_TEXT = sizeof "DSCP 63 (AF11)" };
const char *text_dscp(char text[static DSCP_TEXT], uint8_t dscp);
const char *text_dscp_short(char text[static DSCP_TEXT], uint8_t dscp);

#endif
