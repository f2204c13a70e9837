/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip conform: what the standards require of a tunnel, statement by statement. */
#include "report/conform.h"
#include "conform/evidence.h"
#include "pair_run.h"
#include "say.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "conform",
    .parameters = "INNER OUTER | BOTH",
    .description =
        "Reports what an end of a tunnel holds and violates of the standards: RFC 2003, 6040, 3168, 6864 and 1191, statement\n"
        "by statement, of IPv4 in IPv4, with the packets that show it; or that none was there, or why none can be. Takes a\n"
        "capture of what goes into the tunnel, on the LAN or at the tunnel device, and one on the wire beside that end; or\n"
        "one capture of several interfaces. `ipip stimulus` makes packets that exercise the statements.",
    .groups = OPTIONS_READ | OPTIONS_JUDGE | OPTIONS_REPORT | OPTIONS_QUIET | OPTIONS_BASELINE | OPTIONS_WINDOW,
    .operand = "capture",
    .reports_itself = TRUE,
    .paths_min = 1,
    .paths_max = PAIR_FILES_MAX,
};

struct conform {
    struct judge_run run;
    struct pair_run pair;
    struct evidence *evidence;
};

static void take_finding(void *context, const struct ipip_finding *finding, gboolean is_known)
{
    struct conform *c = context;

    evidence_finding(c->evidence, finding, is_known);
}

static void take_event(void *context, const struct ipip_pair_event *event)
{
    struct conform *c = context;

    say_no_more();
    evidence_event(c->evidence, event);
}

/* The device has one end of the tunnel: what leaves it is captured at its entry. And the inner side is known by now. */
static void begin(struct conform *c)
{
    struct ipip_policy *policy = &c->run.options.policy;
    gboolean is_device = pair_run_is_device(&c->pair);

    if (policy->vantage == IPIP_VANTAGE_UNKNOWN && c->pair.layout.relation == IPIP_PAIR_INNER_OUTER)
        policy->vantage = IPIP_VANTAGE_ENTRY;
    if (policy->inner_side == IPIP_INNER_SIDE_UNKNOWN)
        policy->inner_side = is_device ? IPIP_INNER_SIDE_TUNDEV : IPIP_INNER_SIDE_LAN;
    judge_run_renew(&c->run);
    c->evidence = evidence_new(c->run.judge, is_device ? IPIP_SHOWN_DEVICE : IPIP_SHOWN_LAN);
    c->run.finding = take_finding;
    c->run.finding_context = c;
}

static const char *unseen_of(const struct conform *c, const struct ipip_requirement *requirement)
{
    gboolean is_device = pair_run_is_device(&c->pair);

    if (requirement->unseen != NULL)
        return requirement->unseen;
    if ((requirement->only & IPIP_SHOWN_LAN) != 0 && is_device)
        return "it shows on a network beside the tunnel, not at the tunnel device";
    if ((requirement->only & IPIP_SHOWN_DEVICE) != 0 && !is_device)
        return "it shows at the tunnel device, not on a network beside the tunnel";
    return NULL;
}

static struct conform_statement judge_statement(const struct conform *c, const struct ipip_requirement *requirement,
                                                const struct evidence_row *row)
{
    struct conform_statement s = {.requirement = requirement, .row = row, .unseen = unseen_of(c, requirement)};

    if (row->violated.packets.count > 0) {
        s.conformity = VIOLATES;
        s.packets = &row->violated.packets;
    } else if (row->held.count > 0 && row->known == 0) {
        s.conformity = CONFORMS;
        s.packets = &row->held;
    } else {
        s.conformity = s.unseen != NULL ? CANNOT_BE_SEEN : NOT_EXERCISED;
    }
    return s;
}

static void report(struct conform *c)
{
    static const char *const troubles[] = {
        [IPIP_PAIR_UNRELATED] = "no packet is both inside and outside of a tunnel",
        [IPIP_PAIR_NO_TUNNEL] = "no packet of a tunnel of IPv4 in IPv4",
        [IPIP_PAIR_INNER_OUTER] = NULL,
        [IPIP_PAIR_OUTER_OUTER] =
            "both captures were taken on the wire: what an end of the tunnel does is not between them",
    };
    const struct options *options = &c->run.options;
    const struct conform_format_ops *format = options->format == REPORT_JSONL ? &conform_jsonl : &conform_text;
    struct conform_summary summary = {.trouble = troubles[c->pair.layout.relation]};

    for (size_t i = 0; i < ipip_requirements_count(); i++) {
        struct evidence_row row = evidence_of(c->evidence, i, c->pair.pair);
        struct conform_statement statement = judge_statement(c, ipip_requirement_at(i), &row);

        summary.counts[statement.conformity]++;
        if (statement.conformity == VIOLATES)
            c->run.findings_beside[row.violated.severity]++;
        if (!options->is_quiet)
            format->statement(&c->run, &statement);
    }
    if (!options->is_quiet)
        format->summary(&c->run, &summary);
}

int verb_conform(int argc, char **argv)
{
    struct conform c;
    int status;

    if (!judge_run_open(&c.run, &usage, argc, argv, &status))
        return status;
    pair_run_survey(&c.pair, &c.run);
    begin(&c);
    pair_run_read(&c.pair, take_event, &c);
    judge_run_end(&c.run);
    evidence_end(c.evidence);
    if (c.run.counts.files > 0)
        report(&c);
    evidence_free(c.evidence);
    pair_run_close(&c.pair);
    return judge_run_close(&c.run);
}
