/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The flow inside, and the outer header: what shows it to routers, the flow label of IPv6 and the source port of UDP; its source. */
#include "flow/copied_labels.h"
#include "flow/sources.h"
#include "flow/spread.h"
#include "judge/judge_internal.h"
#include "packet/fingerprint.h"
#include "wire/octets.h"

enum { LABEL_SECONDS = 1, PORT_SECONDS = 30, PORTS = 4, LABEL_MASK = 0xfffff };

/* With IPv6 inside, whose labels an encapsulator may take over. */
static const uint32_t copying = IPIP_KIND_BIT(IPIP_KIND_6IN6) | IPIP_KIND_BIT(IPIP_KIND_GRE6);

enum spread_of { SPREAD_OF_LABEL = 1, SPREAD_OF_PORT };

/* TCP or UDP, and no fragment, which need not show its ports. */
static bool has_ports(const struct ipip_ip *inner)
{
    return (inner->protocol == IPIP_PROTOCOL_TCP || inner->protocol == IPIP_PROTOCOL_UDP) &&
           !ipip_ip_is_fragment(inner);
}

static uint64_t flow_inside(const struct hash_keys *keys, const struct ipip_ip *inner, const uint8_t *ports)
{
    const uint64_t words[] = {inner->src.high, inner->src.low,    inner->dst.high,
                              inner->dst.low,  wire_get32(ports), inner->protocol};

    return hash_of(keys, words, sizeof words / sizeof words[0] / 2);
}

static struct spread_step take(struct ipip_judge *judge, struct parsed_packet *parsed, unsigned layer,
                               enum spread_of which, uint64_t inner, uint32_t value, unsigned seconds)
{
    uint64_t direction =
        fingerprint_of_kind(&judge->flow->spreads.keys, parsed->of[layer].addresses, IPIP_KINDS + which, 0);

    return spread_take(judge->flow, direction, inner, value, parsed->packet.time, seconds * IPIP_AGE_SECOND);
}

/* Where all packets have one label: is it 0, or another? */
static void check_label(const struct spread_step *label, struct rule_set *triggered)
{
    if (label->is_unstable)
        rule_set_add(triggered, RULE_752);
    if (label->is_one)
        rule_set_add(triggered, label->value == 0 ? RULE_751 : RULE_753);
}

static uint32_t label_of(const struct ipip_layer *layer)
{
    return wire_get32(layer->bytes.data) & LABEL_MASK;
}

/* What the encapsulator itself sends has the label of a socket, outside as inside. */
static void compare_labels(struct ipip_judge *judge, const struct parsed_packet *parsed, unsigned layer,
                           struct facts *facts, struct rule_set *triggered)
{
    const struct ipip_layer *outer = &parsed->stack.layers[layer];
    struct copied_labels_step step = {.is_few = true};

    if (!ipip_address_equal(outer[1].ip.src, outer->ip.src))
        step = copied_labels_take(judge->flow, parsed->of[layer].addresses, label_of(outer), label_of(outer + 1));
    if (step.is_copied)
        rule_set_add(triggered, RULE_743);
    facts->context |= step.is_few ? FACT_COPIES_FEW : 0;
}

/* One flow inside, from several sources to one destination. */
static void take_source(struct ipip_judge *judge, struct evaluation *e, const struct parsed_packet *parsed,
                        unsigned layer, uint64_t inner, struct rule_set *triggered)
{
    const struct ipip_ip *outer = &parsed->stack.layers[layer].ip;
    uint64_t flow = fingerprint_of_kind(&judge->flow->sources.keys, inner, IPIP_KIND_NONE,
                                        hash_pair(&judge->flow->sources.keys, outer->dst.high, outer->dst.low));

    if (sources_take(judge->flow, flow, outer->src, parsed->of[layer + 1].content, parsed->packet.time,
                     &e->view.source_before))
        rule_set_add(triggered, RULE_853);
}

__attribute__((noinline)) void judge_spread(struct ipip_judge *judge, struct evaluation *e,
                                            struct parsed_packet *parsed, unsigned layer, struct facts *facts,
                                            struct rule_set *triggered)
{
    const struct ipip_layer *outer = &parsed->stack.layers[layer];
    struct ipip_bytes payload = ipip_layer_payload(outer + 1);
    struct tunnel_shims shims;
    uint64_t inner;

    if ((copying & IPIP_KIND_BIT(outer->kind)) != 0 && facts_is_ipv6(outer + 1))
        compare_labels(judge, parsed, layer, facts, triggered);
    if (!has_ports(&outer[1].ip))
        return;
    facts->context |= FACT_FLOW_INSIDE;
    if (payload.captured < PORTS) {
        facts->context |= FACT_FLOW_UNSEEN;
        return;
    }
    inner = flow_inside(&judge->flow->spreads.keys, &outer[1].ip, payload.data);
    take_source(judge, e, parsed, layer, inner, triggered);
    if (facts_is_ipv6(outer)) {
        e->view.label = take(judge, parsed, layer, SPREAD_OF_LABEL, inner, label_of(outer), LABEL_SECONDS);
        check_label(&e->view.label, triggered);
        facts->context |= e->view.label.is_few ? FACT_LABELS_FEW : 0;
    }
    if ((IPIP_KINDS_OVER_UDP & IPIP_KIND_BIT(outer->kind)) != 0) {
        tunnel_shims_read(&shims, judge->policy.kinds, outer);
        e->view.port = take(judge, parsed, layer, SPREAD_OF_PORT, inner, shims.udp.source, PORT_SECONDS);
        if (e->view.port.is_unstable || e->view.port.is_one)
            rule_set_add(triggered, RULE_835);
        facts->context |= e->view.port.is_few ? FACT_PORTS_FEW : 0;
    }
}
