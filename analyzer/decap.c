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
        "stands where its last fragment was. Packets without a tunnel are kept unless --only-tunnel. What is\n"
        "decapsulated though an IP stack would drop it is counted by reason, and left out with --drop-invalid.",
    .groups = OPTIONS_WRITE | OPTIONS_DECAP | OPTIONS_READ | OPTIONS_QUIET,
    .operand = "capture",
    .paths_min = 1,
    .paths_max = 1,
};

static struct ipip_drop drop_of(const struct transform *t, const struct ipip_stack *stack, unsigned depth)
{
    if (stack->count == 0 || !stack->layers[0].is_tunnel)
        return (struct ipip_drop){IPIP_DROP_NOTHING, false};
    return ipip_drop_find(stack, depth, t->frames.packet.is_loopback);
}

/* The headers to strip, and one more if there are none: it is the one that is wrong. */
static unsigned depth_of(const struct transform *t, const struct ipip_stack *stack)
{
    return MAX(1, MIN(t->options->depth, ipip_stack_tunnels(stack)));
}

static enum transform_result decap_packet(struct transform *t)
{
    const struct ipip_packet *packet = &t->frames.packet;
    uint8_t head[IPIP_DECAP_HEAD_MAX];
    struct ipip_splice splice;
    struct ipip_stack stack;
    uint64_t reassembled = t->counts.unwrapped.datagrams;
    struct ipip_drop drop;
    enum ipip_status status;

    ipip_stack_read(&stack, packet->ip);
    drop = drop_of(t, &stack, depth_of(t, &stack));
    /* A fragment that is dropped is not there to be reassembled. */
    if (drop.why == IPIP_DROP_NOTHING || !t->options->is_without_invalid) {
        if (!ipip_unwrap(&stack, t->context, packet, t->options->depth, &t->counts.unwrapped)) {
            transform_dropped(t, drop);
            return TRANSFORM_HELD;
        }
        if (drop.why == IPIP_DROP_NOTHING && t->counts.unwrapped.datagrams > reassembled)
            drop = drop_of(t, &stack, depth_of(t, &stack));
    }
    if (!frames_inner_matches(t->options, packet, &stack))
        return TRANSFORM_FILTERED;
    if (stack.count == 0 || !stack.layers[0].is_tunnel)
        return TRANSFORM_NOT_CONCERNED;
    if (drop.why != IPIP_DROP_NOTHING && t->options->is_without_invalid) {
        transform_dropped(t, drop);
        return TRANSFORM_DROPPED;
    }
    status = ipip_decap(&splice, head, sizeof head, &stack, depth_of(t, &stack), t->options->ecn_decap);
    if (status == IPIP_OK) {
        transform_dropped(t, drop);
        return transform_write(t, head, &splice);
    }
    transform_refused(t, status);
    return status == IPIP_ECN_DROP ? TRANSFORM_DROPPED : TRANSFORM_REFUSED;
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
