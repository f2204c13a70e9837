/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `ipip conform` found, for people. */
#include <inttypes.h>

#include "../wrap.h"
#include "conform.h"

enum { HANG = 4 };

const char *conformity_name(enum conformity conformity)
{
    static const char *const names[] = {[CONFORMS] = "conforms",
                                        [VIOLATES] = "violates",
                                        [NOT_EXERCISED] = "not exercised",
                                        [CANNOT_BE_SEEN] = "can't be seen"};

    return names[conformity];
}

/* "outer.pcap frames 1, 2, 3 and 40 more": the file again only where it is another one. */
static void print_packets(struct wrap *line, const struct judge_run *run, const struct evidence_packets *packets)
{
    uint64_t shown = MIN(packets->count, EVIDENCE_FRAMES);
    const char *file = NULL;

    for (uint64_t i = 0; i < shown; i++) {
        const char *next = judge_run_file(run, packets->frames[i]);
        const char *behind = i + 1 < shown ? "," : "";

        if (file != next)
            wrap_format(line, "%s", next);
        wrap_format(line, "%s%" PRIu64 "%s", file != next ? "frame " : "", origins_frame(packets->frames[i]), behind);
        file = next;
    }
    if (packets->count > shown)
        wrap_format(line, "and %" PRIu64 " more", packets->count - shown);
}

static void print_statement(const struct judge_run *run, const struct conform_statement *s)
{
    struct wrap line = {.out = stdout, .hang = HANG};
    const struct evidence_violation *violation = &s->row->violated;

    wrap_format(&line, "%-14s %-16s %s,", conformity_name(s->conformity), s->requirement->id,
                ipip_level_name(s->requirement->level));
    wrap_format(&line, "%s:", s->requirement->reference);
    wrap_words(&line, s->requirement->text);
    wrap_end(&line);
    line = (struct wrap){.out = stdout, .indent = HANG, .hang = HANG};
    if (s->conformity == VIOLATES) {
        wrap_format(&line, "%s %s:", ipip_severity_name(violation->severity), violation->rule->id);
        wrap_words(&line, violation->message);
        wrap_piece(&line, "-");
    }
    if (s->conformity == CANNOT_BE_SEEN)
        wrap_words(&line, s->unseen);
    if (s->packets != NULL && s->packets->count > 0)
        print_packets(&line, run, s->packets);
    wrap_end(&line);
}

static void print_summary(const struct judge_run *run, const struct conform_summary *summary)
{
    static const char *const names[] = {[CONFORMS] = "held",
                                        [VIOLATES] = "violated",
                                        [NOT_EXERCISED] = "not exercised",
                                        [CANNOT_BE_SEEN] = "can't be seen"};
    const char *between = "";
    uint64_t sum = 0;

    (void)run;
    for (int i = 0; i < CONFORMITIES; i++)
        sum += summary->counts[i];
    printf("\n%" PRIu64 " statements: ", sum);
    for (int i = 0; i < CONFORMITIES; i++) {
        printf("%s%" PRIu64 " %s", between, summary->counts[i], names[i]);
        between = ", ";
    }
    putchar('\n');
    if (summary->trouble != NULL)
        printf("%s\n", summary->trouble);
}

const struct conform_format_ops conform_text = {print_statement, print_summary};
