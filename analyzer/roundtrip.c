/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip roundtrip: decapsulate, encapsulate again, compare every octet. */
#include "exit_status.h"
#include "frames.h"
#include "ipip/reassembly.h"
#include "learnt_tunnels.h"
#include "out_of_memory.h"
#include "outcomes.h"
#include "reencap.h"
#include "report/difference.h"
#include "say.h"
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
        "tunnel's packets, and compares all octets. Every other IPv4 packet is encapsulated under --tunnel (by\n"
        "default " DEFAULT_TUNNEL ") and decapsulated.\n"
        "The captures are read twice; a pipe is copied to a temporary file first.",
    .groups = OPTIONS_TUNNEL | OPTIONS_READ | OPTIONS_REPORT | OPTIONS_QUIET,
    .kinds = IPIP_KIND_BIT(IPIP_KIND_IPIP),
    .operand = "capture",
    .paths_min = 1,
    .paths_max = -1,
};

/* Frames are numbered over all captures: the number of the capture, then that of the frame in it. */
enum { FRAME_BITS = 48 };

struct roundtrip {
    struct options options;
    struct frame_counts counts;
    struct roundtrip_summary summary;
    struct learnt_tunnels *tunnels;
    struct ipip_reassembly *reassembly;
    struct outcomes *outcomes; /* of fragments that wait */
    gboolean is_learning;      /* the first pass */
    uint64_t capture;          /* its number */
    struct frames *frames;
    struct outcome outcome; /* of the frame at hand */
};

static void worsen(struct roundtrip *r, enum roundtrip_result result, unsigned reason)
{
    say_no_more(); /* a difference may be printed next */
    outcome_worsen(&r->outcome, result, reason);
}

static uint64_t frame_id(const struct roundtrip *r)
{
    return r->capture << FRAME_BITS | r->frames->frame.packet.frame;
}

static struct site site_of(const struct roundtrip *r, uint64_t frame)
{
    return (struct site){.file = r->options.names[r->capture], .frame = frame, .time = r->frames->capture->record.time};
}

/* Reports every field in which two headers differ. */
static void report_header(struct roundtrip *r, struct difference *d)
{
    const struct header_field *field;
    unsigned next = 0;

    worsen(r, ROUNDTRIP_DIFFERENT, IPIP_OK);
    while (!r->options.is_quiet && (field = header_diff_next(d->expected, d->actual, &next)) != NULL) {
        d->field = field;
        difference_print(r->options.format, d);
    }
}

static char *configuration_words(const struct reencap_tunnel *tunnel)
{
    char *words = tunnel_to_words(&tunnel->tunnel);
    char *all;

    if (tunnel->hops == 0)
        return words;
    all = g_strdup_printf("%s, %u hop%s away", words, tunnel->hops, tunnel->hops == 1 ? "" : "s");
    g_free(words);
    return all;
}

/* The fragments of a datagram must have the headers that fragmenting the expected one makes. */
static void compare_fragments(struct roundtrip *r, const struct ipip_whole *whole, const uint8_t *expected,
                              const struct difference *about)
{
    for (unsigned i = 0; i < whole->count; i++) {
        const struct ipip_fragment *fragment = &whole->fragments[i];
        struct difference d = *about;
        uint8_t header[IPIP_IPV4_HEADER_MIN];
        unsigned next = 0;

        reencap_fragment(header, expected, fragment->offset, fragment->bytes, i + 1 == whole->count,
                         (fragment->header[1] & 3) == IPIP_CE);
        if (header_diff_next(header, fragment->header, &next) == NULL)
            continue;
        d.site = site_of(r, fragment->frame & (((uint64_t)1 << FRAME_BITS) - 1));
        d.expected = header;
        d.actual = fragment->header;
        report_header(r, &d);
    }
}

/* Layer `k` carries layer k + 1; `whole` is what it was reassembled from, or NULL. */
static void compare_layer(struct roundtrip *r, const struct ipip_stack *stack, unsigned k,
                          const struct ipip_whole *whole)
{
    const struct ipip_layer *outer = &stack->layers[k];
    const struct reencap_tunnel *tunnel;
    struct difference d;
    struct reencap again;
    char *words;

    if (r->is_learning) {
        learnt_tunnels_add(r->tunnels, outer);
        return;
    }
    if (outer->shim_bytes > 0) {
        worsen(r, ROUNDTRIP_NOT_COMPARABLE, IPIP_NOT_A_TUNNEL);
        return;
    }
    tunnel = learnt_tunnels_find(r->tunnels, &outer->ip);
    if (tunnel == NULL) {
        worsen(r, ROUNDTRIP_NOT_COMPARABLE, ROUNDTRIP_FORGOTTEN);
        return;
    }
    reencap_layer(&again, stack, k, tunnel);
    if (again.status != IPIP_OK) {
        worsen(r, ROUNDTRIP_NOT_COMPARABLE, again.status);
        return;
    }
    r->outcome.is_ce_marked |= again.is_ce_marked;
    if (again.is_identical && whole == NULL)
        return;
    words = configuration_words(tunnel);
    d = (struct difference){
        .site = site_of(r, r->frames->capture->record.frame),
        .is_tunnel = TRUE,
        .src = outer->ip.src,
        .dst = outer->ip.dst,
        .layer = k,
        .expected = again.expected,
        .actual = outer->bytes.data,
        .configuration = words,
    };
    if (again.is_payload_different) {
        worsen(r, ROUNDTRIP_DIFFERENT, IPIP_OK);
        if (!r->options.is_quiet)
            difference_print(r->options.format, &d);
    }
    if (whole != NULL)
        compare_fragments(r, whole, again.expected, &d);
    else if (!again.is_identical)
        report_header(r, &d);
    g_free(words);
}

/* Why the innermost tunnel header could not be compared, if so. */
static void judge_end(struct roundtrip *r, const struct ipip_stack *stack)
{
    static const enum ipip_status reasons[IPIP_END_COUNT] = {
        [IPIP_END_CUT] = IPIP_TRUNCATED,          [IPIP_END_NO_ROOM] = IPIP_MALFORMED,
        [IPIP_END_INNER_VERSION] = IPIP_NOT_IPV4, [IPIP_END_BAD_HEADER] = IPIP_MALFORMED,
        [IPIP_END_FRAGMENT] = IPIP_FRAGMENT,
    };

    if (reasons[stack->end] != IPIP_OK)
        worsen(r, ROUNDTRIP_NOT_COMPARABLE, reasons[stack->end]);
}

static void count(struct roundtrip_summary *s, const struct outcome *outcome)
{
    switch (outcome->result) {
    case ROUNDTRIP_IDENTICAL:
        s->identical += outcome->frames;
        s->ce_marked += outcome->is_ce_marked ? outcome->frames : 0;
        break;
    case ROUNDTRIP_DIFFERENT:
        s->different += outcome->frames;
        break;
    case ROUNDTRIP_NOT_COMPARABLE:
        s->not_comparable += outcome->frames;
        s->reasons[outcome->reason] += outcome->frames;
        break;
    }
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

/* Compares what the layers show, and, where a fragment completes a datagram, that too: then all its frames share the outcome. */
static void roundtrip_tunnel(struct roundtrip *r, struct ipip_stack *stack)
{
    const struct ipip_whole *held = NULL;
    struct ipip_whole whole;
    unsigned first = 0;

    r->summary.tunnel_packets += !r->is_learning;
    for (;;) {
        for (unsigned k = first; k + 1 < stack->count; k++)
            compare_layer(r, stack, k, k == first ? held : NULL);
        if (stack->end != IPIP_END_FRAGMENT)
            break;
        first = stack->count - 1;
        switch (ipip_reassembly_add(r->reassembly, &stack->layers[first], frame_id(r), r->frames->frame.packet.time,
                                    &whole)) {
        case IPIP_REASSEMBLY_COMPLETE:
            held = &whole;
            for (unsigned i = 0; i < whole.count; i++)
                outcomes_join(r->outcomes, whole.fragments[i].frame, &r->outcome);
            ipip_stack_resume(stack, ipip_kinds_ipip(), whole.datagram, whole.ecn);
            if (!frames_inner_matches(&r->options, &r->frames->frame.packet, stack)) {
                r->frames->counts->filtered += r->outcome.frames;
                return;
            }
            continue;
        case IPIP_REASSEMBLY_HELD:
            outcomes_hold(r->outcomes, frame_id(r), &r->outcome);
            return;
        case IPIP_REASSEMBLY_CUT:
            worsen(r, ROUNDTRIP_NOT_COMPARABLE, IPIP_TRUNCATED);
            break;
        default:
            worsen(r, ROUNDTRIP_NOT_COMPARABLE, IPIP_FRAGMENT);
        }
        settle(r);
        return;
    }
    judge_end(r, stack);
    settle(r);
}

static void roundtrip_plain(struct roundtrip *r, const struct ipip_stack *stack)
{
    const struct ipip_layer *layer = &stack->layers[0];
    struct ipip_bytes packet = layer->bytes;
    struct difference d = {.site = site_of(r, r->frames->capture->record.frame), .configuration = DEFAULT_TUNNEL};
    struct reencap again;

    if (r->is_learning)
        return;
    if (layer->ip.total_bytes != 0 && layer->ip.total_bytes <= packet.wire)
        packet = ipip_bytes_first(packet, layer->ip.total_bytes); /* without the link layer's padding */
    reencap_packet(&again, packet, &r->options.tunnel);
    if (again.status != IPIP_OK) {
        worsen(r, ROUNDTRIP_NOT_COMPARABLE, again.status);
    } else if (!again.is_identical) {
        worsen(r, ROUNDTRIP_DIFFERENT, IPIP_OK);
        if (!r->options.is_quiet)
            difference_print(r->options.format, &d);
    }
    settle(r);
}

static void roundtrip_frame(struct roundtrip *r)
{
    struct ipip_bytes packet = r->frames->frame.packet.ip;
    struct ipip_stack stack;
    gboolean is_read;

    if (!r->frames->frame.is_selected ||
        (r->frames->frame.found != IPIP_LINK_IP && r->frames->frame.found != IPIP_LINK_OTHER))
        return;
    r->outcome = (struct outcome){.frames = 1};
    is_read = r->frames->frame.found == IPIP_LINK_IP && ipip_stack_read(&stack, ipip_kinds_ipip(), packet) == IPIP_OK;
    if (r->frames->frame.found == IPIP_LINK_OTHER || (!is_read && packet.captured > 0 && packet.data[0] >> 4 != 4)) {
        r->summary.not_ipv4 += !r->is_learning;
        return;
    }
    if (!is_read) {
        worsen(r, ROUNDTRIP_NOT_COMPARABLE, IPIP_TRUNCATED);
        settle(r);
        return;
    }
    if (!frames_inner_matches(&r->options, &r->frames->frame.packet, &stack)) {
        r->frames->counts->filtered++;
        return;
    }
    if (stack.layers[0].kind != IPIP_KIND_NONE)
        roundtrip_tunnel(r, &stack);
    else
        roundtrip_plain(r, &stack);
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
    return r->summary.different > 0 ? EXIT_FINDINGS : EXIT_CLEAN;
}

int verb_roundtrip(int argc, char **argv)
{
    struct roundtrip r = {0};
    int status;

    if (!options_parse(&r.options, &usage, argc, argv, &status))
        return status;
    if (!r.options.has_tunnel)
        tunnel_from_words(DEFAULT_TUNNEL, &r.options.tunnel, NULL);
    r.tunnels = learnt_tunnels_new();
    r.summary.frames = &r.counts;
    two_passes_read(&(struct two_passes){begin_pass, take_packet, end_pass}, &r, &r.options, &r.counts);
    if (!r.options.is_quiet)
        roundtrip_summary_print(r.options.format, &r.summary);
    status = status_of(&r);

    learnt_tunnels_free(r.tunnels);
    options_clear(&r.options);
    return status;
}
