/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip tunnels: which tunnels are in the captures, and how they are configured. */
#include "exit_status.h"
#include "frames.h"
#include "ipip/judge.h"
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
    struct ipip_flow *flow;
    struct ipip_judge *judge; /* without a rule: for the layers, and for what ICMP says of the paths */
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

static void observe_packet(struct inventory_run *run, const struct frames *frames)
{
    const struct ipip_stack *stack;
    int64_t time = frames->packet.time;

    ipip_judge_packet(run->judge, &frames->packet);
    stack = ipip_judge_stack(run->judge);
    if (stack->count == 0)
        return;
    if (!frames_inner_matches(frames->options, &frames->packet, stack)) {
        run->counts.filtered++;
        return;
    }
    for (unsigned k = 0; k < stack->count && stack->layers[k].is_tunnel; k++) {
        const struct ipip_layer *outer = &stack->layers[k];
        bool is_last = k + 1 == stack->count;

        if (outer->is_reassembled || (is_last && stack->end == IPIP_END_FRAGMENT))
            seen(run, outer, time)->outer_fragments++;
        if (!is_last) {
            struct tunnel_seen *tunnel = seen(run, outer, time);

            ipip_observe(&tunnel->observation, outer, outer + 1);
            tunnel->bytes += outer->ip.total_bytes;
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

static void ignore(void *context, const struct ipip_finding *finding)
{
    (void)context;
    (void)finding;
}

int verb_tunnels(int argc, char **argv)
{
    struct inventory_run run = {0};
    struct ipip_policy policy = ipip_policy_default();
    int status;

    if (!options_parse(&run.options, &usage, argc, argv, &status))
        return status;
    run.tunnels = tunnels_seen_new();
    run.flow = ipip_flow_new(NULL, random_seed());
    for (size_t i = 0; i < ipip_rules_count(); i++)
        policy.is_off[i] = true;
    run.judge = run.flow != NULL ? ipip_judge_new(&policy, run.flow, ignore, NULL, random_seed()) : NULL;
    if (run.judge == NULL)
        g_error("out of memory");
    for (int i = 0; i < run.options.path_count; i++)
        read_capture(&run, run.options.paths[i]);
    inventory_print(run.options.format, run.tunnels, run.flow, &run.counts);
    status = !report_is_written() ? EXIT_UNWRITABLE : run.counts.is_unreadable ? EXIT_UNREADABLE : EXIT_CLEAN;
    ipip_judge_free(run.judge);
    ipip_flow_free(run.flow);
    tunnels_seen_free(run.tunnels);
    options_clear(&run.options);
    return status;
}
