/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `ipip conform` found, for people: what is violated comes first. */
#include <inttypes.h>

#include "../printable.h"
#include "../wrap.h"
#include "conform.h"
#include "direction_text.h"
#include "paint.h"

enum {
    HANG = 4,
    ROLES_MAX = 4, /* ends of tunnels that are named */
};

static void put_name(struct wrap *line, const char *path)
{
    char *name = printable(path);

    wrap_piece(line, name);
    g_free(name);
}

/* "outer.pcap frames 1, 2, 3 and 40 more": the file again only where it is another one. */
static void print_packets(struct wrap *line, const struct judge_run *run, const struct evidence_packets *packets)
{
    uint64_t shown = MIN(packets->count, EVIDENCE_FRAMES);
    const char *file = NULL;

    for (uint64_t i = 0; i < shown; i++) {
        const char *next = judge_run_path(run, packets->frames[i]);
        const char *behind = i + 1 < shown ? "," : "";

        if (file != next)
            put_name(line, next);
        wrap_format(line, "%s%" PRIu64 "%s", file != next ? "frame " : "", origins_frame(packets->frames[i]), behind);
        file = next;
    }
    if (packets->count > shown)
        wrap_format(line, "and %" PRIu64 " more", packets->count - shown);
}

static void print_statement(FILE *out, const struct conform_report *report, const struct conform_statement *s)
{
    gboolean is_coloured = s->conformity == VIOLATES && paint_is_wanted(&report->run->options, out);
    struct wrap line = {.out = out, .hang = HANG};
    const struct evidence_violation *violation = &s->row.violated;
    const struct evidence_packets *packets = conform_packets(s);

    fputs(paint_severity(is_coloured, violation->severity), out);
    wrap_format(&line, "%-14s", conformity_name(s->conformity));
    fputs(paint_end(is_coloured), out);
    wrap_format(&line, "%-16s %s,", s->requirement->id, ipip_level_name(s->requirement->level));
    wrap_format(&line, "%s:", s->requirement->reference);
    wrap_words(&line, s->requirement->text);
    wrap_end(&line);
    line = (struct wrap){.out = out, .indent = HANG, .hang = HANG};
    if (s->conformity == VIOLATES) {
        wrap_format(&line, "%s %s:", ipip_severity_name(violation->severity), violation->rule->id);
        wrap_words(&line, violation->message);
        wrap_piece(&line, "-");
    }
    if (s->conformity == CANNOT_BE_SEEN)
        wrap_words(&line, s->unseen);
    if (packets != NULL)
        print_packets(&line, report->run, packets);
    wrap_end(&line);
}

static void print_counts(FILE *out, const struct conform_report *report)
{
    static const char *const names[] = {[VIOLATES] = "violated",
                                        [CONFORMS] = "held",
                                        [NOT_EXERCISED] = "not exercised",
                                        [CANNOT_BE_SEEN] = "can't be seen"};
    const char *between = "";

    fprintf(out, "%zu statements: ", report->statement_count);
    for (int i = 0; i < CONFORMITIES; i++) {
        fprintf(out, "%s%" PRIu64 " %s", between, report->counts[i], names[i]);
        between = ", ";
    }
    putc('\n', out);
}

/* What the captures were taken for: where that is wrong, all of it is. */
static void print_roles(FILE *out, const struct conform_report *report)
{
    const struct options *options = &report->run->options;
    struct wrap line = {.out = out, .hang = HANG};
    const struct ipip_pair_layout *layout = &report->pair->layout;
    struct conform_role role;

    if (report->pair->files > 1) {
        wrap_piece(&line, "inside:");
        put_name(&line, options->paths[layout->sides[IPIP_PAIR_FIRST].file]);
        wrap_format(&line, "(%s);", pair_run_is_device(report->pair) ? "the tunnel device" : "a network");
        wrap_piece(&line, "on the wire:");
        put_name(&line, options->paths[layout->sides[IPIP_PAIR_SECOND].file]);
    } else {
        put_name(&line, options->paths[0]);
        wrap_piece(&line, "has both sides");
    }
    wrap_end(&line);
    for (unsigned i = 0; i < ROLES_MAX && conform_role_at(&role, report, i); i++) {
        char tested[IPIP_ADDRESS_TEXT], tunnel[DIRECTION_TEXT];

        fprintf(out, "tested: %s, the %s of tunnel %s\n", ipip_address_text(tested, role.tested),
                conform_end_name(role.end), direction_text(tunnel, &role.direction));
    }
}

void conform_text_print(FILE *out, const struct conform_report *report)
{
    const struct options *options = &report->run->options;
    int shown = options->is_summary ? 0 : options->is_all ? CONFORMITIES : CONFORMS + 1;

    print_roles(out, report);
    print_counts(out, report);
    for (int conformity = 0; conformity < shown; conformity++) {
        if (report->counts[conformity] > 0)
            putc('\n', out);
        for (size_t i = 0; i < report->statement_count; i++) {
            if ((int)report->statements[i].conformity == conformity)
                print_statement(out, report, &report->statements[i]);
        }
    }
    if (!options->is_summary && !options->is_all)
        fprintf(out, "\n%" PRIu64 " not exercised, %" PRIu64 " can't be seen: --all lists them, and why\n",
                report->counts[NOT_EXERCISED], report->counts[CANNOT_BE_SEEN]);
}
