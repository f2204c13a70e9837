/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip pair: two captures of a tunnel, packet by packet. */
#include "ipip/pair.h"
#include "capture/stop.h"
#include "judged_merged.h"
#include "out_of_memory.h"
#include "report/pair.h"
#include "say.h"
#include "seed.h"
#include "spool.h"
#include "verb.h"

enum { FILES_MAX = 2 };

static const struct usage usage = {
    .verb = "pair",
    .parameters = "INNER OUTER | OUTER OUTER | BOTH",
    .description =
        "Finds each packet of one capture in the other one: at the tunnel device (or on the LAN) and on the wire, or on\n"
        "the wire at both ends of the tunnel; or in one capture of several interfaces. Shows what was lost, and why, how\n"
        "long the others took, and judges both captures together, as `ipip check` does. The clocks of the two captures\n"
        "may differ: times are those of the first side. A packet that is lost without a reason in the captures, or\n"
        "altered, counts as a note for --fail-on.",
    .groups = OPTIONS_READ | OPTIONS_JUDGE | OPTIONS_REPORT | OPTIONS_QUIET | OPTIONS_FOLD | OPTIONS_BASELINE |
              OPTIONS_KINDS | OPTIONS_PAIR,
    .operand = "capture",
    .paths_min = 1,
    .paths_max = FILES_MAX,
};

struct pairing {
    struct judge_run *run;
    unsigned files;
    char *spooled[FILES_MAX];
    unsigned opened[FILES_MAX]; /* which file each open capture is */
    struct frames captures[FILES_MAX];
    unsigned capture_count;
    uint64_t packets[FILES_MAX]; /* that the survey read */
    gboolean is_one_missing;     /* a file can't be opened */
    uint16_t link_types[FILES_MAX];
    struct ipip_pair_layout layout;
    struct ipip_pair *pair;               /* NULL: nothing to pair */
    const struct pair_format_ops *format; /* NULL: --quiet */
    struct pair_report report;
};

static void open_captures(struct pairing *p)
{
    p->capture_count = 0;
    for (unsigned file = 0; file < p->files; file++) {
        if (p->packets[file] > 0 && frames_open(&p->captures[p->capture_count], p->spooled[file],
                                                p->run->options.paths[file], &p->run->options, &p->run->counts))
            p->opened[p->capture_count++] = file;
    }
}

/* What is wrong with them was reported when they were surveyed. */
static void close_captures(struct pairing *p)
{
    for (unsigned i = 0; i < p->capture_count; i++) {
        g_clear_error(&p->captures[i].damage);
        frames_close(&p->captures[i]);
    }
}

/* As the packets of a tunnel device are. */
static gboolean is_without_link_header(uint16_t link_type)
{
    enum { RAW = 101, RAW_BSD = 12, RAW_OPENBSD = 14, IPV4 = 228, IPV6 = 229 };

    return link_type == RAW || link_type == RAW_BSD || link_type == RAW_OPENBSD || link_type == IPV4 ||
           link_type == IPV6;
}

static enum cooked cooked_of(uint16_t link_type)
{
    enum { LINUX_SLL = 113, LINUX_SLL2 = 276 };

    return link_type == LINUX_SLL2 ? COOKED_WITH_DEVICES : link_type == LINUX_SLL ? COOKED_WITHOUT_DEVICES : COOKED_NOT;
}

static void survey_file(struct pairing *p, struct ipip_pair_survey *survey, unsigned file, struct frame_counts *counts)
{
    static const struct merged_use in_order = {NULL, NULL, NULL, NULL, NULL, NULL};
    const struct ipip_packet *packet;
    struct merged *merged;
    struct frames frames;
    unsigned capture;

    p->spooled[file] = spool(p->run->options.paths[file]);
    counts->is_unreadable |= p->spooled[file] == NULL;
    if (p->spooled[file] == NULL ||
        !frames_open(&frames, p->spooled[file], p->run->options.paths[file], &p->run->options, counts)) {
        p->is_one_missing = TRUE;
        return;
    }
    frames.is_first_of_two = TRUE;
    merged = merged_new(&in_order, &frames, 1);
    while ((packet = merged_next(merged, &capture)) != NULL)
        ipip_pair_survey_take(survey, file, packet);
    p->link_types[file] = frames.capture->record.link_type;
    p->packets[file] = frames.capture->record.frame;
    merged_free(merged);
    frames_close(&frames);
}

/* Which side is which, and how far their clocks are apart. */
static void survey(struct pairing *p)
{
    struct ipip_pair_survey *survey = ipip_pair_survey_new(p->run->options.policy.kinds, p->files, random_seed());
    struct frame_counts counts = {0};

    if (survey == NULL)
        out_of_memory();
    for (unsigned file = 0; file < p->files; file++)
        survey_file(p, survey, file, &counts);
    p->layout = ipip_pair_survey_end(survey);
    if (p->is_one_missing)
        p->layout.relation = IPIP_PAIR_UNRELATED;
    ipip_pair_survey_free(survey);
    p->run->counts.files = counts.files;
    p->run->counts.is_unreadable |= counts.is_unreadable;
    p->run->counts.is_interrupted |= counts.is_interrupted;
    stop_is_done();
}

static gboolean is_device(const struct pairing *p)
{
    enum ipip_inner_side inner_side = p->run->options.policy.inner_side;

    if (inner_side != IPIP_INNER_SIDE_UNKNOWN)
        return inner_side == IPIP_INNER_SIDE_TUNDEV;
    return p->files > 1 && is_without_link_header(p->link_types[p->layout.sides[IPIP_PAIR_FIRST].file]);
}

/* Losses that nothing explains count as notes. */
static void take_event(void *context, const struct ipip_pair_event *event)
{
    struct pairing *p = context;
    gboolean is_unexplained =
        event->reason == IPIP_PAIR_LOST || event->reason == IPIP_PAIR_ALTERED || event->reason == IPIP_PAIR_IN_PART;

    say_no_more();
    if (!event->is_match && is_unexplained)
        p->run->findings_beside[IPIP_NOTE]++;
    if (p->format != NULL)
        p->format->event(&p->report, event);
}

static int64_t corrected(void *context, unsigned capture, int64_t time)
{
    const struct pairing *p = context;
    gboolean is_second = p->files > 1 && p->opened[capture] == p->layout.sides[IPIP_PAIR_SECOND].file;

    return is_second ? ipip_pair_clock_correct(&p->layout.clock, time) : time;
}

static void take_packet(void *context, unsigned file, const struct ipip_packet *packet)
{
    struct pairing *p = context;

    if (p->pair != NULL)
        ipip_pair_take(p->pair, file, packet);
}

static void read_both(struct pairing *p)
{
    uint64_t limits[FILES_MAX], files = p->run->counts.files;
    struct judged_merged use = {p->run, p, take_packet, corrected, limits, NULL, NULL};

    open_captures(p);
    p->run->counts.files = files;
    for (unsigned i = 0; i < p->capture_count; i++)
        limits[i] = p->packets[p->opened[i]];
    judged_merged_read(&use, p->captures, p->opened, p->capture_count);
    close_captures(p);
}

static void make_parts(struct pairing *p)
{
    const struct options *options = &p->run->options;

    if (p->layout.relation == IPIP_PAIR_INNER_OUTER || p->layout.relation == IPIP_PAIR_OUTER_OUTER)
        p->pair = ipip_pair_new(options->policy.kinds, &p->layout, is_device(p), options->pair_window, take_event, p,
                                random_seed());
    if (p->pair == NULL && p->layout.relation != IPIP_PAIR_UNRELATED && p->layout.relation != IPIP_PAIR_NO_TUNNEL)
        out_of_memory();
    if (!options->is_quiet)
        p->format = options->format == REPORT_JSONL ? &pair_jsonl : &pair_text;
    p->report = (struct pair_report){
        .run = p->run,
        .layout = &p->layout,
        .pair = p->pair,
        .is_device = is_device(p),
        .cooked = p->files == 1 ? cooked_of(p->link_types[0]) : COOKED_NOT,
    };
}

int verb_pair(int argc, char **argv)
{
    struct judge_run run;
    struct pairing p = {.run = &run};
    int status;

    if (!judge_run_open(&run, &usage, argc, argv, &status))
        return status;
    p.files = (unsigned)run.options.path_count;
    stop_on_signals();
    survey(&p);
    make_parts(&p);
    read_both(&p);
    if (p.pair != NULL)
        ipip_pair_end(p.pair);
    if (p.format != NULL && run.counts.files > 0)
        p.format->summary(&p.report);
    judge_run_end(&run);
    ipip_pair_free(p.pair);
    for (unsigned i = 0; i < p.files; i++)
        if (p.spooled[i] != NULL)
            spool_free(p.spooled[i], run.options.paths[i]);
    return judge_run_close(&run);
}
