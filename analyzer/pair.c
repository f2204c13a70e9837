/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip pair: two captures of a tunnel, packet by packet. */
#include "report/pair.h"
#include "pair_run.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "pair",
    .parameters = "INNER OUTER | OUTER OUTER | BOTH",
    .description =
        "Finds each packet of one capture in the other one: at the tunnel device (or on the LAN) and on the wire, or on "
        "the wire at both ends of the tunnel; or in one capture of several interfaces. Shows what was lost, and why, how "
        "long the others took, and judges both captures together, as `ipip check` does. The clocks of the two captures "
        "may differ: times are those of the first side. A packet that is lost without a reason in the captures, or "
        "altered, is a note (IPIP411, IPIP412).",
    .groups = OPTIONS_READ | OPTIONS_JUDGE | OPTIONS_REPORT | OPTIONS_QUIET | OPTIONS_FOLD | OPTIONS_BASELINE |
              OPTIONS_KINDS | OPTIONS_PAIR | OPTIONS_WINDOW,
    .operand = "capture",
    .paths_min = 1,
    .paths_max = PAIR_FILES_MAX,
};

struct pairing {
    struct pair_run pair;
    const struct pair_format_ops *format; /* NULL: --quiet */
    struct pair_report report;
};

/* What belongs to no known tunnel has no rule: its losses that nothing explains count as notes. */
static void take_event(void *context, const struct ipip_pair_event *event)
{
    struct pairing *p = context;
    gboolean is_unexplained =
        event->reason == IPIP_PAIR_LOST || event->reason == IPIP_PAIR_ALTERED || event->reason == IPIP_PAIR_IN_PART;

    if (!event->is_match && event->direction == NULL && is_unexplained)
        p->pair.run->findings_beside[IPIP_NOTE]++;
    if (p->format != NULL)
        p->format->event(&p->report, event);
    ipip_judge_take_one_sided(p->pair.run->judge, event, p->pair.layout.relation);
}

static enum cooked cooked_of(uint16_t link_type)
{
    enum { LINUX_SLL = 113, LINUX_SLL2 = 276 };

    return link_type == LINUX_SLL2 ? COOKED_WITH_DEVICES : link_type == LINUX_SLL ? COOKED_WITHOUT_DEVICES : COOKED_NOT;
}

int verb_pair(int argc, char **argv)
{
    struct judge_run run;
    struct pairing p;
    int status;

    if (!judge_run_open(&run, &usage, argc, argv, &status))
        return status;
    pair_run_survey(&p.pair, &run, NULL, NULL);
    p.format = run.options.is_quiet ? NULL : run.options.format == REPORT_JSONL ? &pair_jsonl : &pair_text;
    p.report = (struct pair_report){
        .run = &run,
        .layout = &p.pair.layout,
        .is_device = pair_run_is_device(&p.pair),
        .cooked = p.pair.files == 1 ? cooked_of(p.pair.link_types[0]) : COOKED_NOT,
    };
    pair_run_read(&p.pair, take_event, &p);
    p.report.pair = p.pair.pair;
    if (p.format != NULL && run.counts.files > 0)
        p.format->summary(&p.report);
    judge_run_end(&run);
    pair_run_close(&p.pair);
    return judge_run_close(&run);
}
