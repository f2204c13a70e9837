/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/judge_fragment.h"

#include "flow/fragment_ids.h"
#include "ipip/age.h"
#include "packet/parse.h"

/* What a fragment shows, compared with the others of its datagram. */
static void check_fragment(struct ipip_fragment_peer peer, enum ipip_reassembly_result result,
                           struct rule_set *triggered, struct flow_view *e)
{
    e->fragment = (struct other){.frame = peer.frame, .is_known = true};
    e->is_conflicting = peer.is_conflicting;
    if (result == IPIP_REASSEMBLY_DUPLICATE) {
        e->copy = e->fragment;
        rule_set_add(triggered, RULE_905);
        return;
    }
    /* Between two places of capture routers may remark, and fragment once more. */
    if (peer.is_elsewhere) {
        peer.disagreements &= ~(unsigned)(IPIP_DISAGREE_DSCP | IPIP_DISAGREE_ECN);
        peer.is_overlapping &= peer.is_conflicting;
    }
    e->disagreements = peer.disagreements;
    if (peer.is_overlapping)
        rule_set_add(triggered, RULE_635);
    if (peer.disagreements != 0)
        rule_set_add(triggered, RULE_637);
}

/* What the fragments of a whole datagram show of the path. */
static void check_whole(const struct ipip_whole *whole, struct rule_set *triggered, struct flow_view *e)
{
    unsigned largest = 0;
    unsigned payload = 0;

    e->fragment_bytes = 0;
    for (unsigned i = 0; i < whole->count; i++) {
        const struct ipip_fragment *f = &whole->fragments[i];

        payload += f->bytes;
        if (f->bytes > largest)
            largest = f->bytes;
        if (f->bytes + f->header_bytes > e->fragment_bytes)
            e->fragment_bytes = (uint16_t)(f->bytes + f->header_bytes);
    }
    e->fragments = whole->count;
    e->fragments_needed = largest > 0 ? (payload + largest - 1) / largest : 0;
    rule_set_add(triggered, RULE_639);
    if (whole->count > e->fragments_needed)
        rule_set_add(triggered, RULE_638);
}

/* The datagram's first fragment, which was not seen before, and the datagram will never be whole. */
static bool is_partial(struct flow *flow, uint64_t key, const struct ipip_layer *fragment, int64_t now,
                       enum ipip_reassembly_result result)
{
    const struct history_entry *before;

    if (fragment->ip.fragment_offset != 0 || result == IPIP_REASSEMBLY_HELD || result == IPIP_REASSEMBLY_COMPLETE ||
        result == IPIP_REASSEMBLY_DUPLICATE)
        return false;
    before = flow_find_id(flow, key, &fragment->ip);
    return before == NULL || history_is(before, HISTORY_CONTENT) ||
           ipip_age_distance(now, before->time) > IPIP_REASSEMBLY_SECONDS * IPIP_AGE_SECOND;
}

struct rule_set judge_fragment(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed,
                               struct fragment_passage *passage)
{
    const struct ipip_packet *packet = &parsed->packet;
    unsigned layer = parsed->stack.count - 1;
    const struct ipip_layer *fragment = &parsed->stack.layers[layer];
    struct facts facts = facts_of_header(&parsed->stack, layer);
    bool is_orphan =
        fragment->ip.fragment_offset != 0 && ipip_reassembly_first(judge->reassembly, fragment).data == NULL;
    enum ipip_reassembly_result result = IPIP_REASSEMBLY_CUT;
    struct rule_set triggered = {{0}};

    passage->has_partial = false;
    if ((facts.context & FACT_WELL_FORMED) != 0) {
        result = ipip_reassembly_add(judge->reassembly, fragment, packet->frame, packet->time, &passage->whole);
        check_fragment(ipip_reassembly_peer(judge->reassembly), result, &triggered, &e->view);
        passage->has_partial = is_partial(judge->flow, parsed->of[layer].addresses, fragment, packet->time, result) &&
                               prepare_partial(judge->policy.kinds, &passage->partial, parsed);
        if (fragment->ip.fragment_offset == 0 && result != IPIP_REASSEMBLY_DUPLICATE)
            flow_take_fragment(judge->flow, parsed, layer);
    }
    if (result == IPIP_REASSEMBLY_COMPLETE || passage->has_partial) {
        facts.context |= FACT_FRAGMENT_HEADER;
    } else {
        facts = facts_of_both(facts, facts_of_relation(&parsed->stack, judge->policy.kinds, layer));
        facts.context |= result == IPIP_REASSEMBLY_HELD ? FACT_HELD : 0;
        if (is_orphan && result != IPIP_REASSEMBLY_DUPLICATE)
            facts.triggers |= TRIGGER_ORPHAN;
    }
    parsed->of[layer].facts = facts;
    passage->result = result;
    return triggered;
}

/* IPv6, of which only the fragments have an Identification: whether it was another datagram's. */
static void check_id(struct ipip_judge *judge, const struct ipip_ip *fragment, const struct parsed_packet *parsed,
                     unsigned layer, struct rule_set *triggered, struct flow_view *e)
{
    const uint64_t missing = FACT_INNER_BAD | BLIND_TO_DATAGRAM;

    e->fragment_reuse.is_known = false;
    e->fragment_id = fragment->id;
    if (fragment->version != 6 || layer + 1 >= parsed->stack.count || (parsed->of[layer].facts.context & missing) != 0)
        return;
    e->fragment_reuse = fragment_ids_take(judge->flow, fragment, parsed->of[layer + 1].content, &parsed->packet);
    if (e->fragment_reuse.is_known)
        rule_set_add(triggered, RULE_621);
}

bool judge_fragment_whole(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed,
                          struct fragment_passage *passage, struct rule_set *triggered)
{
    unsigned layer = parsed->stack.count - 1;
    struct ipip_ip fragment;

    /* Only what stands alone can be judged later as it would have been now. */
    if (passage->result == IPIP_REASSEMBLY_HELD && layer == 0 && parsed->stack.layers[0].ip.fragment_offset == 0)
        ipip_reassembly_note(judge->reassembly, (uint16_t)e->key.parts[0].tunnel_policy + 1U);
    if (passage->has_partial)
        judge_partial(judge, e, &passage->partial.parsed, layer);
    if (passage->result != IPIP_REASSEMBLY_COMPLETE)
        return false;
    e->first_frame = passage->whole.fragments[0].frame;
    check_whole(&passage->whole, triggered, &e->view);
    fragment = parsed->stack.layers[layer].ip;
    ipip_stack_resume(&parsed->stack, judge->policy.kinds, passage->whole.datagram, passage->whole.ecn);
    parse_layers(judge->parser, parsed, layer);
    judge_unfold(judge, parsed);
    check_id(judge, &fragment, parsed, layer, triggered, &e->view);
    return true;
}
