/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One frame of a round trip. */
#include "ipip/minimal.h"
#include "roundtrip.h"
#include "say.h"

enum { LINKTYPE_ETHERNET = 1 };

static uint64_t frame_id(const struct comparison *c)
{
    return c->run->capture << FRAME_BITS | c->frame.packet.frame;
}

/* The packet is in a tunnel of a kind that only has a name. */
static gboolean is_named(const struct ipip_stack *stack)
{
    const struct ipip_kind_about *about;

    if (stack->end != IPIP_END_UNSUPPORTED)
        return FALSE;
    about = ipip_kind_about((enum ipip_kind)stack->next_kind);
    return about != NULL && !about->is_read;
}

static unsigned reason_of_opaque(unsigned kind)
{
    return kind == IPIP_KIND_ESP ? ROUNDTRIP_ESP : kind == IPIP_KIND_IPCOMP ? ROUNDTRIP_IPCOMP : (unsigned)IPIP_OPAQUE;
}

static unsigned reason_of_version(const struct comparison *c, const struct ipip_layer *layer)
{
    struct ipip_chain chain;

    if (layer->kind == IPIP_KIND_IPIP)
        return IPIP_NOT_IPV4;
    ipip_layer_chain(&chain, &c->run->options.kinds, layer);
    return chain.announced == IPIP_PAYLOAD_IPV6 ? IPIP_NOT_IPV6 : IPIP_NOT_IPV4;
}

/* Why the innermost tunnel header could not be compared, if so; not at the usual end. */
static G_GNUC_NO_INLINE void judge_end(struct comparison *c, const struct ipip_stack *stack)
{
    static const uint8_t reasons[IPIP_END_COUNT] = {
        [IPIP_END_CUT] = IPIP_TRUNCATED,        [IPIP_END_NO_ROOM] = IPIP_MALFORMED,
        [IPIP_END_BAD_HEADER] = IPIP_MALFORMED, [IPIP_END_FRAGMENT] = IPIP_FRAGMENT,
        [IPIP_END_BAD_SHIM] = IPIP_MALFORMED,   [IPIP_END_FOLDED] = IPIP_MALFORMED,
    };
    const struct ipip_layer *innermost = &stack->layers[stack->count - 1];
    unsigned reason = reasons[stack->end];

    if (stack->end == IPIP_END_OPAQUE)
        reason = reason_of_opaque(innermost->kind);
    else if (stack->end == IPIP_END_INNER_VERSION)
        reason = reason_of_version(c, innermost);
    else if (is_named(stack))
        reason = ROUNDTRIP_NAMED;
    else if (stack->end == IPIP_END_FRAGMENT && innermost->kind == IPIP_KIND_NONE)
        reason = IPIP_OK; /* of no tunnel, as far as is known */
    if (reason != IPIP_OK)
        roundtrip_worsen(c, ROUNDTRIP_NOT_COMPARABLE, reason);
}

static G_GNUC_NO_INLINE void count_more(struct roundtrip_summary *s, const struct outcome *outcome)
{
    struct roundtrip_counts *counts = &s->rows[outcome->row];

    if (outcome->result == ROUNDTRIP_DIFFERENT) {
        counts->different += outcome->frames;
    } else if (outcome->result == ROUNDTRIP_NOT_COMPARABLE) {
        counts->not_comparable += outcome->frames;
        counts->reasons[outcome->reason] += outcome->frames;
    } else {
        s->ce_marked += outcome->is_ce_marked ? outcome->frames : 0;
        for (unsigned what = 0; what < ROUNDTRIP_TAKEN; what++)
            s->taken[what] += (outcome->taken >> what & 1) != 0 ? outcome->frames : 0;
    }
}

static inline void count(struct roundtrip_summary *s, const struct outcome *outcome)
{
    if (outcome->result == ROUNDTRIP_IDENTICAL)
        s->rows[outcome->row].identical += outcome->frames;
    if (outcome->result != ROUNDTRIP_IDENTICAL || outcome->is_ce_marked || outcome->taken != 0)
        count_more(s, outcome);
}

/* Text has the numbers alone. */
static gboolean lists(const struct roundtrip *run, const struct outcome *outcome)
{
    return outcome->result == ROUNDTRIP_NOT_COMPARABLE && run->options.format == REPORT_JSONL && !run->options.is_quiet;
}

static void list(const struct site *site, const struct outcome *outcome)
{
    say_before_print();
    not_comparable_print(site, outcome);
}

static void settle(struct comparison *c)
{
    gboolean is_listed = lists(c->run, &c->outcome);
    struct site site;

    if (c->run->is_learning || c->is_postponed || (is_listed && !roundtrip_has_turn(c)))
        return;
    count(&c->summary, &c->outcome);
    if (is_listed) {
        site = roundtrip_site(c, c->record->frame);
        list(&site, &c->outcome);
    }
}

void roundtrip_settle_alone(void *context, const struct ipip_lost_fragment *fragment)
{
    struct roundtrip *run = context;
    struct outcome outcome;

    if (!outcomes_take(run->outcomes, fragment->frame, &outcome) || run->is_learning)
        return;
    outcome_worsen(&outcome, ROUNDTRIP_NOT_COMPARABLE, IPIP_FRAGMENT);
    count(&run->summary, &outcome);
    if (lists(run, &outcome))
        list(&(struct site){.file = run->options.names[fragment->frame >> FRAME_BITS],
                            .frame = fragment->frame & ((UINT64_C(1) << FRAME_BITS) - 1),
                            .time = fragment->time},
             &outcome);
}

/*
 * Rebuilds the header that minimal encapsulation folded into the innermost one. FALSE where that can't be. What is rebuilt is gone with
 * the next frame, too soon for what is only learnt in its turn.
 */
static G_GNUC_NO_INLINE gboolean unfold(struct comparison *c, struct ipip_stack *stack)
{
    const struct ipip_layer *outer = &stack->layers[stack->count - 1];
    const struct ipip_chain_link *minimal;
    struct ipip_chain chain;
    struct ipip_bytes inner;

    if (c->run->is_learning && !roundtrip_has_turn(c))
        return FALSE;
    ipip_layer_chain(&chain, &c->run->options.kinds, outer);
    minimal = ipip_chain_find(&chain, IPIP_SHIM_MINIMAL);
    if (minimal == NULL ||
        ipip_minimal_unfold(&inner, c->unfolded + c->unfolded_bytes, sizeof c->unfolded - c->unfolded_bytes, &outer->ip,
                            outer->bytes, minimal->offset) != IPIP_OK)
        return FALSE;
    c->unfolded_bytes += inner.captured;
    ipip_stack_resume_folded(stack, &c->run->options.kinds, inner);
    return TRUE;
}

/* A later fragment of UDP and the like, which may be one of a tunnel packet: the first one shows it, and if that comes later it is part of it. */
static gboolean is_unknown(const struct comparison *c, const struct ipip_layer *fragment)
{
    if (fragment->kind != IPIP_KIND_NONE || ipip_reassembly_first(c->run->reassembly, fragment).data != NULL)
        return FALSE;
    if (fragment->ip.fragment_offset != 0)
        ipip_reassembly_keep(c->run->reassembly, fragment, frame_id(c), c->frame.packet.time);
    return TRUE;
}

/* Those with another layer inside, and the last one where it holds what is no IP packet. */
static unsigned layers_to_compare(const struct ipip_stack *stack)
{
    gboolean holds_other = stack->end == IPIP_END_NOT_IP && stack->layers[stack->count - 1].kind != IPIP_KIND_NONE;

    return stack->count - (holds_other ? 0 : 1);
}

/* Compares what the layers show, and, where a fragment completes a datagram, that too: then all its frames share the outcome. */
static void roundtrip_tunnel(struct comparison *c, struct ipip_stack *stack)
{
    const struct ipip_whole *held = NULL;
    struct ipip_whole whole;
    unsigned first = 0;

    c->outcome.row = stack->layers[0].kind;
    c->unfolded_bytes = 0;
    for (;;) {
        unsigned end = layers_to_compare(stack);

        for (unsigned k = first; k < end; k++) {
            if (stack->layers[k].kind == IPIP_KIND_ESP)
                roundtrip_worsen(c, ROUNDTRIP_NOT_COMPARABLE, ROUNDTRIP_ESP);
            else
                compare_layer(c, stack, k, k == first ? held : NULL);
        }
        if (c->is_postponed)
            return;
        if (stack->end == IPIP_END_PAYLOAD || (stack->end != IPIP_END_FRAGMENT && stack->end != IPIP_END_FOLDED))
            break;
        if (first != stack->count - 1)
            held = NULL;
        first = stack->count - 1;
        if (stack->end == IPIP_END_FOLDED) {
            if (!unfold(c, stack))
                break;
            continue;
        }
        if (!roundtrip_has_turn(c))
            return;
        if (is_unknown(c, &stack->layers[first]))
            break;
        switch (
            ipip_reassembly_add(c->run->reassembly, &stack->layers[first], frame_id(c), c->frame.packet.time, &whole)) {
        case IPIP_REASSEMBLY_COMPLETE:
            held = &whole;
            for (unsigned i = 0; i < whole.count; i++)
                outcomes_join(c->run->outcomes, whole.fragments[i].frame, &c->outcome);
            ipip_stack_resume(stack, &c->run->options.kinds, whole.datagram, whole.ecn);
            c->outcome.row = stack->layers[0].kind;
            if (!frames_inner_matches(&c->run->options, &c->frame.packet, stack)) {
                c->filtered += c->run->is_learning ? 0 : c->outcome.frames;
                return;
            }
            continue;
        case IPIP_REASSEMBLY_HELD:
            outcomes_hold(c->run->outcomes, frame_id(c), &c->outcome);
            return;
        case IPIP_REASSEMBLY_CUT:
            roundtrip_worsen(c, ROUNDTRIP_NOT_COMPARABLE, IPIP_TRUNCATED);
            break;
        default:
            roundtrip_worsen(c, ROUNDTRIP_NOT_COMPARABLE, IPIP_FRAGMENT);
        }
        settle(c);
        return;
    }
    if (stack->end != IPIP_END_PAYLOAD)
        judge_end(c, stack);
    settle(c);
}

/* A packet, or a frame, goes through --tunnel. */
static void roundtrip_plain(struct comparison *c, enum ipip_payload type, struct ipip_bytes packet)
{
    struct difference d = {.site = roundtrip_site(c, c->record->frame),
                           .configuration = c->run->words != NULL ? c->run->words : ROUNDTRIP_DEFAULT_TUNNEL};
    struct reencap again;

    reencap_packet(&again, type, packet, &c->run->options.tunnel, &c->run->tunnel_kinds, &c->room);
    if (again.status != IPIP_OK) {
        roundtrip_worsen(c, ROUNDTRIP_NOT_COMPARABLE, again.status);
    } else if (!again.is_identical) {
        roundtrip_worsen(c, ROUNDTRIP_DIFFERENT, IPIP_OK);
        if (roundtrip_may_report(c))
            roundtrip_differs(c, &d);
    }
    settle(c);
}

static void roundtrip_packet(struct comparison *c, const struct ipip_stack *stack)
{
    const struct ipip_layer *layer = &stack->layers[0];
    struct ipip_bytes packet = layer->bytes;
    enum ipip_payload type = layer->ip.version == 6 ? IPIP_PAYLOAD_IPV6 : IPIP_PAYLOAD_IPV4;

    if (c->run->is_learning)
        return;
    if (layer->ip.total_bytes != 0 && layer->ip.total_bytes <= packet.wire)
        packet = ipip_bytes_first(packet, layer->ip.total_bytes); /* without the link layer's padding */
    if ((c->run->held & type) != 0)
        roundtrip_plain(c, type, packet);
    else if ((c->run->held & IPIP_PAYLOAD_ETHERNET) != 0 && c->record->link_type == LINKTYPE_ETHERNET)
        roundtrip_plain(c, IPIP_PAYLOAD_ETHERNET, c->record->bytes);
    else if (type == IPIP_PAYLOAD_IPV6)
        c->summary.not_ipv4++;
    else
        c->summary.not_held++;
}

/* Whether an IP header was read. */
static gboolean read_stack(struct comparison *c, struct ipip_stack *stack)
{
    return c->frame.found == IPIP_LINK_IP &&
           ipip_stack_read(stack, &c->run->options.kinds, c->frame.packet.ip) == IPIP_OK;
}

/* Without the turn a fragment may be one. */
static gboolean is_in_tunnel(struct comparison *c, const struct ipip_stack *stack)
{
    if (stack->layers[0].kind != IPIP_KIND_NONE)
        return TRUE;
    if (stack->end == IPIP_END_FRAGMENT)
        return !roundtrip_has_turn(c) || !is_unknown(c, &stack->layers[0]);
    return c->run->reads_all && is_named(stack);
}

void roundtrip_frame(struct comparison *c)
{
    struct ipip_bytes packet = c->frame.packet.ip;
    struct ipip_stack stack;
    gboolean is_read;

    c->is_postponed = FALSE;
    if (!c->frame.is_selected || (c->frame.found != IPIP_LINK_IP && c->frame.found != IPIP_LINK_OTHER))
        return;
    c->outcome = (struct outcome){.frames = 1, .row = ROUNDTRIP_PLAIN};
    is_read = read_stack(c, &stack);
    if (c->frame.found == IPIP_LINK_OTHER || (!is_read && packet.captured > 0 && packet.data[0] >> 4 != 4)) {
        c->summary.not_ipv4 += !c->run->is_learning;
        return;
    }
    if (!is_read) {
        roundtrip_worsen(c, ROUNDTRIP_NOT_COMPARABLE, IPIP_TRUNCATED);
        settle(c);
        return;
    }
    if (!frames_inner_matches(&c->run->options, &c->frame.packet, &stack)) {
        c->filtered += !c->run->is_learning;
        return;
    }
    if (!is_in_tunnel(c, &stack)) {
        roundtrip_packet(c, &stack);
        return;
    }
    roundtrip_tunnel(c, &stack);
    c->summary.tunnel_packets += !c->run->is_learning && !c->is_postponed;
}
