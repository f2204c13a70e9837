/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pair_run.h"

#include "capture/stop.h"
#include "judged_merged.h"
#include "out_of_memory.h"
#include "say.h"
#include "seed.h"
#include "spool.h"

static void open_captures(struct pair_run *p)
{
    p->capture_count = 0;
    for (unsigned file = 0; file < p->files; file++) {
        if (p->packets[file] > 0 && frames_open(&p->captures[p->capture_count], p->spooled[file],
                                                p->run->options.paths[file], &p->run->options, &p->run->counts))
            p->opened[p->capture_count++] = file;
    }
}

/* What is wrong with them was reported when they were surveyed, unless it happens in the second pass only. */
static void close_captures(struct pair_run *p)
{
    for (unsigned i = 0; i < p->capture_count; i++) {
        if (p->is_damaged[p->opened[i]])
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

/* What was copied of a pipe before a signal ended it is paired, and the other capture read for that. */
static void spool_file(struct pair_run *p, unsigned file, struct frame_counts *counts)
{
    p->spooled[file] = spool(p->run->options.paths[file]);
    counts->is_unreadable |= p->spooled[file] == NULL;
    if (p->spooled[file] == NULL || !stop_is_requested())
        return;
    counts->is_interrupted = TRUE;
    say("%s: interrupted; what came before is paired", p->run->options.names[file]);
    stop_is_done();
}

/* The first pass. */
struct survey {
    struct ipip_pair_survey *survey;
    pair_run_watch *watch;
    void *context;
};

static void survey_file(struct pair_run *p, const struct survey *survey, unsigned file, struct frame_counts *counts)
{
    static const struct merged_use in_order = {NULL, NULL, NULL, NULL, NULL, NULL, NULL};
    const struct ipip_packet *packet;
    struct merged *merged;
    struct frames frames;
    unsigned capture;

    spool_file(p, file, counts);
    if (p->spooled[file] == NULL ||
        !frames_open(&frames, p->spooled[file], p->run->options.paths[file], &p->run->options, counts)) {
        p->is_one_missing = TRUE;
        return;
    }
    frames.is_first_of_two = TRUE;
    merged = merged_new(&in_order, &frames, 1);
    while ((packet = merged_next(merged, &capture)) != NULL) {
        ipip_pair_survey_take(survey->survey, file, packet);
        if (survey->watch != NULL)
            survey->watch(survey->context, packet);
    }
    p->link_types[file] = frames.capture->record.link_type;
    p->packets[file] = frames.capture->record.frame;
    p->is_damaged[file] = frames.damage != NULL;
    merged_free(merged);
    frames_close(&frames);
}

void pair_run_survey(struct pair_run *p, struct judge_run *run, pair_run_watch *watch, void *context)
{
    struct survey survey = {.watch = watch, .context = context};
    struct frame_counts counts = {0};

    *p = (struct pair_run){.run = run, .files = (unsigned)run->options.path_count};
    survey.survey = ipip_pair_survey_new(run->options.policy.kinds, p->files, random_seed());
    if (survey.survey == NULL)
        out_of_memory();
    stop_on_signals();
    for (unsigned file = 0; file < p->files; file++)
        survey_file(p, &survey, file, &counts);
    p->layout = ipip_pair_survey_end(survey.survey);
    if (p->is_one_missing)
        p->layout.relation = IPIP_PAIR_UNRELATED;
    ipip_pair_survey_free(survey.survey);
    if (p->layout.relation == IPIP_PAIR_OUTER_OUTER)
        ipip_judge_expect_both_ends(run->judge);
    p->run->counts.files = counts.files;
    p->run->counts.is_unreadable |= counts.is_unreadable;
    p->run->counts.is_interrupted |= counts.is_interrupted;
    stop_is_done();
}

gboolean pair_run_is_device(const struct pair_run *p)
{
    enum ipip_inner_side inner_side = p->run->options.policy.inner_side;

    if (inner_side != IPIP_INNER_SIDE_UNKNOWN)
        return inner_side == IPIP_INNER_SIDE_TUNDEV;
    return p->files > 1 && is_without_link_header(p->link_types[p->layout.sides[IPIP_PAIR_FIRST].file]);
}

static int64_t corrected(void *context, unsigned capture, int64_t time)
{
    const struct pair_run *p = context;
    gboolean is_second = p->files > 1 && p->opened[capture] == p->layout.sides[IPIP_PAIR_SECOND].file;

    return is_second ? ipip_pair_clock_correct(&p->layout.clock, time) : time;
}

static void take_packet(void *context, unsigned file, const struct ipip_packet *packet)
{
    struct pair_run *p = context;

    if (p->pair != NULL)
        ipip_pair_take(p->pair, file, packet);
}

static void read_both(struct pair_run *p)
{
    uint64_t limits[PAIR_FILES_MAX], files = p->run->counts.files;
    struct judged_merged use = {p->run, p, take_packet, corrected, limits, NULL, NULL};

    open_captures(p);
    p->run->counts.files = files;
    for (unsigned i = 0; i < p->capture_count; i++)
        limits[i] = p->packets[p->opened[i]];
    judged_merged_read(&use, p->captures, p->opened, p->capture_count);
    close_captures(p);
}

void pair_run_read(struct pair_run *p, ipip_pair_sink *event, void *context)
{
    const struct options *options = &p->run->options;

    if (p->layout.relation == IPIP_PAIR_INNER_OUTER || p->layout.relation == IPIP_PAIR_OUTER_OUTER)
        p->pair = ipip_pair_new(options->policy.kinds, &p->layout, pair_run_is_device(p), options->pair_window, event,
                                context, random_seed());
    if (p->pair == NULL && p->layout.relation != IPIP_PAIR_UNRELATED && p->layout.relation != IPIP_PAIR_NO_TUNNEL)
        out_of_memory();
    read_both(p);
    if (p->pair != NULL)
        ipip_pair_end(p->pair);
}

void pair_run_close(struct pair_run *p)
{
    ipip_pair_free(p->pair);
    for (unsigned i = 0; i < p->files; i++)
        if (p->spooled[i] != NULL)
            spool_free(p->spooled[i], p->run->options.paths[i]);
}
