/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ESP and IPComp whose content is not read: what the outer headers of such packets show together. */
#include "flow/sequence.h"
#include "flow/tunnel_packet.h"
#include "judge/judge_internal.h"
#include "judge/policy_check.h"

/* What may be fragmented: its Identification must be unique. */
static void take_id(struct ipip_judge *judge, struct evaluation *e, const struct parsed_packet *parsed, unsigned layer,
                    struct tunnel *tunnel, struct rule_set *triggered)
{
    struct history *history = &judge->flow->history;
    const struct ipip_layer *outer = &parsed->stack.layers[layer];
    const struct ipip_packet *packet = &parsed->packet;
    uint64_t content = sequence_content(&judge->flow->sequences.keys, ipip_layer_payload(outer));
    bool is_fragment = ipip_ip_is_fragment(&outer->ip);
    struct history_entry fresh = {.time = packet->time};
    const struct history_entry *old;
    struct history_entry *entry;

    repeats_fill(&fresh, parsed->of[layer].addresses, &outer->ip, &outer->ip,
                 HISTORY_THERE | HISTORY_CONTENT | (is_fragment ? HISTORY_FRAGMENT : 0));
    old = history_find_id(history, fresh.addresses, fresh.id, fresh.protocol);
    repeats_check_id(history, &fresh, old, old != NULL && history_has_content(history, old, content), tunnel, triggered,
                     &e->view);
    entry = history_add(history, content, packet->frame, packet->time, history_find_content(history, content) != NULL);
    if (entry != NULL)
        repeats_fill(entry, fresh.addresses, &outer->ip, &outer->ip, fresh.flags);
}

__attribute__((noinline)) void judge_opaque(struct ipip_judge *judge, struct evaluation *e,
                                            struct parsed_packet *parsed, unsigned layer, struct tunnel *tunnel,
                                            struct facts *facts, struct rule_set *triggered)
{
    const struct ipip_layer *outer = &parsed->stack.layers[layer];
    struct flow_context context = policy_check_context(&judge->policy, &parsed->packet);

    if (outer->kind == IPIP_KIND_ESP) {
        tunnel->stats.dscps |= UINT64_C(1) << ipip_ip_dscp(&outer->ip);
        if (ipip_tunnel_has_dscps(&tunnel->stats))
            rule_set_add(triggered, RULE_514);
    }
    if (judge->flow->paths.count > 0 && ipip_ip_df(&outer->ip))
        facts->context |= tunnel_packet_check_mtu(judge->flow, &context, tunnel, parsed->of[layer].addresses, outer,
                                                  outer, triggered, &e->view);
    if (outer->ip.version == 4 && !is_atomic(&outer->ip)) {
        take_id(judge, e, parsed, layer, tunnel, triggered);
        facts->context |= tunnel->id_count < TUNNEL_ID_RUN ? FACT_IDS_FEW : 0;
    }
}
