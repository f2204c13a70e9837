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
        "stands where its last fragment was. Packets without a tunnel are kept unless --only-tunnel.",
    .groups = OPTIONS_WRITE | OPTIONS_DECAP | OPTIONS_READ | OPTIONS_QUIET,
    .operand = "capture",
    .paths_min = 1,
    .paths_max = 1,
};

static enum transform_result decap_packet(struct transform *t)
{
    const struct ipip_packet *packet = &t->frames.packet;
    uint8_t head[IPIP_DECAP_HEAD_MAX];
    struct ipip_splice splice;
    struct ipip_stack stack;
    enum ipip_status status;
    unsigned depth;

    if (!ipip_unwrap(&stack, t->context, packet, t->options->depth, &t->counts.unwrapped))
        return TRANSFORM_HELD;
    if (!frames_inner_matches(t->options, packet, &stack))
        return TRANSFORM_FILTERED;
    if (stack.count == 0 || !stack.layers[0].is_tunnel)
        return TRANSFORM_NOT_CONCERNED;
    depth = MAX(1, MIN(t->options->depth, ipip_stack_tunnels(&stack)));
    status = ipip_decap(&splice, head, sizeof head, &stack, depth, t->options->ecn_decap);
    if (status == IPIP_OK)
        return transform_write(t, head, &splice);
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
