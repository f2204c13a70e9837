/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MAP-E (RFC 7597): the address and the ports that the IPv6 address of a customer's edge stands for, by the rule of its domain. */
#include "rules/rule.h"
#include "wire/octets.h"

enum { IPV4_BITS = 32, PORT_BITS = 16, PORT_OCTETS = 2 };

/* What an outer source stands for (section 5.2). */
struct edge {
    uint32_t ipv4;
    uint32_t ipv4_mask;       /* of the bits that it names: fewer than 32 where a whole prefix is the customer's */
    unsigned psid, psid_bits; /* the set of ports; 0 bits: all */
};

enum fault { FAULT_NONE, FAULT_ADDRESS, FAULT_PORT, FAULT_IDENTIFIER, FAULT_UNSEEN };

static const struct ipip_map_rule *domain_of(const struct ipip_rule_input *c)
{
    return &c->tunnel_policy->expectation->map_rule;
}

static bool is_map_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->expectation == NULL || tunnel_policy->expectation->map_rule.ipv6.bits == 0;
}

static uint32_t mask_of(unsigned bits)
{
    return bits == 0 ? 0 : UINT32_MAX << (IPV4_BITS - bits);
}

/* So many bits of the address from `first` on, at most 64 in all. */
static uint64_t bits_of(struct ipip_addr address, unsigned first, unsigned count)
{
    return count == 0 ? 0 : address.high << first >> (64 - count);
}

static struct edge edge_of(const struct ipip_map_rule *rule, struct ipip_addr address)
{
    unsigned prefix_bits = rule->ipv4.bits - (unsigned)IPIP_ADDRESS_IPV4_BITS;
    unsigned suffix_bits = IPV4_BITS - prefix_bits;
    unsigned named = rule->ea_bits < suffix_bits ? rule->ea_bits : suffix_bits;
    uint64_t embedded = bits_of(address, rule->ipv6.bits, rule->ea_bits);
    struct edge edge = {.psid_bits = rule->ea_bits - named};

    edge.ipv4_mask = mask_of(prefix_bits + named);
    edge.ipv4 = (uint32_t)rule->ipv4.address.low & mask_of(prefix_bits);
    if (named > 0)
        edge.ipv4 |= (uint32_t)(embedded >> edge.psid_bits) << (suffix_bits - named);
    edge.psid = (unsigned)(embedded & ((UINT64_C(1) << edge.psid_bits) - 1));
    return edge;
}

/* The port, or what takes its place in an echo (section 8.2). False: it is not captured, or in another fragment; or there is none. */
static bool find_port(const struct ipip_layer *inner, unsigned *port, bool *is_unseen)
{
    enum { ECHO_REPLY = 0, ECHO = 8, ECHO_IDENTIFIER = 4 };
    struct ipip_bytes payload = ipip_layer_payload(inner);
    unsigned at = 0;

    *is_unseen = false;
    if (inner->ip.protocol == IPIP_PROTOCOL_ICMP)
        at = ECHO_IDENTIFIER;
    else if (inner->ip.protocol != IPIP_PROTOCOL_TCP && inner->ip.protocol != IPIP_PROTOCOL_UDP)
        return false;
    *is_unseen = inner->ip.fragment_offset != 0 || payload.captured < at + PORT_OCTETS;
    if (*is_unseen || (at > 0 && payload.data[0] != ECHO && payload.data[0] != ECHO_REPLY))
        return false;
    *port = wire_get16(payload.data + at);
    return true;
}

static bool is_of_set(const struct ipip_map_rule *rule, const struct edge *edge, unsigned port)
{
    unsigned below = PORT_BITS - rule->psid_offset - edge->psid_bits;

    if (edge->psid_bits == 0)
        return true;
    if (rule->psid_offset > 0 && port >> (PORT_BITS - rule->psid_offset) == 0)
        return false;
    return (port >> below & ((1U << edge->psid_bits) - 1)) == edge->psid;
}

/* Section 6: 16 bits of 0, the IPv4 address, the set of ports. */
static uint64_t identifier_of(const struct edge *edge)
{
    return (uint64_t)edge->ipv4 << PORT_BITS | edge->psid;
}

static enum fault fault_of(const struct ipip_rule_input *c)
{
    const struct ipip_map_rule *rule = domain_of(c);
    struct ipip_addr src = input_outer(c)->src;
    struct edge edge = edge_of(rule, src);
    unsigned port;
    bool is_unseen;

    if (!ipip_prefix_has(&rule->ipv6, src)) /* of the border relay */
        return FAULT_NONE;
    if ((((uint32_t)input_inner(c)->src.low ^ edge.ipv4) & edge.ipv4_mask) != 0)
        return FAULT_ADDRESS;
    if (find_port(input_layer(c) + 1, &port, &is_unseen) && !is_of_set(rule, &edge, port))
        return FAULT_PORT;
    if (is_unseen && edge.psid_bits > 0)
        return FAULT_UNSEEN;
    return src.low != identifier_of(&edge) ? FAULT_IDENTIFIER : FAULT_NONE;
}

static void check_edge(const struct ipip_rule_input *c, struct ruling *ruling)
{
    switch (fault_of(c)) {
    case FAULT_NONE:
        ruling->verdict = IPIP_PASS;
        break;
    case FAULT_UNSEEN:
        ruling->verdict = IPIP_UNKNOWN;
        break;
    case FAULT_IDENTIFIER:
        ruling->severity = IPIP_NOTE;
        break;
    default:
        break;
    }
}

static void describe_edge(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct edge edge = edge_of(domain_of(c), input_outer(c)->src);
    char named[IPIP_ADDRESS_TEXT];
    char src[IPIP_ADDRESS_TEXT];
    unsigned port = 0;
    bool is_unseen;

    ipip_address_text(named, ipip_address_ipv4(edge.ipv4));
    ipip_address_text(src, input_inner(c)->src);
    find_port(input_layer(c) + 1, &port, &is_unseen);
    switch (fault_of(c)) {
    case FAULT_ADDRESS:
        SAY(text->message, "the outer source stands for %s, and the packet inside comes from %s", named, src);
        SAY(text->expected, "inner source %s", named);
        SAY(text->actual, "inner source %s", src);
        break;
    case FAULT_PORT:
        SAY(text->message, "the outer source stands for a set of ports of %s that does not have port %u", named, port);
        SAY(text->expected, "a port with PSID %u", edge.psid);
        SAY(text->actual, "port %u", port);
        break;
    default:
        SAY(text->message, "the interface identifier of the outer source is not made of %s and its PSID", named);
        SAY(text->expected, "%s and PSID %u in the identifier", named, edge.psid);
        SAY(text->actual, "%016llx", (unsigned long long)input_outer(c)->src.low);
    }
}

static const char *fault_word(const struct ipip_rule_input *c)
{
    static const char *const words[] = {"none", "address", "port", "identifier", "unseen"};

    return words[fault_of(c)];
}

VALUE_WORD(static, map_fault, fault_word(c))

const struct rule rule_782 = {
    .about.id = "IPIP782",
    .about.slug = "map-e-source",
    .about.title = "inner source that the outer one does not stand for",
    .about.reference = "RFC 7597 sections 5, 6 and 8.1",
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "a spoofed source, an edge that does not translate to its ports, or another rule than declared",
    .about.kinds = KIND_OF(4IN6),
    RULE_OF_RELATION,
    .is_idle = is_map_idle,
    .outer = IPIP_FIELD_SRC,
    .inner = IPIP_FIELD_SRC,
    .check = check_edge,
    .describe = describe_edge,
    .values = {&value_map_fault, &value_inner_src},
};
