/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "baseline_run.h"

#include "baseline_file.h"
#include "exit_status.h"
#include "refuse.h"
#include "say.h"

static int read_old(struct baseline_run *run)
{
    const char *path = run->options->baseline;
    GError *error = NULL;

    if (path == NULL || baseline_file_read(run->findings, path, &error))
        return EXIT_CLEAN;
    say("%s", error->message);
    g_error_free(error);
    return EXIT_USAGE;
}

static int begin_new(struct baseline_run *run)
{
    const char *path = run->options->new_baseline;
    int status = EXIT_CLEAN;
    GError *error = NULL;

    if (path == NULL)
        return EXIT_CLEAN;
    if (!baseline_file_may_replace(path, &error))
        status = EXIT_USAGE;
    else if ((run->output = output_open(path, &error)) == NULL)
        status = EXIT_UNWRITABLE;
    if (status != EXIT_CLEAN)
        say("%s: %s", path, error->message);
    g_clear_error(&error);
    return status;
}

int baseline_run_open(struct baseline_run *run, const struct options *options)
{
    int status;

    *run = (struct baseline_run){.options = options};
    if (options->baseline == NULL && options->new_baseline == NULL)
        return EXIT_CLEAN;
    run->findings = baseline_new(options->new_baseline != NULL);
    status = read_old(run);
    if (status == EXIT_CLEAN)
        status = begin_new(run);
    if (status != EXIT_CLEAN)
        g_clear_pointer(&run->findings, baseline_free);
    return status;
}

gboolean baseline_run_knows(struct baseline_run *run, const struct ipip_finding *finding)
{
    return run->findings != NULL && baseline_occurs(run->findings, &run->options->policy, finding);
}

static gboolean write_new(const struct baseline_run *run, GError **error)
{
    gboolean is_good =
        baseline_is_overfull(run->findings)
            ? refuse(error, NULL, "not written, as a baseline may have at most %d findings", (int)BASELINE_FINDINGS_MAX)
            : baseline_file_write(run->findings, &run->options->policy, run->output, error);

    if (is_good)
        return output_commit(run->output, error);
    output_discard(run->output);
    return FALSE;
}

static void close_new(const struct baseline_run *run, const struct frame_counts *counts, GError **error)
{
    const char *path = run->options->new_baseline;

    if (counts->is_unreadable || (counts->is_interrupted && counts->packets == 0)) {
        say("%s: not written, as %s", path,
            counts->is_unreadable ? "not everything could be read" : "no packet was read before the interrupt");
        output_discard(run->output);
    } else if (!write_new(run, error)) {
        say("%s: %s", path, (*error)->message);
    } else if (counts->is_interrupted) {
        say("%s: holds what was found before the interrupt", path);
    }
}

gboolean baseline_run_close(struct baseline_run *run, const struct frame_counts *counts)
{
    GError *error = NULL;

    if (run->output != NULL)
        close_new(run, counts, &error);
    g_clear_pointer(&run->findings, baseline_free);
    if (error == NULL)
        return TRUE;
    g_error_free(error);
    return FALSE;
}

void baseline_run_abandon(struct baseline_run *run)
{
    if (run->output != NULL)
        output_discard(run->output);
    g_clear_pointer(&run->findings, baseline_free);
}
