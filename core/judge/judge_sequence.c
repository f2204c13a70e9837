/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sequence numbers between a tunnel header and what it carries: of GRE, of ESP, of authentication headers. */
#include "flow/ah_sizes.h"
#include "flow/esp_null.h"
#include "flow/sequence.h"
#include "ipip/age.h"
#include "judge/judge_internal.h"
#include "packet/esp_null.h"
#include "packet/ipsec.h"

enum { REPLAY_WINDOW = 64 }; /* that receivers should have (RFC 4303 section 3.4.3) */

/* GRE with a sequence number, which is there for certain. */
static bool has_gre_sequence(uint64_t context)
{
    const uint64_t seen = FACT_WELL_FORMED | FACT_GRE_SEQUENCE;

    return (context & (seen | FACT_SHIM_CUT | FACT_INNER_UNSEEN | FACT_FRAGMENT_HEADER)) == seen;
}

static void take_gre(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed, unsigned layer,
                     struct facts *facts, struct rule_set *triggered)
{
    struct tunnel_shims shims;

    tunnel_shims_read(&shims, judge->policy.kinds, &parsed->stack.layers[layer]);
    e->view.sequence = sequence_take(judge->flow, parsed->of[layer].addresses, &parsed->packet, shims.gre.sequence,
                                     sequence_content(&judge->flow->sequences.keys, shims.chain.inside));
    if (e->view.sequence.order == SEQUENCE_FIRST)
        facts->context |= FACT_SEQUENCE_OPEN;
    else if (e->view.sequence.order > SEQUENCE_COPY)
        rule_set_add(triggered, RULE_808);
}

/* A receiver drops it: it had the number, the number is too old for its window, or is none that is sent (of AH: IPIP844). */
static bool is_dropped(const struct association_step *association)
{
    const struct sequence_step *step = &association->step;

    return (step->number == 0 && !association->is_ah) || step->order == SEQUENCE_AGAIN ||
           (step->order == SEQUENCE_BEHIND && step->last - step->number >= REPLAY_WINDOW);
}

/* Of several associations the first that a receiver drops the packet for. Returns where it stands in this one. */
static enum sequence_order take_numbers(struct ipip_judge *judge, struct evaluation *e,
                                        const struct parsed_packet *parsed, uint64_t association, unsigned protocol,
                                        struct ipsec_numbers numbers, struct ipip_bytes payload, struct other *other)
{
    struct sequence_step step = sequence_take(judge->flow, association, &parsed->packet, numbers.sequence,
                                              sequence_content(&judge->flow->sequences.keys, payload));

    if (e->view.association.step.order == SEQUENCE_NONE || !is_dropped(&e->view.association))
        e->view.association = (struct association_step){step, numbers.spi, protocol == IPIP_PROTOCOL_AH};
    *other = step.other;
    return step.order;
}

static uint64_t association_of(const struct ipip_judge *judge, const struct parsed_packet *parsed, unsigned layer,
                               unsigned protocol, uint32_t spi)
{
    return sequence_association(&judge->flow->sequences.keys, parsed->of[layer].addresses, protocol, spi);
}

/* ESP, which may be in clear; of a fragment that does not show. */
static void take_esp(struct ipip_judge *judge, struct evaluation *e, const struct parsed_packet *parsed, unsigned layer,
                     struct ipip_bytes esp, struct facts *facts, struct rule_set *triggered)
{
    struct ipsec_numbers numbers;
    enum sequence_order order;
    struct other other;
    uint64_t association;

    facts->context |= FACT_ESP_OPEN;
    if (!ipsec_esp_read(&numbers, esp))
        return;
    association = association_of(judge, parsed, layer, IPIP_PROTOCOL_ESP, numbers.spi);
    order = take_numbers(judge, e, parsed, association, IPIP_PROTOCOL_ESP, numbers, esp, &other);
    if (order == SEQUENCE_COPY && other.age <= IPIP_AGE_MILLISECOND && (facts->context & FACT_INNER_BAD) != 0) {
        e->view.copy = other;
        rule_set_add(triggered, RULE_905);
    }
    if (esp.captured < esp.wire || (facts->context & FACT_FRAGMENT) != 0)
        return;
    e->view.esp_null = esp_null_take(judge->flow, association, esp_null_shapes(esp), order == SEQUENCE_COPY);
    e->view.esp_null.spi = numbers.spi;
    if (!e->view.esp_null.is_few)
        facts->context ^= FACT_ESP_OPEN;
    if (e->view.esp_null.is_clear)
        rule_set_add(triggered, RULE_843);
}

static void take_size(struct ipip_judge *judge, struct evaluation *e, const struct parsed_packet *parsed,
                      unsigned layer, uint16_t bytes, struct rule_set *triggered)
{
    e->view.ah_bytes = bytes;
    e->view.ah_first = ah_sizes_take(judge->flow, parsed->of[layer].addresses, bytes);
    if (e->view.ah_first != 0)
        rule_set_add(triggered, RULE_413);
}

static void take_associations(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed,
                              unsigned layer, struct facts *facts, struct rule_set *triggered)
{
    const struct ipip_layer *outer = &parsed->stack.layers[layer];
    struct ipsec_ah_walk walk = ipsec_ahs(outer);
    struct ipsec_ah ah;
    struct other other;
    uint16_t bytes = 0;

    facts->context |= FACT_ASSOCIATION;
    if ((facts->context & (FACT_INNER_UNSEEN | FACT_FRAGMENT_HEADER)) != 0)
        return;
    e->view.association.step.order = SEQUENCE_NONE;
    while (ipsec_ah_next(&walk, &ah)) {
        take_numbers(judge, e, parsed, association_of(judge, parsed, layer, IPIP_PROTOCOL_AH, ah.numbers.spi),
                     IPIP_PROTOCOL_AH, ah.numbers, walk.headers.rest, &other);
        bytes = (uint16_t)(bytes + ah.bytes);
    }
    if (bytes != 0)
        take_size(judge, e, parsed, layer, bytes, triggered);
    if (walk.headers.next == IPIP_PROTOCOL_ESP)
        take_esp(judge, e, parsed, layer, walk.headers.rest, facts, triggered);
    if (e->view.association.step.order != SEQUENCE_NONE && is_dropped(&e->view.association))
        rule_set_add(triggered, RULE_842);
    else if (e->view.association.step.order <= SEQUENCE_FIRST)
        facts->context |= FACT_ASSOCIATION_OPEN;
}

__attribute__((noinline)) void judge_sequences(struct ipip_judge *judge, struct evaluation *e,
                                               struct parsed_packet *parsed, unsigned layer, struct facts *facts,
                                               struct rule_set *triggered)
{
    if (has_gre_sequence(facts->context))
        take_gre(judge, e, parsed, layer, facts, triggered);
    if ((facts->context & FACT_WELL_FORMED) != 0 &&
        ((facts->context & FACT_SHIM) != 0 || facts_kind(facts->context) == IPIP_KIND_ESP))
        take_associations(judge, e, parsed, layer, facts, triggered);
}
