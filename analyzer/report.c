/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip report: a page to look at. */
#include "judged_captures.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "report",
    .parameters = "-w FILE CAPTURE...",
    .description =
        "Writes a page (HTML) on the captures: what is wrong first, with the octets that show it, then each tunnel with "
        "its `ip tunnel add` line, sizes against the path MTU, TTL and Identification over time, DSCP and ECN, the "
        "inner flows with the most packets, and ICMP errors. The page is one file that loads nothing, to be mailed. "
        "It judges as `ipip check` does, with the same exit status.",
    .groups =
        OPTIONS_READ | OPTIONS_JUDGE | OPTIONS_PAGE | OPTIONS_FOLD | OPTIONS_BASELINE | OPTIONS_KINDS | OPTIONS_MERGE,
    .operand = "capture",
    .paths_min = 1,
    .paths_max = -1,
};

int verb_report(int argc, char **argv)
{
    struct judge_run run;
    int status;

    if (!judge_run_open(&run, &usage, argc, argv, &status))
        return status;
    judged_captures_read(&run);
    return judge_run_close(&run);
}
