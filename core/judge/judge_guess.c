/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP that is no tunnel's by its ports, and may be one all the same. */
#include "flow/guesses.h"
#include "judge/judge_internal.h"
#include "packet/udp_tunnel.h"

/* What its ports stand for is known: whatever it looks like, it is that. */
static bool is_known(const struct ipip_kinds *kinds, const struct ipip_udp *udp)
{
    return udp_port_is_known(kinds, udp->destination) || udp_port_is_known(kinds, udp->source);
}

static uint64_t context_of(enum guess_says says, enum udp_guess guess, enum ipip_kind kind)
{
    uint64_t context = FACTS_OF_KIND(kind);

    if (says == GUESS_FEW)
        context |= guess == UDP_GUESS_OPEN ? UDP_FACT_OPEN : UDP_FACT_FEW;
    return context;
}

void judge_guess(struct ipip_judge *judge, struct parsed_packet *parsed)
{
    const struct ipip_kinds *kinds = judge->policy.kinds;
    const struct ipip_layer *layer = &parsed->stack.layers[0];
    struct ipip_bytes at = ipip_layer_payload(layer);
    struct guessed guessed = {GUESS_OTHER, IPIP_KIND_FOU};
    enum udp_guess guess = UDP_GUESS_NONE;
    struct rule_set triggered = {{0}};
    struct evaluation e;
    struct ipip_udp udp;

    if (layer->ip.protocol != IPIP_PROTOCOL_UDP || ipip_ip_is_fragment(&layer->ip) ||
        !facts_is_well_formed(&parsed->stack, 0) || ipip_udp_read(&udp, at) != IPIP_OK)
        return;
    if (!is_known(kinds, &udp)) {
        guess = udp_guess(&udp, at);
        guessed = guesses_take(judge->flow, &layer->ip, &udp, guess);
    }
    if ((kinds->set & IPIP_KIND_BIT(guessed.kind)) == 0)
        return;
    evaluate_begin(&e, IPIP_SUBJECT_UDP, parsed->packet.frame);
    e.view = (struct flow_view){
        .direction = {layer->ip.src, layer->ip.dst, guessed.kind, ipip_discriminator(false, 0, udp.destination)}};
    if (guessed.says == GUESS_TUNNEL) {
        e.view.tunnel = meet_unread(judge, &e.view.direction, parsed->packet.time);
        rule_set_add(&triggered, RULE_839);
    }
    evaluate_layer(judge, &e, parsed, tunnel_policy_of(&judge->policy, layer->ip.src, layer->ip.dst), 0,
                   (struct facts){context_of(guessed.says, guess, guessed.kind), 0}, triggered, 0);
    evaluate_end(judge, &e);
}
