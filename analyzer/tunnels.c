/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip tunnels: which tunnels are in the captures, and how they are configured. */
#include "exit_status.h"
#include "frames.h"
#include "ipip/inventory.h"
#include "ipip/judge.h"
#include "out_of_memory.h"
#include "report/inventory.h"
#include "seed.h"
#include "tunnel_carriers.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "tunnels",
    .parameters = "CAPTURE...",
    .description =
        "Lists the tunnels, one for each pair of addresses and direction: what their packets show of the\n"
        "configuration, and the `ip tunnel add` line that makes such packets. What the traffic does not show is\n"
        "\"not observable\". A TTL is \"as captured\" where routers may have decremented it; --vantage SRC=entry\n"
        "declares that the packets from SRC were captured at the encapsulator. Several captures are one run,\n"
        "read one after the other.",
    .groups = OPTIONS_READ | OPTIONS_VANTAGE | OPTIONS_REPORT | OPTIONS_SOURCES,
    .operand = "capture",
    .paths_min = 1,
    .paths_max = -1,
};

struct inventory_run {
    struct options options;
    struct frame_counts counts;
    struct ipip_inventory *tunnels;
    struct carriers_of_tunnels *carriers;
    struct ipip_judge *judge; /* without a rule: for the layers, and for the paths that ICMP shows */
};

static void observe_packet(struct inventory_run *run, const struct frames *frames)
{
    const struct ipip_stack *stack;
    uint32_t copied;

    ipip_judge_packets(run->judge, &frames->packet, 1);
    copied = ipip_judge_copied(run->judge);
    stack = ipip_judge_stack(run->judge);
    if (stack->count == 0)
        return;
    if (!frames_inner_matches(frames->options, &frames->packet, stack)) {
        run->counts.filtered++;
        return;
    }
    ipip_inventory_add(run->tunnels, stack, copied, frames->packet.time);
    if (stack->carrier_bytes != 0)
        carriers_of_tunnels_add(run->carriers, run->tunnels, stack, frames->packet.ip);
}

static void read_capture(struct inventory_run *run, const char *path)
{
    struct frames frames;
    enum capture_item item;

    if (!frames_open(&frames, path, path, &run->options, &run->counts))
        return;
    while ((item = frames_next(&frames)) != CAPTURE_END) {
        if (item == CAPTURE_PACKET && frames.found == IPIP_LINK_IP)
            observe_packet(run, &frames);
        if (ipip_judge_is_out_of_memory(run->judge) || ipip_inventory_is_out_of_memory(run->tunnels))
            out_of_memory();
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
    run.tunnels = ipip_inventory_new(IPIP_INVENTORY_DIRECTIONS, random_seed());
    run.carriers = carriers_of_tunnels_new();
    policy.vantages = run.options.policy.vantages;
    policy.vantage_count = run.options.policy.vantage_count;
    for (size_t i = 0; i < ipip_rules_count(); i++)
        policy.is_off[i] = true;
    run.judge = ipip_judge_new(&policy, NULL, ignore, NULL, random_seed());
    if (run.tunnels == NULL || run.judge == NULL)
        out_of_memory();
    for (int i = 0; i < run.options.path_count; i++)
        read_capture(&run, run.options.paths[i]);
    inventory_print(&run.options, &(struct tunnel_list){run.tunnels, run.carriers, run.judge, &run.counts});
    status = !report_is_written() ? EXIT_UNWRITABLE : run.counts.is_unreadable ? EXIT_UNREADABLE : EXIT_CLEAN;
    ipip_judge_free(run.judge);
    ipip_inventory_free(run.tunnels);
    carriers_of_tunnels_free(run.carriers);
    options_clear(&run.options);
    return status;
}
