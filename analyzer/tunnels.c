/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip tunnels: which tunnels are in the captures, and how they are configured. */
#include "exit_status.h"
#include "frames.h"
#include "ipip/judge.h"
#include "judged_chunks.h"
#include "live_options.h"
#include "out_of_memory.h"
#include "report/inventory.h"
#include "sandbox.h"
#include "seed.h"
#include "tunnels_seen.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "tunnels",
    .parameters = "CAPTURE...",
    .description =
        "Lists the tunnels of all kinds, or those of --kinds, one for each direction: what their packets show of the "
        "configuration, and the `ip tunnel add` or `ip link add` line that makes such packets. A direction is a pair "
        "of addresses with a kind, and the GRE key or the UDP port. What the traffic does not show is "
        "\"not observable\". A TTL is \"as captured\" where routers may have decremented it; --vantage SRC=entry "
        "declares that the packets from SRC were captured at the encapsulator. Several captures are one run, "
        "read one after the other. With -i it captures, and lists what has come at Ctrl-C.",
    .groups = OPTIONS_KINDS | OPTIONS_READ | OPTIONS_VANTAGE | OPTIONS_REPORT | OPTIONS_SOURCES | OPTIONS_LIVE,
    .operand = "capture",
    .paths_min = 1,
    .paths_max = -1,
};

struct inventory_run {
    struct options options;
    struct frame_counts counts;
    uint64_t filtered; /* by --inner; others are counted by the thread that reads */
    struct tunnels_seen seen;
    struct ipip_judge *judge; /* without a rule: for the layers, and for the paths that ICMP shows */
};

static void observe_packet(void *context, const struct ipip_packet *packet, const struct ipip_stack *stack,
                           uint32_t copied)
{
    struct inventory_run *run = context;

    if (stack->count == 0)
        return;
    if (run->options.inner != NULL && !frames_inner_matches(&run->options, packet, stack)) {
        run->filtered++;
        return;
    }
    tunnels_seen_take(&run->seen, packet, stack, copied);
    if (ipip_inventory_is_out_of_memory(run->seen.tunnels))
        out_of_memory();
}

static void judge_packets(void *context, struct ipip_batch *packets)
{
    struct inventory_run *run = context;

    ipip_judge_batch(run->judge, packets);
    if (ipip_judge_is_out_of_memory(run->judge))
        out_of_memory();
}

static void read_captures(struct inventory_run *run)
{
    struct judged_use use = {
        .judge = run->judge, .judge_packets = judge_packets, .observe = observe_packet, .context = run};
    struct chunk_threads *threads = judged_chunks_new(&use, run->options.jobs);

    for (int i = 0; i < run->options.path_count; i++) {
        const char *path = run->options.paths[i];
        struct frames frames;

        if (!frames_open(&frames, path, path, &run->options, &run->counts))
            continue;
        chunk_threads_read(threads, &frames);
        frames_close(&frames);
    }
    chunk_threads_free(threads);
    run->counts.filtered += run->filtered;
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
    if (!live_options_open(&run.options, &status)) {
        live_options_abandon(&run.options);
        options_clear(&run.options);
        return status;
    }
    sandbox_enter(&run.options, 0);
    run.seen = tunnels_seen_new(&run.options.kinds);
    policy.kinds = &run.options.kinds;
    policy.vantages = run.options.policy.vantages;
    policy.vantage_count = run.options.policy.vantage_count;
    for (size_t i = 0; i < ipip_rules_count(); i++)
        policy.is_off[i] = true;
    run.judge = ipip_judge_new(&policy, NULL, ignore, NULL, random_seed());
    if (run.judge == NULL)
        out_of_memory();
    read_captures(&run);
    ipip_inventory_find_6rd(run.seen.tunnels);
    inventory_print(&run.options, &(struct tunnel_list){run.seen.tunnels, run.seen.carriers, run.judge, &run.counts});
    status = !report_is_written() ? EXIT_UNWRITABLE : run.counts.is_unreadable ? EXIT_UNREADABLE : EXIT_CLEAN;
    ipip_judge_free(run.judge);
    tunnels_seen_clear(&run.seen);
    status = live_options_close(&run.options, status);
    options_clear(&run.options);
    return status;
}
