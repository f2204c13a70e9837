/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip conform: what the standards require of a tunnel, statement by statement. */
#include "report/conform.h"
#include "conform/evidence.h"
#include "conform/fit.h"
#include "exit_status.h"
#include "pair_run.h"
#include "sandbox.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "conform",
    .parameters = "INNER OUTER | BOTH",
    .description =
        "Reports what an end of a tunnel holds and violates of the standards: RFC 2003, 6040, 3168, 6864 and 1191, statement "
        "by statement, of IPv4 in IPv4, with the packets that show it; or that none was there, or why none can be. Takes a "
        "capture of what goes into the tunnel, on the LAN or at the tunnel device, and one on the wire beside that end; or "
        "one capture of several interfaces. `ipip stimulus` makes packets that exercise the statements. Of tunnels of other "
        "kinds `ipip pair` shows what became of their packets.",
    .groups = OPTIONS_READ | OPTIONS_JUDGE | OPTIONS_CONFORM | OPTIONS_QUIET | OPTIONS_BASELINE | OPTIONS_WINDOW,
    .operand = "capture",
    .reports_itself = TRUE,
    .paths_min = 1,
    .paths_max = PAIR_FILES_MAX,
};

struct conform {
    struct judge_run run;
    struct pair_run pair;
    struct evidence *evidence;
    struct fit fit;
};

static void take_finding(void *context, const struct ipip_finding *finding, gboolean is_known)
{
    struct conform *c = context;

    evidence_finding(c->evidence, finding, is_known);
}

static void take_event(void *context, const struct ipip_pair_event *event)
{
    struct conform *c = context;

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

static struct conform_statement judge_statement(const struct conform *c, size_t index)
{
    const struct ipip_requirement *requirement = ipip_requirement_at(index);
    struct conform_statement s = {
        .requirement = requirement,
        .row = evidence_of(c->evidence, index, c->pair.pair),
        .unseen = unseen_of(c, requirement),
    };

    if (s.row.violated.packets.count > 0)
        s.conformity = VIOLATES;
    else if (s.row.held.count > 0 && s.row.known == 0)
        s.conformity = CONFORMS;
    else
        s.conformity = s.unseen != NULL ? CANNOT_BE_SEEN : NOT_EXERCISED;
    return s;
}

/* FALSE where an output can't be written. */
static gboolean report(struct conform *c, struct conform_outputs *outputs)
{
    size_t count = ipip_requirements_count();
    struct conform_statement *statements = g_new0(struct conform_statement, count);
    struct conform_report report = {
        .run = &c->run, .pair = &c->pair, .statements = statements, .statement_count = count};
    gboolean is_good;

    for (size_t i = 0; i < count; i++) {
        statements[i] = judge_statement(c, i);
        report.counts[statements[i].conformity]++;
        if (statements[i].conformity == VIOLATES)
            c->run.findings_beside[statements[i].row.violated.severity]++;
    }
    is_good = conform_outputs_close(outputs, &report);
    g_free(statements);
    return is_good;
}

/* What was found is no news where the captures have nothing to do with one another. An exit status. */
static int finish(struct conform *c, struct conform_outputs *outputs)
{
    gboolean is_fit, is_written;
    int status;

    judge_run_end(&c->run);
    evidence_end(c->evidence);
    is_fit = fit_is_good(&c->fit, &c->pair);
    is_written = is_fit ? report(c, outputs) : conform_outputs_close(outputs, NULL);
    c->run.counts.is_unreadable |= c->pair.is_one_missing;
    evidence_free(c->evidence);
    fit_clear(&c->fit);
    pair_run_close(&c->pair);
    status = judge_run_close(&c->run);
    if (!is_written)
        return EXIT_UNWRITABLE;
    return is_fit ? status : MAX(status, (int)EXIT_USAGE);
}

int verb_conform(int argc, char **argv)
{
    struct conform c = {.evidence = NULL};
    struct conform_outputs *outputs;
    int status;

    if (!judge_run_open(&c.run, &usage, argc, argv, &status))
        return status;
    outputs = conform_outputs_open(&c.run.options);
    if (outputs == NULL) {
        judge_run_abandon(&c.run);
        return EXIT_UNWRITABLE;
    }
    sandbox_enter(&c.run.options, SANDBOX_TEMPORARIES);
    fit_init(&c.fit);
    pair_run_survey(&c.pair, &c.run, fit_watch, &c.fit);
    begin(&c);
    pair_run_read(&c.pair, take_event, &c);
    return finish(&c, outputs);
}
