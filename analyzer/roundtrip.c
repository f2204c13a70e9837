/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip roundtrip: decapsulate, encapsulate again, compare every octet. */
#include "roundtrip.h"

#include "exit_status.h"
#include "ipip/minimal.h"
#include "out_of_memory.h"
#include "seed.h"
#include "tunnel_words.h"
#include "two_passes.h"
#include "verb.h"

#define DEFAULT_TUNNEL "local 240.0.0.1 remote 240.0.0.2 ttl 64 tos inherit"

static const struct usage usage = {
    .verb = "roundtrip",
    .parameters = "CAPTURE...",
    .description =
        "Decapsulates every tunnel packet, encapsulates it again with the configuration inferred from its\n"
        "tunnel's packets, and compares all octets: of the outer header, of what lies between, and of what is inside.\n"
        "A tunnel is a kind, its addresses, the GRE key and the UDP destination port. What no configuration holds is\n"
        "taken over from the packet: Identification, UDP source port, flow labels that vary, sequence numbers, and of\n"
        "ERSPAN class of service and time stamp. Every other IPv4 packet is encapsulated under --tunnel (by default\n" DEFAULT_TUNNEL
        ") and decapsulated; IPv6 packets and frames are\n"
        "where that tunnel holds them. The captures are read twice; a pipe is copied to a temporary file first.",
    .groups = OPTIONS_TUNNEL | OPTIONS_KINDS | OPTIONS_READ | OPTIONS_REPORT | OPTIONS_QUIET,
    .kinds = IPIP_ENCAP_KINDS | IPIP_KIND_BIT(IPIP_KIND_FOU) | IPIP_KIND_BIT(IPIP_KIND_GUE),
    .operand = "capture",
    .paths_min = 1,
    .paths_max = -1,
};

enum { LINKTYPE_ETHERNET = 1 };

static uint64_t frame_id(const struct roundtrip *r)
{
    return r->capture << FRAME_BITS | r->frames->frame.packet.frame;
}

/* The packet is in a tunnel of a kind that only has a name. */
static gboolean is_named(const struct ipip_stack *stack)
{
    const struct ipip_kind_about *about = ipip_kind_about((enum ipip_kind)stack->next_kind);

    return stack->end == IPIP_END_UNSUPPORTED && about != NULL && !about->is_read;
}

static unsigned reason_of_opaque(unsigned kind)
{
    return kind == IPIP_KIND_ESP ? ROUNDTRIP_ESP : kind == IPIP_KIND_IPCOMP ? ROUNDTRIP_IPCOMP : (unsigned)IPIP_OPAQUE;
}

static unsigned reason_of_version(const struct roundtrip *r, const struct ipip_layer *layer)
{
    struct ipip_chain chain;

    if (layer->kind == IPIP_KIND_IPIP)
        return IPIP_NOT_IPV4;
    ipip_layer_chain(&chain, &r->options.kinds, layer);
    return chain.announced == IPIP_PAYLOAD_IPV6 ? IPIP_NOT_IPV6 : IPIP_NOT_IPV4;
}

/* Why the innermost tunnel header could not be compared, if so; not at the usual end. */
static G_GNUC_NO_INLINE void judge_end(struct roundtrip *r, const struct ipip_stack *stack)
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
        reason = reason_of_version(r, innermost);
    else if (is_named(stack))
        reason = ROUNDTRIP_NAMED;
    else if (stack->end == IPIP_END_FRAGMENT && innermost->kind == IPIP_KIND_NONE)
        reason = IPIP_OK; /* of no tunnel, as far as is known */
    if (reason != IPIP_OK)
        roundtrip_worsen(r, ROUNDTRIP_NOT_COMPARABLE, reason);
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

static void settle(struct roundtrip *r)
{
    if (!r->is_learning)
        count(&r->summary, &r->outcome);
}

/* A fragment that waited for others which never came, or must not be joined. */
static void settle_alone(void *context, const struct ipip_lost_fragment *fragment)
{
    struct roundtrip *r = context;
    struct outcome outcome;

    if (!outcomes_take(r->outcomes, fragment->frame, &outcome) || r->is_learning)
        return;
    outcome_worsen(&outcome, ROUNDTRIP_NOT_COMPARABLE, IPIP_FRAGMENT);
    count(&r->summary, &outcome);
}

/* Rebuilds the header that minimal encapsulation folded into the innermost one. FALSE where that can't be. */
static G_GNUC_NO_INLINE gboolean unfold(struct roundtrip *r, struct ipip_stack *stack)
{
    const struct ipip_layer *outer = &stack->layers[stack->count - 1];
    const struct ipip_chain_link *minimal;
    struct ipip_chain chain;
    struct ipip_bytes inner;

    ipip_layer_chain(&chain, &r->options.kinds, outer);
    minimal = ipip_chain_find(&chain, IPIP_SHIM_MINIMAL);
    if (minimal == NULL ||
        ipip_minimal_unfold(&inner, r->unfolded + r->unfolded_bytes, sizeof r->unfolded - r->unfolded_bytes, &outer->ip,
                            outer->bytes, minimal->offset) != IPIP_OK)
        return FALSE;
    r->unfolded_bytes += inner.captured;
    ipip_stack_resume_folded(stack, &r->options.kinds, inner);
    return TRUE;
}

/* A later fragment of UDP and the like, which may be one of a tunnel packet: the first one would show it. */
static gboolean is_unknown(const struct roundtrip *r, const struct ipip_layer *fragment)
{
    return fragment->kind == IPIP_KIND_NONE && ipip_reassembly_first(r->reassembly, fragment).data == NULL;
}

/* Those with another layer inside, and the last one where it holds what is no IP packet. */
static unsigned layers_to_compare(const struct ipip_stack *stack)
{
    gboolean holds_other = stack->end == IPIP_END_NOT_IP && stack->layers[stack->count - 1].kind != IPIP_KIND_NONE;

    return stack->count - (holds_other ? 0 : 1);
}

/* Compares what the layers show, and, where a fragment completes a datagram, that too: then all its frames share the outcome. */
static void roundtrip_tunnel(struct roundtrip *r, struct ipip_stack *stack)
{
    const struct ipip_whole *held = NULL;
    struct ipip_whole whole;
    unsigned first = 0;

    r->summary.tunnel_packets += !r->is_learning;
    r->outcome.row = stack->layers[0].kind;
    r->unfolded_bytes = 0;
    for (;;) {
        unsigned end = layers_to_compare(stack);

        for (unsigned k = first; k < end; k++)
            compare_layer(r, stack, k, k == first ? held : NULL);
        if (stack->end == IPIP_END_PAYLOAD || (stack->end != IPIP_END_FRAGMENT && stack->end != IPIP_END_FOLDED))
            break;
        if (first != stack->count - 1)
            held = NULL;
        first = stack->count - 1;
        if (stack->end == IPIP_END_FOLDED) {
            if (!unfold(r, stack))
                break;
            continue;
        }
        if (is_unknown(r, &stack->layers[first]))
            break;
        switch (ipip_reassembly_add(r->reassembly, &stack->layers[first], frame_id(r), r->frames->frame.packet.time,
                                    &whole)) {
        case IPIP_REASSEMBLY_COMPLETE:
            held = &whole;
            for (unsigned i = 0; i < whole.count; i++)
                outcomes_join(r->outcomes, whole.fragments[i].frame, &r->outcome);
            ipip_stack_resume(stack, &r->options.kinds, whole.datagram, whole.ecn);
            r->outcome.row = stack->layers[0].kind;
            if (!frames_inner_matches(&r->options, &r->frames->frame.packet, stack)) {
                r->frames->counts->filtered += r->outcome.frames;
                return;
            }
            continue;
        case IPIP_REASSEMBLY_HELD:
            outcomes_hold(r->outcomes, frame_id(r), &r->outcome);
            return;
        case IPIP_REASSEMBLY_CUT:
            roundtrip_worsen(r, ROUNDTRIP_NOT_COMPARABLE, IPIP_TRUNCATED);
            break;
        default:
            roundtrip_worsen(r, ROUNDTRIP_NOT_COMPARABLE, IPIP_FRAGMENT);
        }
        settle(r);
        return;
    }
    if (stack->end != IPIP_END_PAYLOAD)
        judge_end(r, stack);
    settle(r);
}

/* A packet, or a frame, goes through --tunnel. */
static void roundtrip_plain(struct roundtrip *r, enum ipip_payload type, struct ipip_bytes packet)
{
    struct difference d = {.site = roundtrip_site(r, r->frames->capture->record.frame),
                           .configuration = r->words != NULL ? r->words : DEFAULT_TUNNEL};
    struct reencap again;

    reencap_packet(&again, type, packet, &r->options.tunnel, &r->tunnel_kinds);
    if (again.status != IPIP_OK) {
        roundtrip_worsen(r, ROUNDTRIP_NOT_COMPARABLE, again.status);
    } else if (!again.is_identical) {
        roundtrip_worsen(r, ROUNDTRIP_DIFFERENT, IPIP_OK);
        roundtrip_differs(r, &d);
    }
    settle(r);
}

static void roundtrip_packet(struct roundtrip *r, const struct ipip_stack *stack)
{
    const struct ipip_layer *layer = &stack->layers[0];
    struct ipip_bytes packet = layer->bytes;
    enum ipip_payload type = layer->ip.version == 6 ? IPIP_PAYLOAD_IPV6 : IPIP_PAYLOAD_IPV4;

    if (r->is_learning)
        return;
    if (layer->ip.total_bytes != 0 && layer->ip.total_bytes <= packet.wire)
        packet = ipip_bytes_first(packet, layer->ip.total_bytes); /* without the link layer's padding */
    if ((r->held & type) != 0)
        roundtrip_plain(r, type, packet);
    else if ((r->held & IPIP_PAYLOAD_ETHERNET) != 0 && r->frames->capture->record.link_type == LINKTYPE_ETHERNET)
        roundtrip_plain(r, IPIP_PAYLOAD_ETHERNET, r->frames->capture->record.bytes);
    else if (type == IPIP_PAYLOAD_IPV6)
        r->summary.not_ipv4++;
    else
        r->summary.not_held++;
}

/* Whether an IP header was read. */
static gboolean read_stack(struct roundtrip *r, struct ipip_stack *stack)
{
    return r->frames->frame.found == IPIP_LINK_IP &&
           ipip_stack_read(stack, &r->options.kinds, r->frames->frame.packet.ip) == IPIP_OK;
}

static gboolean is_in_tunnel(const struct roundtrip *r, const struct ipip_stack *stack)
{
    if (stack->layers[0].kind != IPIP_KIND_NONE)
        return TRUE;
    return stack->end == IPIP_END_FRAGMENT ? !is_unknown(r, &stack->layers[0]) : r->reads_all && is_named(stack);
}

static void roundtrip_frame(struct roundtrip *r)
{
    struct ipip_bytes packet = r->frames->frame.packet.ip;
    struct ipip_stack stack;
    gboolean is_read;

    if (!r->frames->frame.is_selected ||
        (r->frames->frame.found != IPIP_LINK_IP && r->frames->frame.found != IPIP_LINK_OTHER))
        return;
    r->outcome = (struct outcome){.frames = 1, .row = ROUNDTRIP_PLAIN};
    is_read = read_stack(r, &stack);
    if (r->frames->frame.found == IPIP_LINK_OTHER || (!is_read && packet.captured > 0 && packet.data[0] >> 4 != 4)) {
        r->summary.not_ipv4 += !r->is_learning;
        return;
    }
    if (!is_read) {
        roundtrip_worsen(r, ROUNDTRIP_NOT_COMPARABLE, IPIP_TRUNCATED);
        settle(r);
        return;
    }
    if (!frames_inner_matches(&r->options, &r->frames->frame.packet, &stack)) {
        r->frames->counts->filtered++;
        return;
    }
    if (is_in_tunnel(r, &stack))
        roundtrip_tunnel(r, &stack);
    else
        roundtrip_packet(r, &stack);
}

static void take_packet(void *context, struct frames *frames, int capture)
{
    struct roundtrip *r = context;

    r->capture = (uint64_t)capture;
    r->frames = frames;
    roundtrip_frame(r);
    r->frames = NULL;
}

static void begin_pass(void *context, gboolean is_first)
{
    struct roundtrip *r = context;

    r->is_learning = is_first;
    r->outcomes = outcomes_new();
    r->reassembly = ipip_reassembly_new(IPIP_REASSEMBLY_DEFAULT_BYTES, random_seed());
    if (r->reassembly == NULL)
        out_of_memory();
    ipip_reassembly_tell(r->reassembly, settle_alone, r);
}

static void end_pass(void *context)
{
    struct roundtrip *r = context;

    ipip_reassembly_end(r->reassembly);
    ipip_reassembly_free(r->reassembly);
    outcomes_free(r->outcomes);
}

static int status_of(const struct roundtrip *r)
{
    if (!report_is_written())
        return EXIT_UNWRITABLE;
    if (r->counts.is_unreadable)
        return EXIT_UNREADABLE;
    return roundtrip_sum(&r->summary).different > 0 ? EXIT_FINDINGS : EXIT_CLEAN;
}

/* What --tunnel makes, and what it holds. */
static void prepare_tunnel(struct roundtrip *r)
{
    static const enum ipip_payload types[] = {IPIP_PAYLOAD_IPV4, IPIP_PAYLOAD_IPV6, IPIP_PAYLOAD_ETHERNET};
    static const enum ipip_kind over_udp[IPIP_UDP_ENCAP_COUNT] = {IPIP_KIND_NONE, IPIP_KIND_FOU, IPIP_KIND_GUE};
    const struct ipip_tunnel *tunnel = &r->options.tunnel;

    for (unsigned i = 0; i < G_N_ELEMENTS(types); i++) {
        enum ipip_kind kind = ipip_tunnel_kind(tunnel, types[i]);

        r->held |= kind != IPIP_KIND_NONE ? types[i] : 0;
        if (kind != IPIP_KIND_NONE && tunnel->encap != IPIP_UDP_ENCAP_NONE)
            r->tunnel_kinds.udp[0].protocol = ipip_kind_about(kind)->protocol;
    }
    r->tunnel_kinds.set = tunnel->kinds;
    if (tunnel->encap != IPIP_UDP_ENCAP_NONE) {
        r->tunnel_kinds.udp_count = 1;
        r->tunnel_kinds.udp[0].kind = over_udp[tunnel->encap];
        r->tunnel_kinds.udp[0].port = tunnel->destination_port;
        r->tunnel_kinds.set = IPIP_KIND_BIT(over_udp[tunnel->encap]);
    }
}

int verb_roundtrip(int argc, char **argv)
{
    struct roundtrip r = {0};
    int status;

    if (!options_parse(&r.options, &usage, argc, argv, &status))
        return status;
    if (!r.options.has_tunnel)
        tunnel_from_words(DEFAULT_TUNNEL, &r.options.tunnel, NULL);
    else
        r.words = tunnel_to_words(&r.options.tunnel);
    prepare_tunnel(&r);
    r.reads_all = (r.options.kinds.set & ipip_kinds_all()->set) == ipip_kinds_all()->set;
    r.tunnels = learnt_tunnels_new(&r.options.kinds);
    r.alike = alike_new();
    r.summary.frames = &r.counts;
    two_passes_read(&(struct two_passes){begin_pass, take_packet, end_pass}, &r, &r.options, &r.counts);
    if (!r.options.is_quiet) {
        alike_print(r.alike);
        roundtrip_summary_print(r.options.format, &r.summary);
    }
    alike_free(r.alike);
    status = status_of(&r);

    learnt_tunnels_free(r.tunnels);
    g_free(r.words);
    options_clear(&r.options);
    return status;
}
