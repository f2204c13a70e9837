/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip tunnels: which tunnels are in the captures, and how they are configured. */
#include "exit_status.h"
#include "frames.h"
#include "ipip/reassembly.h"
#include "report/inventory.h"
#include "seed.h"
#include "tunnels_seen.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "tunnels",
    .parameters = "CAPTURE...",
    .description =
        "Lists the tunnels, one for each pair of addresses and direction: what their packets show of the\n"
        "configuration, and the `ip tunnel add` line that makes such packets. What the traffic does not tell is\n"
        "said to be not observable; a TTL is as it is where it was captured. Several captures are one run.",
    .groups = OPTIONS_READ | OPTIONS_REPORT,
    .paths_min = 1,
    .paths_max = -1,
};

struct inventory_run {
    struct options options;
    struct frame_counts counts;
    struct tunnels_seen *tunnels;
    struct ipip_reassembly *reassembly;
};

static struct tunnel_seen *seen(struct inventory_run *run, const struct ipip_layer *outer, int64_t time)
{
    struct tunnel_seen *tunnel = tunnels_seen_get(run->tunnels, outer->ip.src, outer->ip.dst);

    if (tunnel->observation.packets == 0 && tunnel->outer_fragments == 0)
        tunnel->first = tunnel->last = time;
    tunnel->first = MIN(tunnel->first, time);
    tunnel->last = MAX(tunnel->last, time);
    return tunnel;
}

/* The tunnel headers from layer `first` on that carry a layer. */
static void observe_layers(struct inventory_run *run, const struct ipip_stack *stack, unsigned first, int64_t time)
{
    for (unsigned k = first; k + 1 < stack->count; k++) {
        const struct ipip_layer *outer = &stack->layers[k];
        struct tunnel_seen *tunnel = seen(run, outer, time);

        ipip_observe(&tunnel->observation, outer, outer + 1);
        tunnel->bytes += outer->ip.total_bytes;
    }
}

static void observe_packet(struct inventory_run *run, const struct frames *frames)
{
    const struct ipip_packet *packet = &frames->packet;
    struct ipip_stack stack;
    struct ipip_whole whole;
    unsigned first = 0;

    if (ipip_stack_read(&stack, packet->ip) != IPIP_OK)
        return;
    if (!frames_inner_matches(frames, &stack)) {
        run->counts.filtered++;
        return;
    }
    for (;;) {
        observe_layers(run, &stack, first, packet->time);
        if (stack.end != IPIP_END_FRAGMENT)
            return;
        first = stack.count - 1;
        seen(run, &stack.layers[first], packet->time)->outer_fragments++;
        if (ipip_reassembly_add(run->reassembly, &stack.layers[first], packet->frame, packet->time, &whole) !=
            IPIP_REASSEMBLY_COMPLETE)
            return;
        ipip_stack_resume(&stack, whole.datagram, whole.ecn);
        if (!frames_inner_matches(frames, &stack)) {
            run->counts.filtered++;
            return;
        }
    }
}

static void read_capture(struct inventory_run *run, const char *path)
{
    struct frames frames;
    enum capture_item item;

    if (!frames_open(&frames, path, &run->options, &run->counts))
        return;
    while ((item = frames_next(&frames)) != CAPTURE_END) {
        if (item == CAPTURE_PACKET && frames.found == IPIP_LINK_IP)
            observe_packet(run, &frames);
    }
    frames_close(&frames);
}

int verb_tunnels(int argc, char **argv)
{
    struct inventory_run run = {0};
    int status;

    if (!options_parse(&run.options, &usage, argc, argv, &status))
        return status;
    run.tunnels = tunnels_seen_new();
    run.reassembly = ipip_reassembly_new(IPIP_REASSEMBLY_DEFAULT_BYTES, random_seed());
    if (run.reassembly == NULL)
        g_error("out of memory");
    for (int i = 0; i < run.options.path_count; i++)
        read_capture(&run, run.options.paths[i]);
    inventory_print(run.options.format, run.tunnels, &run.counts);
    status = !report_is_written() ? EXIT_UNWRITABLE : run.counts.is_unreadable ? EXIT_UNREADABLE : EXIT_CLEAN;
    ipip_reassembly_free(run.reassembly);
    tunnels_seen_free(run.tunnels);
    options_clear(&run.options);
    return status;
}
