/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip check: judge every tunnel packet. */
#include "exit_status.h"
#include "frames.h"
#include "progress.h"
#include "report/report.h"
#include "seed.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "check",
    .parameters = "CAPTURE...",
    .description = "Judges every IPv4-in-IPv4 packet of the captures by the rules of RFC 2003 and its companions.\n"
                   "Several captures are one run: state is kept from one to the next.",
    .groups = OPTIONS_READ | OPTIONS_JUDGE | OPTIONS_REPORT | OPTIONS_QUIET | OPTIONS_FOLD,
    .paths_min = 1,
    .paths_max = -1,
};

struct check {
    struct options options;
    struct frame_counts counts;
    struct ipip_judge *judge;
    struct ipip_reassembly *reassembly; /* for --inner: what is innermost in a fragment is known when all are there */
    const struct report_format_ops *format;
    struct report *report;
    const char *file; /* being read */
    uint64_t findings[IPIP_ERROR + 1];
    /* Findings that speak of a tunnel, and the number of the tunnel and of the rule for their count at the end. */
    GArray *tunnel_findings;
    GArray *tunnel_keys;
    GStringChunk *texts;
};

struct tunnel_key {
    uint32_t tunnel;
    uint32_t rule_index;
};

static void keep_tunnel_finding(struct check *check, const struct site *site, const struct ipip_finding *finding)
{
    struct tunnel_key key = {finding->tunnel, (uint32_t)finding->rule_index};
    struct tunnel_finding kept;
    struct ipip_text text;

    ipip_finding_describe(finding, &text);
    kept = (struct tunnel_finding){
        .site = *site,
        .rule = finding->rule,
        .severity = finding->severity,
        .confidence = finding->confidence,
        .src = finding->src,
        .dst = finding->dst,
        .layer = finding->layer,
        .message = g_string_chunk_insert_const(check->texts, text.message),
        .expected = g_string_chunk_insert_const(check->texts, text.expected),
        .actual = g_string_chunk_insert_const(check->texts, text.actual),
    };
    g_array_append_val(check->tunnel_findings, kept);
    g_array_append_val(check->tunnel_keys, key);
}

static void take_finding(void *context, const struct ipip_finding *finding)
{
    struct check *check = context;
    struct site site = {check->file, finding->packet->frame, finding->packet->time};

    progress_clear();
    check->findings[finding->severity]++;
    if (finding->is_of_tunnel)
        keep_tunnel_finding(check, &site, finding);
    else
        check->format->packet_finding(check->report, &site, finding);
}

/* Whether --inner lets the packet pass. What is not known, because fragments are missing, does not. */
static gboolean inner_matches(struct check *check, const struct frames *frames)
{
    const struct ipip_packet *packet = &frames->packet;
    struct ipip_stack stack;
    struct ipip_whole whole;

    ipip_stack_read(&stack, packet->ip);
    while (stack.count > 0 && stack.end == IPIP_END_FRAGMENT) {
        if (ipip_reassembly_add(check->reassembly, &stack.layers[stack.count - 1], packet->frame, packet->time,
                                &whole) != IPIP_REASSEMBLY_COMPLETE)
            return FALSE;
        ipip_stack_resume(&stack, whole.datagram, whole.ecn);
    }
    return frames_inner_matches(frames, &stack);
}

static void judge_packet(struct check *check, struct frames *frames)
{
    if (check->options.inner == NULL || inner_matches(check, frames)) {
        ipip_judge_packet(check->judge, &frames->packet);
        return;
    }
    check->counts.filtered++;
    ipip_judge_hold(check->judge, &frames->packet);
}

static void read_capture(struct check *check, const char *path)
{
    struct frames frames;
    enum capture_item item;

    if (!frames_open(&frames, path, &check->options, &check->counts))
        return;
    check->file = path;
    while ((item = frames_next(&frames)) != CAPTURE_END) {
        if (item == CAPTURE_PACKET && frames.found == IPIP_LINK_IP)
            judge_packet(check, &frames);
    }
    frames_close(&frames);
}

static void report_all(struct check *check)
{
    struct check_summary summary = {
        .frames = &check->counts,
        .judge = check->judge,
        .policy = &check->options.policy,
        .settings = &check->options.settings,
    };

    for (guint i = 0; i < check->tunnel_findings->len; i++) {
        struct tunnel_finding *finding = &g_array_index(check->tunnel_findings, struct tunnel_finding, i);
        const struct tunnel_key *key = &g_array_index(check->tunnel_keys, struct tunnel_key, i);

        finding->count = ipip_judge_tunnel_count(check->judge, key->tunnel, key->rule_index);
        check->format->tunnel_finding(check->report, finding);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(summary.findings); i++)
        summary.findings[i] = check->findings[i];
    check->format->summary(check->report, &summary);
}

static int status_of(const struct check *check)
{
    if (!report_is_written())
        return EXIT_UNWRITABLE;
    if (check->counts.is_unreadable)
        return EXIT_UNREADABLE;
    for (unsigned severity = check->options.fail_on; severity <= IPIP_ERROR; severity++) {
        if (check->findings[severity] > 0)
            return EXIT_FINDINGS;
    }
    return EXIT_CLEAN;
}

int verb_check(int argc, char **argv)
{
    struct check check = {0};
    int status;

    if (!options_parse(&check.options, &usage, argc, argv, &status))
        return status;
    check.format = report_format(&check.options);
    check.report = check.format->open(&check.options);
    check.tunnel_findings = g_array_new(FALSE, FALSE, sizeof(struct tunnel_finding));
    check.tunnel_keys = g_array_new(FALSE, FALSE, sizeof(struct tunnel_key));
    check.texts = g_string_chunk_new(4096);
    check.judge = ipip_judge_new(&check.options.policy, take_finding, &check, random_seed());
    check.reassembly = ipip_reassembly_new(IPIP_REASSEMBLY_DEFAULT_BYTES, random_seed());
    if (check.judge == NULL || check.reassembly == NULL)
        g_error("out of memory");

    for (int i = 0; i < check.options.path_count; i++)
        read_capture(&check, check.options.paths[i]);
    ipip_judge_end(check.judge);
    report_all(&check);
    status = status_of(&check);

    check.format->close(check.report);
    ipip_reassembly_free(check.reassembly);
    ipip_judge_free(check.judge);
    g_string_chunk_free(check.texts);
    g_array_unref(check.tunnel_keys);
    g_array_unref(check.tunnel_findings);
    options_clear(&check.options);
    return status;
}
