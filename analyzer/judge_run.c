/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge_run.h"

#include "capture/stop.h"
#include "exit_status.h"
#include "live_options.h"
#include "out_of_memory.h"
#include "report/unused_tunnels.h"
#include "report/vantage.h"
#include "sandbox.h"
#include "say.h"
#include "seed.h"

const char *judge_run_file(const struct judge_run *run, uint64_t frame)
{
    return run->options.names[origins_of(run->origins, frame)->file];
}

const char *judge_run_path(const struct judge_run *run, uint64_t frame)
{
    return run->options.paths[origins_of(run->origins, frame)->file];
}

/* What a packet came in. A carrier that is named itself, as what it brings is no tunnel, came in none. */
static const struct ipip_carriers *carriers_of(const struct judge_run *run, const struct ipip_finding *finding)
{
    static const struct ipip_carriers none;
    const struct ipip_carriers *carriers = &origins_of(run->origins, finding->packet->frame)->carriers;
    const struct ipip_kind_about *about = ipip_kind_about(finding->direction.kind);
    const struct ipip_carrier *outermost = &carriers->all[0];

    if (carriers->count > 0 && about != NULL && !about->is_read &&
        ipip_address_equal(outermost->src, finding->direction.src) &&
        ipip_address_equal(outermost->dst, finding->direction.dst))
        return &none;
    return carriers;
}

static struct site site_of(const struct judge_run *run, const struct ipip_finding *finding)
{
    struct site site = {
        .file = judge_run_path(run, finding->packet->frame),
        .file_index = origins_of(run->origins, finding->packet->frame)->file,
        .frame = origins_frame(finding->packet->frame),
        .time = finding->packet->time,
        .first_frame = origins_frame(finding->first_frame),
        .first_file = judge_run_path(run, finding->first_frame),
        .other_file = judge_run_path(run, finding->other_frame),
        .other_frame = origins_frame(finding->other_frame),
        .other_age = finding->other_age,
        .carriers = carriers_of(run, finding),
    };

    return site;
}

static struct report_finding report_finding_of(const struct judge_run *run, const struct ipip_finding *finding)
{
    return (struct report_finding){
        .site = site_of(run, finding),
        .rule = finding->rule,
        .rule_index = finding->rule_index,
        .severity = finding->severity,
        .confidence = finding->confidence,
        .silenced = run->options.settings.reasons[finding->rule_index],
        .direction = finding->direction,
        .layer = finding->layer,
        .reference = finding->reference,
        .flow = inner_flow_of(finding),
        .of_packet = finding,
    };
}

/* What is about a tunnel waits for the end. */
static void keep_finding(struct judge_run *run, const struct report_finding *reported,
                         const struct ipip_finding *finding)
{
    struct report_finding kept = *reported;
    struct ipip_text text;

    ipip_finding_describe(finding, &text);
    kept.of_packet = NULL;
    kept.count = finding->count;
    kept.value_count = ipip_finding_values(finding, kept.values);
    kept.message = text.message;
    kept.expected = text.expected;
    kept.actual = text.actual;
    kept_findings_add(run->tunnel_findings, &kept);
}

static void take_finding(void *context, const struct ipip_finding *finding)
{
    struct judge_run *run = context;
    gboolean is_silenced = run->options.settings.reasons[finding->rule_index] != NULL;
    gboolean is_known = !is_silenced && baseline_run_knows(&run->baseline, finding);
    struct report_finding reported;

    if (run->finding != NULL) {
        run->finding(run->finding_context, finding, is_known);
        return;
    }
    if (is_known)
        run->known++;
    else if (!is_silenced)
        run->findings[finding->severity]++;
    if (reports_are_none(run->reports))
        return;
    reported = report_finding_of(run, finding);
    reported.site.is_known = is_known;
    if (finding->is_of_tunnel) {
        keep_finding(run, &reported, finding);
        return;
    }
    say_before_print();
    reports_finding(run->reports, &reported);
}

static void take_packet(void *context, const struct ipip_packet *packet, const struct ipip_stack *stack)
{
    struct judge_run *run = context;

    reports_packet(run->reports,
                   &(struct report_packet){packet, stack, ipip_judge_copied(run->judge),
                                           judge_run_path(run, packet->frame), origins_frame(packet->frame)});
}

void judge_run_judge(struct judge_run *run, struct ipip_batch *packets)
{
    ipip_judge_batch(run->judge, packets);
    if (ipip_judge_is_out_of_memory(run->judge))
        out_of_memory();
    if (!reports_flush(run->reports))
        stop_request();
}

static void report_tunnel_finding(struct report_finding *finding, void *context)
{
    struct judge_run *run = context;

    if (finding->count == 0)
        finding->count = ipip_judge_tunnel_count(run->judge, &finding->direction, finding->rule_index);
    finding->count = MAX(finding->count, 1);
    reports_finding(run->reports, finding);
}

static void report_all(struct judge_run *run)
{
    struct check_summary summary = {
        .frames = &run->counts,
        .judge = run->judge,
        .losses = ipip_judge_losses(run->judge),
        .vantage = ipip_judge_vantage_conflict(run->judge),
        .policy = &run->options.policy,
        .settings = &run->options.settings,
        .baseline = run->options.baseline != NULL ? run->baseline.findings : NULL,
        .known = run->known,
        .carried = origins_tunnel_packets(run->origins),
    };

    if (run->counts.files > 0 && !run->reports_itself)
        vantage_say(&summary.vantage, run->judge, &run->options.policy);
    if (run->counts.files > 0)
        unused_tunnels_say(run->judge, &run->options.policy);
    run->is_lossy = !kept_findings_each(run->tunnel_findings, report_tunnel_finding, run);
    for (size_t i = 0; i < G_N_ELEMENTS(summary.findings); i++)
        summary.findings[i] = run->findings[i];
    reports_summary(run->reports, &summary);
}

static int status_of(const struct judge_run *run)
{
    if (run->is_lossy)
        return EXIT_UNWRITABLE;
    if (run->counts.is_unreadable)
        return EXIT_UNREADABLE;
    for (unsigned severity = run->options.fail_on; severity <= IPIP_ERROR; severity++) {
        if (run->findings[severity] + run->findings_beside[severity] > 0)
            return EXIT_FINDINGS;
    }
    return EXIT_CLEAN;
}

/* What the policy file silences is judged only for a report that has it, and counts for nothing. */
static struct ipip_policy policy_judged(const struct judge_run *run)
{
    struct ipip_policy policy = run->options.policy;

    for (size_t i = 0; reports_want_silenced(run->reports) && i < ipip_rules_count(); i++)
        policy.is_off[i] = policy.is_off[i] && run->options.settings.reasons[i] == NULL;
    return policy;
}

void judge_run_renew(struct judge_run *run)
{
    struct ipip_policy policy = policy_judged(run);

    ipip_judge_free(run->judge);
    run->judge = ipip_judge_new(&policy, NULL, take_finding, run, random_seed());
    if (run->judge == NULL)
        out_of_memory();
    if (reports_want_packets(run->reports))
        ipip_judge_set_observer(run->judge, take_packet, run);
}

/* With the rights that are left: nothing is read in vain. FALSE, and the exit status, where there can't be such files. */
static gboolean open_outputs(struct judge_run *run, int *status)
{
    *status = baseline_run_open(&run->baseline, &run->options);
    if (*status != EXIT_CLEAN)
        return FALSE;
    run->reports = run->reports_itself ? reports_open_none(&run->options) : reports_open(&run->options);
    if (run->reports != NULL)
        return TRUE;
    *status = EXIT_UNWRITABLE;
    baseline_run_abandon(&run->baseline);
    return FALSE;
}

gboolean judge_run_open(struct judge_run *run, const struct usage *usage, int argc, char **argv, int *status)
{
    *run = (struct judge_run){.findings = {0}};
    if (!options_parse(&run->options, usage, argc, argv, status))
        return FALSE;
    run->reports_itself = usage->reports_itself;
    if (!live_options_open(&run->options, status) || !open_outputs(run, status)) {
        live_options_abandon(&run->options);
        options_clear(&run->options);
        return FALSE;
    }
    if (!run->reports_itself)
        sandbox_enter(&run->options, SANDBOX_TEMPORARIES);
    run->tunnel_findings = kept_findings_new();
    judge_run_renew(run);
    run->origins = origins_new();
    return TRUE;
}

void judge_run_end(struct judge_run *run)
{
    ipip_judge_end(run->judge);
    if (run->baseline.findings != NULL && (run->counts.is_unreadable || run->counts.is_interrupted))
        baseline_cut_short(run->baseline.findings);
    report_all(run);
}

static void release(struct judge_run *run)
{
    ipip_judge_free(run->judge);
    kept_findings_free(run->tunnel_findings);
    origins_free(run->origins);
    options_clear(&run->options);
}

void judge_run_abandon(struct judge_run *run)
{
    reports_close(run->reports, FALSE);
    baseline_run_abandon(&run->baseline);
    release(run);
}

int judge_run_close(struct judge_run *run)
{
    int status = status_of(run);

    if (!reports_close(run->reports, !run->is_lossy))
        status = EXIT_UNWRITABLE;
    if (!baseline_run_close(&run->baseline, &run->counts))
        status = EXIT_UNWRITABLE;
    status = live_options_close(&run->options, status);
    release(run);
    return status;
}
