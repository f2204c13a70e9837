/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip check: judge every tunnel packet. */
#include "judged_captures.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "check",
    .parameters = "CAPTURE...",
    .description =
        "Judges every tunnel packet of the captures by the standards of its kind: RFC 2003 for IPv4 in IPv4. "
        "Several captures, or all *.pcap* in a folder, are one run: those of the same time, such as LAN and WAN of one "
        "router, are merged by time, others read one after the other (see --merge). "
        "With -i it captures: findings are printed as they come, Ctrl-C prints the summary. CAP_NET_RAW is enough, and is "
        "dropped once the interface is open.",
    .groups = OPTIONS_READ | OPTIONS_JUDGE | OPTIONS_FORMATS | OPTIONS_QUIET | OPTIONS_FOLD | OPTIONS_BASELINE |
              OPTIONS_KINDS | OPTIONS_MERGE | OPTIONS_LIVE,
    .operand = "capture",
    .paths_min = 1,
    .paths_max = -1,
};

int verb_check(int argc, char **argv)
{
    struct judge_run run;
    int status;

    if (!judge_run_open(&run, &usage, argc, argv, &status))
        return status;
    judged_captures_read(&run);
    return judge_run_close(&run);
}
