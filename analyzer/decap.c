/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip decap: strip tunnel headers. */
#include "exit_status.h"
#include "frames.h"
#include "ipip/admission.h"
#include "out_of_memory.h"
#include "seed.h"
#include "transform.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "decap",
    .parameters = "-w OUT CAPTURE",
    .description =
        "Strips the outermost tunnel header of every tunnel packet, or more with --depth or --all, and merges the "
        "ECN fields as a decapsulator does. All kinds of tunnels are stripped, or those of --kinds. Of an Ethernet "
        "frame in a tunnel (gretap, ERSPAN) the frame is written, in captures of link type Ethernet; a mirrored one "
        "ends --all, and so do MPLS labels, which stay. Outer fragments are reassembled first; the datagram takes the "
        "place of its last fragment. "
        "Carriers of tunnel packets (VXLAN, Geneve, and with --kinds also GRE and ERSPAN) are stripped, too. "
        "Packets without a tunnel are kept unless --only-tunnel. Packets that an IP stack would drop are "
        "decapsulated and counted by reason; --drop-invalid leaves them out. With --tunnel, the words of the exit, "
        "only packets of that tunnel are stripped, and what it demands counts among the reasons: the checksums and "
        "sequence numbers of GRE, the addresses that 6to4, 6rd and ISATAP embed.",
    .groups =
        OPTIONS_WRITE | OPTIONS_DECAP | OPTIONS_TUNNEL | OPTIONS_KINDS | OPTIONS_READ | OPTIONS_RESULT | OPTIONS_QUIET,
    .kinds = IPIP_ENCAP_KINDS | IPIP_KIND_BIT(IPIP_KIND_FOU) | IPIP_KIND_BIT(IPIP_KIND_GUE),
    .operand = "capture",
    .paths_min = 1,
    .paths_max = 1,
};

/* For all threads. */
struct decapsulator {
    struct ipip_reassembly *reassembly;
    struct ipip_admission exit; /* with --tunnel */
};

/* What comes out of a mirror is evidence, and no path of its own: --all ends there. */
static G_GNUC_NO_INLINE unsigned depth_to_mirror(const struct ipip_stack *stack, unsigned depth)
{
    for (unsigned k = 0; k < MIN(depth, stack->count); k++) {
        const struct ipip_kind_about *about = ipip_kind_about((enum ipip_kind)stack->layers[k].kind);

        if (about != NULL && about->shims[1] == IPIP_SHIM_ERSPAN)
            return k + 1;
    }
    return depth;
}

/* The headers to strip, and one more if there are none: it is the one that is wrong. */
static unsigned depth_of(const struct transform *t, const struct ipip_stack *stack)
{
    unsigned there = ipip_decap_depth(stack, &t->options->kinds);
    unsigned depth = MAX(1, MIN(t->options->depth, there));

    return t->options->is_all ? depth_to_mirror(stack, depth) : depth;
}

/* Why the tunnel of --tunnel does not take it. */
static G_GNUC_NO_INLINE struct ipip_drop drop_by_tunnel(struct transform *t, const struct ipip_stack *stack)
{
    struct decapsulator *d = t->context;
    enum ipip_drop_why why;

    if (d->exit.tunnel.in.has_sequence)
        transform_wait_for_turn(t);
    why = ipip_admission_take(&d->exit, stack, &t->options->kinds);
    return (struct ipip_drop){why, false};
}

/* A datagram that shows whose it is only when it is whole can't be kept: what held its other fragments is gone by. */
static G_GNUC_NO_INLINE enum transform_result leave_to_others(struct transform *t, const struct ipip_stack *stack)
{
    if (stack->layers[0].is_reassembled) {
        transform_dropped(t, (struct ipip_drop){IPIP_DROP_OTHER_TUNNEL, false});
        return TRANSFORM_DROPPED;
    }
    transform_explain(t, TRANSFORM_OTHER_TUNNEL);
    t->counts.of_others++;
    return TRANSFORM_NOT_CONCERNED;
}

/* No tunnel packet, as far as can be seen. */
static inline enum transform_result leave_packet(struct transform *t, enum ipip_status status)
{
    if (status != IPIP_TRUNCATED)
        return TRANSFORM_NOT_CONCERNED;
    transform_refused(t, status);
    return TRANSFORM_REFUSED;
}

/* Why an IP stack drops the tunnel packet, where that is to be reported, or done. */
static inline struct ipip_drop drop_of(const struct transform *t, const struct ipip_stack *stack, unsigned depth)
{
    if (t->options->is_quiet && !t->options->is_without_invalid)
        return (struct ipip_drop){IPIP_DROP_NOTHING, false};
    return ipip_drop_find(stack, &t->options->kinds, depth, t->frame.packet.is_loopback);
}

static enum transform_result write_leaving(struct transform *t, struct packet_pieces *packet, enum ipip_payload type)
{
    static const uint8_t announced[] = {
        [IPIP_PAYLOAD_IPV4] = IPIP_ANNOUNCED_IPV4,
        [IPIP_PAYLOAD_IPV6] = IPIP_ANNOUNCED_IPV6,
        [IPIP_PAYLOAD_MPLS] = IPIP_ANNOUNCED_MPLS,
    };

    if (type == IPIP_PAYLOAD_ETHERNET)
        return transform_write_frame(t, packet);
    t->version = (enum ipip_announced)announced[type];
    return transform_write(t, packet);
}

static enum transform_result decap_stack(struct transform *t, const struct ipip_stack *stack, unsigned depth)
{
    uint8_t head[IPIP_DECAP_HEAD_MAX];
    struct packet_pieces packet = {.head = head};
    enum ipip_payload type;
    enum ipip_status status =
        ipip_decap(&packet.ip, &type, head, sizeof head, stack, &t->options->kinds, depth, t->options->ecn_decap);

    if (status == IPIP_OK)
        return write_leaving(t, &packet, type);
    transform_refused(t, status);
    return status == IPIP_ECN_DROP ? TRANSFORM_DROPPED : TRANSFORM_REFUSED;
}

static gboolean is_of_tunnel(const struct ipip_stack *stack)
{
    return stack->count > 0 && stack->layers[0].kind != IPIP_KIND_NONE;
}

/* Of another tunnel than that of --tunnel. */
static inline gboolean is_of_another(const struct transform *t, const struct ipip_stack *stack)
{
    const struct decapsulator *d = t->context;

    return t->options->has_tunnel && is_of_tunnel(stack) && !ipip_admission_claims(&d->exit, stack, &t->options->kinds);
}

/*
 * Reassembles what came in fragments, and unfolds. A fragment that is dropped is not there to be reassembled, and of a datagram that
 * became whole `*drop` is why that is dropped. FALSE where it must wait for others.
 */
static G_GNUC_NO_INLINE gboolean unwrap(struct transform *t, struct ipip_stack *stack, struct ipip_drop *drop)
{
    const struct ipip_layer *innermost = &stack->layers[stack->count - 1];
    struct ipip_reassembly *reassembly = ((struct decapsulator *)t->context)->reassembly;
    const struct ipip_reassembly_counts *fragments = ipip_reassembly_counts(reassembly);
    struct ipip_reassembly_counts before;
    uint64_t reassembled = t->counts.unwrapped.datagrams;
    unsigned count = stack->count;

    transform_wait_for_turn(t);
    before = *fragments;
    if (!is_of_tunnel(stack) && ipip_reassembly_first(reassembly, innermost).data != NULL)
        *drop = drop_of(t, stack, depth_of(t, stack));
    if (drop->why != IPIP_DROP_NOTHING && t->options->is_without_invalid)
        return TRUE;
    if (!ipip_unwrap(stack, &t->options->kinds, reassembly, &t->frame.packet, t->options->depth,
                     &t->counts.unwrapped)) {
        if (drop->why != IPIP_DROP_NOTHING)
            transform_dropped(t, *drop);
        if (fragments->overlapping > before.overlapping)
            transform_explain(t, TRANSFORM_INCOMPLETE);
        else if (fragments->duplicates > before.duplicates)
            transform_explain(t, TRANSFORM_REPEATED);
        return FALSE;
    }
    if (drop->why == IPIP_DROP_NOTHING && (t->counts.unwrapped.datagrams > reassembled || stack->count > count))
        *drop = drop_of(t, stack, depth_of(t, stack));
    return TRUE;
}

static enum transform_result decap_packet(struct transform *t)
{
    const struct options *options = t->options;
    struct ipip_drop drop = {IPIP_DROP_NOTHING, false};
    enum transform_result result;
    struct ipip_stack stack;
    enum ipip_status status;
    gboolean is_others;
    unsigned depth = 1;

    status = ipip_stack_read(&stack, &options->kinds, t->frame.packet.ip);
    if (stack.carrier_bytes != 0)
        transform_leave_carrier(t);
    is_others = is_of_another(t, &stack);
    if (is_of_tunnel(&stack) && !is_others)
        drop = drop_of(t, &stack, depth = depth_of(t, &stack));
    if (stack.count > 0 && !is_others && (stack.end == IPIP_END_FRAGMENT || stack.end == IPIP_END_FOLDED)) {
        if (!unwrap(t, &stack, &drop))
            return TRANSFORM_HELD;
        depth = depth_of(t, &stack);
        is_others = is_of_another(t, &stack);
    }
    if (options->inner != NULL && !frames_inner_matches(options, &t->frame.packet, &stack))
        return TRANSFORM_FILTERED;
    if (is_others)
        return leave_to_others(t, &stack);
    if (!is_of_tunnel(&stack) && drop.why == IPIP_DROP_NOTHING)
        return leave_packet(t, status);
    if (drop.why == IPIP_DROP_NOTHING && options->has_tunnel)
        drop = drop_by_tunnel(t, &stack);
    result = drop.why != IPIP_DROP_NOTHING && options->is_without_invalid ? TRANSFORM_DROPPED
                                                                          : decap_stack(t, &stack, depth);
    if (drop.why != IPIP_DROP_NOTHING && (result == TRANSFORM_DONE || options->is_without_invalid))
        transform_dropped(t, drop);
    t->counts.kinds[stack.layers[0].kind] += result == TRANSFORM_DONE;
    return result;
}

int verb_decap(int argc, char **argv)
{
    struct options options;
    struct decapsulator decapsulator;
    int status;

    if (!options_parse(&options, &usage, argc, argv, &status))
        return status;
    decapsulator.reassembly = ipip_reassembly_new(IPIP_REASSEMBLY_DEFAULT_BYTES, random_seed());
    if (decapsulator.reassembly == NULL)
        out_of_memory();
    decapsulator.exit = ipip_admission_of(&options.tunnel);
    status = transform_run(&options, "decapsulated", decap_packet, &decapsulator, decapsulator.reassembly);
    ipip_reassembly_free(decapsulator.reassembly);
    options_clear(&options);
    return status;
}
