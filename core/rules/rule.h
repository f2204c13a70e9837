/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a rule is made of inside the core: the public columns, when it applies, and how it decides. */
#ifndef IPIP_CORE_RULE_H
#define IPIP_CORE_RULE_H

#include "catalogue/rule_set.h"
#include "flow/side_facts.h"
#include "flow/view.h"
#include "ipip/address.h"
#include "ipip/finding.h"
#include "packet/facts.h"
#include "packet/tunnel_shims.h"
#include "rules/shim_field.h"
#include "rules/tunnel_policy.h"
#include "rules/value.h"

/* What a rule looks at: one layer of one packet, an ICMP message, or a packet on the inner side of a tunnel. */
struct ipip_rule_input {
    const struct ipip_policy *policy;
    const struct tunnel_policy *tunnel_policy;
    const struct ipip_packet *packet;
    uint64_t first_frame; /* of a reassembled datagram: that of the fragment at offset 0 */
    const struct ipip_stack *stack;
    unsigned layer;
    struct facts facts;
    const struct tunnel_shims *shims; /* between the header and what is inside; NULL for IPv4 in IPv4 */
    const struct flow_view *flow;
    enum unexpected unexpected; /* IPIP120: the first that is not as expected */
};

/* What becomes of a rule whose trigger is set; a check starts from FAIL with the usual severity. */
struct ruling {
    enum ipip_verdict verdict;
    enum ipip_severity severity;
    enum ipip_confidence confidence;
    bool is_of_tunnel;  /* about the tunnel: reported once, and counted there */
    uint64_t count;     /* not 0: likewise, and of so many subjects in all */
    struct other other; /* the packet that this one is compared with */
    /* The decisive fields, if not those that the rule names. */
    unsigned outer;
    unsigned inner;
    enum shim_field shim;
};

enum { RULE_VARIANTS = 6 };

/* What is different for some of the kinds that a rule is about. */
struct rule_variant {
    uint32_t kinds; /* of IPIP_KIND_BIT(); 0: no variant */
    enum ipip_severity severity;
    const char *reference; /* NULL: as usual */
    bool is_once;          /* reported once per tunnel, though usually with each packet that breaks it */
};

/* How often a rule is reported. */
enum rule_report {
    REPORT_EACH, /* with each packet that breaks it */
    REPORT_ONCE, /* once per tunnel */
    /*
     * Likewise; what triggers it, the flow or a fact that is no other rule's, is a habit of the tunnel: once reported it fails
     * without being evaluated.
     */
    REPORT_HABIT,
};

struct rule {
    struct ipip_rule about; /* with the kinds of tunnels that it is about */
    /* It is about packets in Ethernet frames, too, where the policy has them judged (eth-inner): as about those without a frame. */
    bool is_of_frames;
    struct rule_variant variants[RULE_VARIANTS];
    /* The rule is not applicable unless all of `applies`, one of `needs`, if any, and none of `excludes` are in the context. */
    uint64_t applies;
    uint64_t needs;
    uint64_t excludes;
    /* Of these kinds it is about the tunnel header alone: what is inside need not be read. */
    uint32_t outside;
    /* It is unknown where one of these is. */
    uint64_t blind;
    /* Else it passes unless one of these is, or the flow triggers it; then `check` decides, or it fails where there is none. */
    uint64_t triggers;
    enum rule_report report;
    /* Where it holds, the tunnel has no use for the rule, which is not applicable. NULL: nowhere. */
    bool (*is_idle)(const struct tunnel_policy *tunnel_policy);
    /* Where routers may have changed the TOS octet, the rule is unknown. */
    bool needs_entry;
    /* The decisive fields (of enum ipip_field), in the header of the case's layer, or the ICMP message, and in the one inside. */
    unsigned outer;
    unsigned inner;
    /* And in one between the two. */
    enum shim_field shim;
    void (*check)(const struct ipip_rule_input *c, struct ruling *ruling);
    void (*describe)(const struct ipip_rule_input *c, struct ipip_text *text);
    /* What distinguishes its findings on one tunnel; NULL behind the last. */
    const struct value *values[IPIP_VALUES_MAX];
};

/* Kinds of tunnels with nothing but IP headers; with GRE and an IP packet; with GRE and an Ethernet frame; over UDP. */
#define KINDS_OF_PLAIN_IP                                                                            \
    (IPIP_KIND_BIT(IPIP_KIND_IPIP) | IPIP_KIND_BIT(IPIP_KIND_6IN4) | IPIP_KIND_BIT(IPIP_KIND_4IN6) | \
     IPIP_KIND_BIT(IPIP_KIND_6IN6))
#define KINDS_OF_GRE (IPIP_KIND_BIT(IPIP_KIND_GRE) | IPIP_KIND_BIT(IPIP_KIND_GRE6))
#define KINDS_OF_FRAMES (IPIP_KIND_BIT(IPIP_KIND_GRETAP) | IPIP_KIND_BIT(IPIP_KIND_GRETAP6))
#define KINDS_OF_MIRRORS (IPIP_KIND_BIT(IPIP_KIND_ERSPAN) | IPIP_KIND_BIT(IPIP_KIND_ERSPAN6))
#define KINDS_OF_UDP ((uint32_t)IPIP_KINDS_OVER_UDP)
#define KINDS_OF_MINIMAL IPIP_KIND_BIT(IPIP_KIND_MINIMAL)
#define KIND_OF(name) IPIP_KIND_BIT(IPIP_KIND_##name)
#define KINDS_OF_OPAQUE (IPIP_KIND_BIT(IPIP_KIND_ESP) | IPIP_KIND_BIT(IPIP_KIND_IPCOMP) | IPIP_KIND_BIT(IPIP_KIND_MPLS))
/* Those in which an IP packet is that was encapsulated as such; and all that are read. */
#define KINDS_OF_PACKETS (KINDS_OF_PLAIN_IP | KINDS_OF_GRE | KINDS_OF_UDP)
#define KINDS_READ (KINDS_OF_PACKETS | KINDS_OF_FRAMES | KINDS_OF_MIRRORS | KINDS_OF_MINIMAL | KINDS_OF_OPAQUE)

/* Those of which nothing else is read, whose packets are a subject of their own. */
#define KINDS_NAMED (KIND_OF(PPTP) | KIND_OF(ETHERIP) | (uint32_t)IPIP_KINDS_NAMED_OVER_UDP)

/* Those whose outer header is always IPv6; and those whose inner one is. */
#define KINDS_OUTSIDE_IPV6 (KIND_OF(4IN6) | KIND_OF(6IN6) | KIND_OF(GRE6) | KIND_OF(GRETAP6) | KIND_OF(ERSPAN6))
#define KINDS_INSIDE_IPV6 (KIND_OF(6IN4) | KIND_OF(6IN6))
/* Those that can have addresses of one family in both headers; and those of which an address inside can name one outside. */
#define KINDS_OF_ONE_FAMILY (KIND_OF(IPIP) | KIND_OF(6IN6) | KINDS_OF_GRE | KINDS_OF_UDP)
#define KINDS_OF_ENDS (KINDS_OF_ONE_FAMILY | KIND_OF(6IN4))

/* Kinds with an IPv4 header that is the tunnel's business, outside or inside. */
#define KINDS_WITH_IPV4 (KINDS_READ & ~(KIND_OF(6IN6) | KIND_OF(GRETAP6) | KIND_OF(ERSPAN6)))

/* Kinds of which what is inside can be read, so that fragments are put together. */
#define KINDS_OPENED (KINDS_READ & ~(KIND_OF(ESP) | KIND_OF(IPCOMP)))

/* Kinds of which what is inside can be compared with the tunnel header; and with an Ethernet frame between the two. */
#define KINDS_RELATED (KINDS_OF_PACKETS | KINDS_OF_FRAMES)

/* And ESP, where it is in clear: not all that tunnels of IP relate binds IPsec (RFC 4301 section 5.1.2). */
#define KINDS_OF_TWO_HEADERS (KINDS_RELATED | KIND_OF(ESP))

/*
 * The conditions of a rule about one IPv4 header, and of one about a header and the one inside. Headers inside Ethernet frames are their
 * hosts' business, and what minimal encapsulation folded is judged in the outer header.
 */
#define RULE_OF_IPV4_HEADER .applies = FACT_WELL_FORMED, .excludes = FACT_WHOLE | FACT_FOREIGN | FACT_IPV6
#define RULE_OF_HEADER_WITH_OPTIONS                                                                \
    .applies = FACT_WELL_FORMED | FACT_OPTIONS, .excludes = FACT_WHOLE | FACT_FOREIGN | FACT_IPV6, \
    .blind = FACT_HEADER_CUT
#define RULE_OF_RELATION                                                                          \
    .applies = FACT_WELL_FORMED | FACT_TUNNEL, .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER, \
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN

/* And on what any host could send: what is behind an authentication header comes from one that has the key. */
#define RULE_OF_ANY_SENDER                                                                                    \
    .applies = FACT_WELL_FORMED | FACT_TUNNEL, .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER | FACT_SHIM, \
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN

/* And of one that compares with other datagrams, for which all of it must be there. */
#define BLIND_TO_DATAGRAM (FACT_INNER_CUT | FACT_INNER_UNSEEN | FACT_PAYLOAD_CUT)
#define RULE_OF_DATAGRAM                                                                          \
    .applies = FACT_WELL_FORMED | FACT_TUNNEL, .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER, \
    .blind = BLIND_TO_DATAGRAM

/*
 * Every rule of the catalogue, RULES(): defined in core/rules/, in the folder of its subject, with the page that
 * explains it.
 */
#define RULE_DECLARE(number) extern const struct rule rule_##number;
RULES(RULE_DECLARE)

/* The rule at an index of the catalogue. */
const struct rule *rule_at(size_t index);

/* The kinds of tunnels that a rule is about. */
static inline uint32_t rule_kinds(const struct rule *rule)
{
    return rule->about.kinds != 0 ? rule->about.kinds : IPIP_KIND_BIT(IPIP_KIND_IPIP);
}

/* The kind that decides on severity and standard: of a frame that is judged for the packet in it, the one without frames. */
static inline unsigned rule_kind(const struct rule *rule, unsigned kind)
{
    if ((KINDS_OF_FRAMES & IPIP_KIND_BIT(kind)) == 0 || (rule_kinds(rule) & IPIP_KIND_BIT(kind)) != 0)
        return kind;
    return kind == IPIP_KIND_GRETAP ? IPIP_KIND_GRE : IPIP_KIND_GRE6;
}

static inline const struct rule_variant *rule_variant(const struct rule *rule, unsigned kind)
{
    for (unsigned i = 0; i < RULE_VARIANTS; i++) {
        if ((rule->variants[i].kinds & IPIP_KIND_BIT(kind)) != 0)
            return &rule->variants[i];
    }
    return NULL;
}

static inline enum ipip_severity rule_severity(const struct rule *rule, unsigned kind)
{
    const struct rule_variant *variant = rule_variant(rule, kind);

    return variant != NULL ? variant->severity : rule->about.severity;
}

/* Whether it is reported once per tunnel of this kind. */
static inline bool rule_is_once(const struct rule *rule, unsigned kind)
{
    const struct rule_variant *variant = rule_variant(rule, kind);

    return rule->report != REPORT_EACH || (variant != NULL && variant->is_once);
}

/* What a rule whose trigger is set comes to unless `check` knows better. */
static inline struct ruling ruling_of(const struct rule *rule, unsigned kind)
{
    return (struct ruling){.verdict = IPIP_FAIL,
                           .severity = rule_severity(rule, kind),
                           .confidence = IPIP_CERTAIN,
                           .is_of_tunnel = rule_is_once(rule, kind),
                           .outer = rule->outer,
                           .inner = rule->inner,
                           .shim = rule->shim};
}

/* The header that the case is about, and the one inside (only where a relation rule applies). */
static inline const struct ipip_ip *input_outer(const struct ipip_rule_input *c)
{
    return &c->stack->layers[c->layer].ip;
}

static inline const struct ipip_ip *input_inner(const struct ipip_rule_input *c)
{
    return &c->stack->layers[c->layer + 1].ip;
}

static inline const struct ipip_layer *input_layer(const struct ipip_rule_input *c)
{
    return &c->stack->layers[c->layer];
}

/* What the case's layer carries, whether or not a header could be read there. */
static inline struct ipip_bytes input_inside(const struct ipip_rule_input *c)
{
    return ipip_layer_inside(input_layer(c));
}

/* An ICMP error to the sender would not be in the capture: it does not pass the tunnel device. */
static inline bool input_misses_errors(const struct ipip_rule_input *c)
{
    return c->policy->inner_side == IPIP_INNER_SIDE_TUNDEV ||
           (c->policy->inner_side == IPIP_INNER_SIDE_UNKNOWN && c->flow->is_at_device);
}

/* Which header a rule of one header is about. */
static inline const char *input_where(const struct ipip_rule_input *c)
{
    return c->layer == 0 ? "outer" : "inner";
}

/* Whether this header of the case, and the one inside, are IPv6. */
static inline bool input_is_ipv6(const struct ipip_rule_input *c)
{
    return (c->facts.context & FACT_IPV6) != 0;
}

static inline bool input_inner_is_ipv6(const struct ipip_rule_input *c)
{
    return (c->facts.context & FACT_INNER_IPV6) != 0;
}

/* The kind of the tunnel, as a set. */
static inline uint32_t input_kind(const struct ipip_rule_input *c)
{
    return IPIP_KIND_BIT(facts_kind(c->facts.context));
}

/* Writes into one of the fields of a text, cut to its size. */
#define SAY(field, ...) text_say((field), sizeof(field), __VA_ARGS__)
void text_say(char *field, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* What both families have, by its name in the header's own: "TTL" or "Hop Limit", ... */
enum header_word {
    WORD_TTL,
    WORD_TOS,
    WORD_LENGTH, /* of the whole packet, header included */
    HEADER_WORDS
};
const char *text_word(const struct ipip_ip *ip, enum header_word word);

/* "10.0.0.1 > 10.0.0.2" */
enum { ENDPOINTS_TEXT = 2 * IPIP_ADDRESS_TEXT + 3 };
const char *text_endpoints(char text[static ENDPOINTS_TEXT], const struct ipip_ip *ip);

/* "1 octet", "20 octets" */
enum { OCTETS_TEXT = 20 };
const char *text_octets(char text[static OCTETS_TEXT], uint32_t count);

/* "5 s before", "17 ms before", where `word` is "before"; "in the same instant". */
enum { APART_TEXT = 48 };
const char *text_apart(char text[static APART_TEXT], uint64_t nanoseconds, const char *word);

/* "DSCP 46 (EF)", "DSCP 5"; and the short form, "EF", "5". */
enum { DSCP_TEXT = sizeof "DSCP 63 (AF11)" };
const char *text_dscp(char text[static DSCP_TEXT], uint8_t dscp);
const char *text_dscp_short(char text[static DSCP_TEXT], uint8_t dscp);

#endif
