/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip decap: strip tunnel headers. */
#include "exit_status.h"
#include "frames.h"
#include "out_of_memory.h"
#include "seed.h"
#include "transform.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "decap",
    .parameters = "-w OUT CAPTURE",
    .description =
        "Strips the outermost tunnel header of every IPv4-in-IPv4 packet, or more with --depth or --all, and\n"
        "merges the ECN fields as a decapsulator does. Outer fragments are reassembled first; the datagram\n"
        "takes the place of its last fragment. Carriers of tunnel packets (ERSPAN, GRE, VXLAN, Geneve) are\n"
        "stripped, too. Packets without a tunnel are kept unless --only-tunnel. Packets that an IP stack would\n"
        "drop are decapsulated and counted by reason; --drop-invalid leaves them out.",
    .groups = OPTIONS_WRITE | OPTIONS_DECAP | OPTIONS_READ | OPTIONS_QUIET,
    .operand = "capture",
    .paths_min = 1,
    .paths_max = 1,
};

/* The headers to strip, and one more if there are none: it is the one that is wrong. */
static unsigned depth_of(const struct transform *t, const struct ipip_stack *stack)
{
    return MAX(1, MIN(t->options->depth, ipip_stack_tunnels(stack)));
}

/* Why an IP stack drops the tunnel packet, where that is to be reported, or done. */
static inline struct ipip_drop drop_of(const struct transform *t, const struct ipip_stack *stack)
{
    if (t->options->is_quiet && !t->options->is_without_invalid)
        return (struct ipip_drop){IPIP_DROP_NOTHING, false};
    return ipip_drop_find(stack, depth_of(t, stack), t->frame.packet.is_loopback);
}

static enum transform_result decap_stack(struct transform *t, const struct ipip_stack *stack)
{
    uint8_t head[IPIP_DECAP_HEAD_MAX];
    struct packet_pieces packet;
    enum ipip_status status =
        ipip_decap(&packet.ip, head, sizeof head, stack, depth_of(t, stack), t->options->ecn_decap);

    packet.head = head;
    if (status == IPIP_OK)
        return transform_write(t, &packet);
    transform_refused(t, status);
    return status == IPIP_ECN_DROP ? TRANSFORM_DROPPED : TRANSFORM_REFUSED;
}

/*
 * Reassembles what came in fragments. A fragment that is dropped is not there to be reassembled, and of a datagram that became whole
 * `*drop` is why that is dropped. FALSE where it must wait for others.
 */
static G_GNUC_NO_INLINE gboolean unwrap(struct transform *t, struct ipip_stack *stack, struct ipip_drop *drop)
{
    uint64_t reassembled = t->counts.unwrapped.datagrams;

    transform_wait_for_turn(t);
    if (drop->why != IPIP_DROP_NOTHING && t->options->is_without_invalid)
        return TRUE;
    if (!ipip_unwrap(stack, ipip_kinds_judged(), t->context, &t->frame.packet, t->options->depth,
                     &t->counts.unwrapped)) {
        if (drop->why != IPIP_DROP_NOTHING)
            transform_dropped(t, *drop);
        return FALSE;
    }
    if (drop->why == IPIP_DROP_NOTHING && t->counts.unwrapped.datagrams > reassembled)
        *drop = drop_of(t, stack);
    return TRUE;
}

static enum transform_result decap_packet(struct transform *t)
{
    const struct options *options = t->options;
    struct ipip_drop drop = {IPIP_DROP_NOTHING, false};
    enum transform_result result;
    struct ipip_stack stack;
    gboolean is_tunnel;

    ipip_stack_read(&stack, ipip_kinds_judged(), t->frame.packet.ip);
    if (stack.carrier_bytes != 0)
        transform_leave_carrier(t);
    is_tunnel = stack.count > 0 && stack.layers[0].kind != IPIP_KIND_NONE;
    if (is_tunnel)
        drop = drop_of(t, &stack);
    if (is_tunnel && stack.end == IPIP_END_FRAGMENT && !unwrap(t, &stack, &drop))
        return TRANSFORM_HELD;
    if (options->inner != NULL && !frames_inner_matches(options, &t->frame.packet, &stack))
        return TRANSFORM_FILTERED;
    if (!is_tunnel)
        return TRANSFORM_NOT_CONCERNED;
    result = drop.why != IPIP_DROP_NOTHING && options->is_without_invalid ? TRANSFORM_DROPPED : decap_stack(t, &stack);
    if (drop.why != IPIP_DROP_NOTHING && (result == TRANSFORM_DONE || options->is_without_invalid))
        transform_dropped(t, drop);
    return result;
}

int verb_decap(int argc, char **argv)
{
    struct options options;
    struct ipip_reassembly *reassembly;
    int status;

    if (!options_parse(&options, &usage, argc, argv, &status))
        return status;
    reassembly = ipip_reassembly_new(IPIP_REASSEMBLY_DEFAULT_BYTES, random_seed());
    if (reassembly == NULL)
        out_of_memory();
    status = transform_run(&options, "decapsulated", decap_packet, reassembly, reassembly);
    ipip_reassembly_free(reassembly);
    options_clear(&options);
    return status;
}
