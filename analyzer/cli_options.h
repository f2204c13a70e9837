/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of a verb. */
#ifndef IPIP_ANALYZER_CLI_OPTIONS_H
#define IPIP_ANALYZER_CLI_OPTIONS_H

#include <glib.h>

#include "capture/filter.h"
#include "capture/live.h"
#include "ipip/tunnel.h"
#include "policy_settings.h"
#include "stimulus/stimulus.h"

/* The first two are those of every verb. */
enum report_format {
    REPORT_TEXT,
    REPORT_JSONL,
    REPORT_HTML, /* the last that conform has */
    REPORT_SARIF,
    REPORT_JUNIT,
    REPORT_GITHUB,
    REPORT_GITLAB,
    REPORT_CSV,
    REPORT_MARKDOWN,
    REPORT_FORMATS,
    REPORT_FORMATS_COMMON = REPORT_JSONL + 1,
};

/* What findings are grouped by. */
enum group_key {
    GROUP_BY_RULE,
    GROUP_BY_TUNNEL,
    GROUP_BY_INNER_FLOW,
};

/* A report that goes into a file. */
struct report_output {
    enum report_format format;
    const char *path;
};

enum { REPORT_OUTPUTS_MAX = 16 };

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* In which order the packets of several captures are judged. */
enum merge {
    MERGE_AUTO, /* of their times, where captures overlap in time */
    MERGE_TIME,
    MERGE_ORDER, /* one capture after the other */
};

/* Which options a verb has besides --help. */
enum option_group {
    OPTIONS_READ = 1 << 0,   /* --filter, --inner, --jobs */
    OPTIONS_JUDGE = 1 << 1,  /* --profile and what else the operator knows, --config, --select, --ignore, --fail-on */
    OPTIONS_REPORT = 1 << 2, /* --format, --color */
    OPTIONS_FOLD = 1 << 3,   /* --all, --max-findings, of what is repeated; --guess */
    OPTIONS_WRITE = 1 << 4,  /* -w, --only-tunnel */
    OPTIONS_DECAP = 1 << 5,  /* --depth, --all, --ecn-decap, --drop-invalid */
    OPTIONS_TUNNEL = 1 << 6, /* --tunnel */
    OPTIONS_CATALOGUE = 1 << 7, /* --kinds, of rules; --profiles */
    OPTIONS_QUIET = 1 << 8,     /* --quiet */
    OPTIONS_BASELINE = 1 << 9,  /* --baseline, --write-baseline */
    OPTIONS_ENCAP = 1 << 10,    /* --mtu, --forward */
    OPTIONS_VANTAGE = 1 << 11,  /* --vantage alone, without a policy file */
    OPTIONS_SOURCES = 1 << 12,  /* --all, of sources that are summed */
    OPTIONS_KINDS = 1 << 13,    /* --kinds, --udp-tunnel, --esp-null */
    OPTIONS_PAIR = 1 << 14,     /* --matches */
    OPTIONS_MERGE = 1 << 15,    /* --merge */
    OPTIONS_FORMATS =
        1 << 16, /* --format and --output in every format, --color; --min-severity, --summary, --group-by */
    OPTIONS_WINDOW = 1 << 18,   /* --window */
    OPTIONS_STIMULUS = 1 << 17, /* -w, --side, --hosts, --macs, --mtu */
    OPTIONS_ENDPOINT = 1 << 19, /* --device, --check, --break */
    OPTIONS_LIVE = 1 << 20,     /* -i, -w, --buffer, --count, --duration */
    OPTIONS_CONFORM = 1 << 21,  /* --format and --output in its formats, --color, --summary, --all */
    OPTIONS_PAGE = 1 << 22,     /* -w, of a page; --min-severity */
    OPTIONS_RESULT = 1 << 23,   /* --format, of what became of the packets */
};

struct options {
    struct filter *filter; /* NULL: every packet */
    struct filter *inner;
    int jobs;
    struct policy_settings settings; /* of the policy file and the command line */
    struct ipip_policy policy;       /* that of the settings, which own its arrays */
    enum ipip_severity fail_on;      /* IPIP_ERROR + 1: never */
    enum report_format format;
    enum color color;
    gboolean is_quiet;
    gboolean is_without_progress; /* with --quiet, too */
    gboolean is_without_sandbox;
    gboolean is_all;
    enum merge merge;
    gboolean is_matches;             /* show what was found on both sides, too */
    uint64_t pair_window;            /* nanoseconds that a packet may take from one side to the other */
    enum ipip_severity min_severity; /* of findings that are reported */
    gboolean is_summary;             /* on standard output the summary alone */
    gboolean is_grouped;             /* there, by `group_by` */
    enum group_key group_by;
    int max_findings; /* of each rule that are shown; -1: all */
    char *output;
    char **output_texts; /* of --output, as FORMAT=FILE */
    unsigned output_count;
    struct report_output outputs[REPORT_OUTPUTS_MAX];
    char *baseline; /* files to read and to write; NULL: none */
    char *new_baseline;
    gboolean is_only_tunnel;
    gboolean is_without_invalid;
    gboolean is_profiles;
    char *device; /* NULL: any name */
    gboolean is_checking;
    char **faults;  /* of an endpoint; NULL: none */
    unsigned depth; /* of layers to strip; IPIP_STACK_MAX for all */
    enum ipip_ecn_decap ecn_decap;
    struct ipip_kinds kinds; /* that are read */
    gboolean is_guessing;    /* which of the other UDP ports look like a tunnel's */
    gboolean has_tunnel;
    gboolean is_forwarding;
    struct ipip_tunnel tunnel;
    struct stimulus_settings stimulus;
    struct live_settings live;
    struct live *source; /* of packets, with live.interface; its name is the only path */
    char **paths; /* what is left on the command line, folders replaced by the captures in them; NULL at the end */
    char **found; /* the same, to be freed */
    char **names; /* the same as a report calls them: for text made printable */
    int path_count;
};

/* A verb's part of --help. */
struct usage {
    const char *verb;
    const char *parameters; /* "CAPTURE..." */
    const char *description;
    unsigned groups;         /* of enum option_group */
    const char *operand;     /* what stands after the options: "capture", "rule"; NULL: nothing */
    gboolean reports_itself; /* its reports are its own: it opens them and enters the sandbox then */
    gboolean needs_tunnel;   /* --tunnel is no option */
    uint32_t kinds;          /* of tunnels that --tunnel may describe, of IPIP_KIND_BIT() */
    int paths_min;
    int paths_max; /* -1: any number */
};

/*
 * Parses argv[1...]. TRUE to go on, and the policy file in force was named on standard error; FALSE where --help was
 * printed (`*status` EXIT_CLEAN) or something is wrong, which was reported there (`*status` EXIT_USAGE).
 */
gboolean options_parse(struct options *options, const struct usage *usage, int argc, char **argv, int *status);
void options_clear(struct options *options);

#endif
