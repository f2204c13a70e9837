/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inventory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "carriers.h"
#include "direction.h"
#include "frame_counts.h"
#include "ipip/address.h"
#include "ipip/path_length.h"
#include "jsonl.h"
#include "line.h"
#include "out_of_memory.h"
#include "statements.h"
#include "timestamp.h"
#include "vantage.h"

static void print_row(const char *name, const char *text)
{
    struct line line = line_row(name);

    line_add(&line, text);
    line_print(&line);
}

static void print_heading(const struct direction *d)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];
    struct line line;

    ipip_address_text(src, d->seen->src);
    ipip_address_text(dst, d->seen->dst);
    if (d->group != NULL) {
        printf("sources %s/%d > %s: %u directions (--all lists each)\n", src, IPIP_GROUP_PREFIX_BITS, dst,
               d->group->sources);
        return;
    }
    line.length = 0;
    line_add(&line, "tunnel ");
    line_add(&line, src);
    line_add(&line, " > ");
    line_add(&line, dst);
    if (d->more != NULL)
        statements_add_kind(&line, d);
    line_print(&line);
}

static void print_fragments(const struct ipip_direction_stats *t)
{
    uint32_t inner = t->stats.inner_fragments;
    struct line line = line_row("fragments");

    if (t->outer_fragments == 0 && inner == 0)
        line_add(&line, "none");
    if (t->outer_fragments > 0) {
        line_add_number(&line, t->outer_fragments);
        line_add(&line, inner > 0 ? " of tunnel packets, " : " of tunnel packets");
    }
    if (inner > 0) {
        line_add_number(&line, inner);
        line_add(&line, " of inner datagrams");
    }
    line_print(&line);
}

static void add_share(struct line *line, const struct ipip_inference *s, const char *behind)
{
    line_add_number(line, s->agree);
    line_add(line, " of ");
    line_add_number(line, s->packets);
    line_add(line, " packets");
    line_add(line, behind);
}

static void print_inference(const struct direction *d, enum ipip_inferred_field field)
{
    const struct ipip_inference *s = ipip_inference_of(&d->inferences, field);
    const char *confidence = ipip_inference_confidence(s, field);
    char text[IPIP_INFERENCE_TEXT];
    const char *words = field == IPIP_INFERRED_TTL ? ipip_inference_ttl_words(text, &d->inferences, &d->entry)
                                                   : ipip_inference_words(text, &d->inferences, field);

    struct line line = line_row(ipip_inferred_field_name(field));

    if (s->candidates == 0 && s->constant == 0) {
        line_add(&line, "varies (the best guess explains ");
        add_share(&line, s, ")");
    } else if (g_strcmp0(confidence, "not observable") == 0) {
        if (field == IPIP_INFERRED_DF && ipip_inference_df_seen(&d->inferences) != NULL) {
            line_add(&line, ipip_inference_df_seen(&d->inferences));
            line_add(&line, " in all packets; ");
        }
        line_add(&line, "not observable: ");
        line_add(&line, words);
    } else {
        line_add_column(&line, words, 28);
        line_add(&line, " ");
        line_add(&line, confidence);
        line_add(&line, ", ");
        add_share(&line, s, ", margin ");
        line_add_number(&line, s->margin);
    }
    line_print(&line);
}

static void print_entry_ttl(const struct ipip_entry_ttl *entry)
{
    char text[IPIP_ENTRY_TTL_TEXT];
    const char *words = ipip_entry_ttl_words(text, entry);

    if (words != NULL)
        printf("  %-10s %-28s %s, by %s\n", "entry ttl", words, ipip_entry_ttl_confidence(entry),
               entry->by == IPIP_ENTRY_TTL_ICMP ? "ICMP" : "the nearest initial TTL");
}

static void print_sizes(const struct ipip_tunnel_stats *o)
{
    struct line line;

    if (o->habits.ttl.packets == 0)
        return;
    line = line_row("overhead");
    line_add_number(&line, o->overhead_min);
    if (o->overhead_min != o->overhead_max) {
        line_add(&line, " to ");
        line_add_number(&line, o->overhead_max);
    }
    line_add(&line, " octets");
    line_print(&line);
    line = line_row("largest");
    line_add_number(&line, o->largest);
    line_add(&line, " octets");
    line_print(&line);
}

/* What was agreed on, what got through, what did not, and what to do. */
static void print_story(const struct direction *d)
{
    char text[IPIP_SIZES_TEXT];

    if (ipip_sizes_mss_words(text, &d->seen->sizes) != NULL)
        print_row("mss", text);
    if (d->sizes.acknowledged != 0)
        printf("  %-10s inner packets of up to %u octets\n", "answered", d->sizes.acknowledged);
    if (ipip_size_unanswered_words(text, &d->sizes) != NULL)
        printf("  %-10s %s: retransmitted, never acknowledged%s\n", "unanswered", text,
               d->sizes.basis == IPIP_SIZE_BASIS_ANSWERS || d->sizes.basis == IPIP_SIZE_BASIS_ICMP
                   ? ""
                   : "; no evidence that the size is the cause (IPIP319)");
    if (ipip_size_arithmetic_words(text, &d->sizes) != NULL)
        print_row("sizes", text);
    if (ipip_size_advice_words(text, &d->sizes) != NULL)
        print_row("advice", text);
}

static void print_path_length(const char *words, const char *basis)
{
    struct line line = line_row("path");

    line_add_column(&line, words, 30);
    line_add(&line, " ");
    line_add(&line, basis);
    line_print(&line);
}

/* What is known of the path to the exit. */
static void print_path(const struct ipip_path *path, const struct ipip_direction_stats *back)
{
    struct ipip_path_length length = ipip_path_length(path, back != NULL ? &back->stats : NULL);
    char text[IPIP_PATH_TEXT];
    const char *words = ipip_path_length_words(text, length);

    if (words == NULL)
        print_row("path", "not observable");
    else
        print_path_length(words, length.confidence == IPIP_PATH_LIKELY ? "likely, as in the other direction"
                                                                       : "certain, by ICMP");
    if (path->mtu != 0)
        printf("  %-10s %u octets, by ICMP\n", "path mtu", path->mtu);
}

/* Each part in a line of its own, the first one with a name. NULL: nothing. */
static void print_parts(const char *name, const char *parts)
{
    for (const char *end; parts != NULL; parts = end != NULL ? end + 2 : NULL, name = "") {
        struct line line = line_row(name);

        end = strstr(parts, "; ");
        line_add_octets(&line, parts, end != NULL ? (size_t)(end - parts) : strlen(parts));
        line_print(&line);
    }
}

static void print_packets(const struct direction *d)
{
    struct line line = line_row("packets");

    line_add_number(&line, d->packets);
    line_add(&line, ", ");
    line_add_number(&line, d->seen->bytes);
    line_add(&line, " octets, ");
    line_add_number(&line, d->packets_back);
    line_add(&line, " in the other direction");
    line_print(&line);
}

static void print_times(const struct ipip_direction_stats *t)
{
    char text[TIMESTAMP_TEXT];
    struct line line = line_row("time");

    line_add(&line, timestamp_text(text, t->first));
    line_add(&line, " to ");
    line_add(&line, timestamp_text(text, t->last));
    line_print(&line);
}

static void print_text(const struct direction *d)
{
    const struct ipip_direction_stats *t = d->seen;

    print_heading(d);
    print_packets(d);
    if (t->copies > 0)
        printf("  %-10s %u left out: captured before, in another place or by a mirror port\n", "copies", t->copies);
    print_times(t);
    carriers_print_tunnel(d->carriers);
    vantage_print_place(&d->vantage);
    for (int field = 0; field < IPIP_INFERRED_FIELDS; field++) {
        if (!direction_shows(d, (enum ipip_inferred_field)field))
            continue;
        print_inference(d, (enum ipip_inferred_field)field);
        if (field == IPIP_INFERRED_TTL)
            print_entry_ttl(&d->entry);
    }
    statements_print(d);
    if (d->inferences.encapsulators > 0)
        printf("  %-10s %u with this source address, by their Identifications\n", "encaps",
               d->inferences.encapsulators);
    print_sizes(&t->stats);
    print_fragments(t);
    print_path(&d->path, d->back);
    print_story(d);
    if (d->packets > 0) {
        print_row("profile", *d->profiles != '\0'                     ? d->profiles
                             : d->seen->stats.habits.ttl.packets == 0 ? "not observable"
                             : d->inferences.is_few                   ? "too few packets"
                                                                      : "none known");
        if (d->group == NULL)
            print_parts("command", d->command != NULL ? d->command : direction_why_no_command(d));
        print_parts("", d->note);
    }
    putchar('\n');
}

/* Notes where what is declared for all directions does not hold for this one. */
static void note_conflict(struct ipip_vantage_conflict *conflict, const struct ipip_policy *policy,
                          const struct direction *d)
{
    if (d->vantage.is_refuted && conflict->directions++ == 0)
        *conflict = (struct ipip_vantage_conflict){1, d->seen->src, d->seen->dst, d->seen->stats.habits.ttl.outer[0],
                                                   policy->vantage};
}

static void print_direction(const struct options *options, const struct tunnel_list *list,
                            const struct ipip_source_group *group, const struct ipip_direction_stats *seen,
                            struct ipip_vantage_conflict *conflict)
{
    struct direction *d = direction_new(list, &options->policy, group, seen);

    note_conflict(conflict, &options->policy, d);
    (options->format == REPORT_JSONL ? direction_print_json : print_text)(d);
    direction_free(d);
}

/* A balancer's sources are summed where the first of them appears; programs get each as well. */
static struct ipip_vantage_conflict print_directions(const struct options *options, const struct tunnel_list *list)
{
    struct ipip_vantage_conflict conflict = {0};
    struct ipip_source_groups *groups = ipip_source_groups_new(list->tunnels);

    if (groups == NULL)
        out_of_memory();
    for (uint32_t i = 0; i < ipip_inventory_count(list->tunnels); i++) {
        const struct ipip_direction_stats *seen = ipip_inventory_at(list->tunnels, i);
        const struct ipip_source_group *group = ipip_source_group_of(groups, seen);
        bool is_folded = group != NULL && options->format == REPORT_TEXT && !options->is_all;

        if (group != NULL && group->first_index == i && (is_folded || options->format == REPORT_JSONL))
            print_direction(options, list, group, &group->seen, &conflict);
        if (!is_folded)
            print_direction(options, list, NULL, seen, &conflict);
    }
    ipip_source_groups_free(groups);
    return conflict;
}

static void print_counts(const struct frame_counts *counts, uint32_t directions)
{
    frame_counts_print(stdout, counts);
    printf(": %u tunnel direction%s\n", directions, directions == 1 ? "" : "s");
    frame_counts_print_dropped(stdout, counts);
}

void inventory_print(const struct options *options, const struct tunnel_list *list)
{
    enum report_format format = options->format;
    const struct frame_counts *counts = list->counts;
    uint32_t count = ipip_inventory_count(list->tunnels);
    uint64_t left_out = ipip_inventory_left_out(list->tunnels);
    uint64_t unread = ipip_inventory_unread(list->tunnels);
    uint64_t paths = ipip_judge_losses(list->judge).paths;
    struct ipip_vantage_conflict conflict = print_directions(options, list);

    if (counts->files > 0)
        vantage_say(&conflict, list->judge, &options->policy);
    if (format == REPORT_JSONL) {
        json_t *summary =
            json_pack("{s:s, s:i, s:I, s:b, s:I, s:I, s:I, s:I, s:{s:I, s:I}}", "type", "summary", "version",
                      JSON_VERSION, "files", (json_int_t)counts->files, "interrupted", counts->is_interrupted,
                      "packets", (json_int_t)counts->packets, "dropped", (json_int_t)counts->dropped, "tunnels",
                      (json_int_t)count, "unread_headers", (json_int_t)unread, "forgotten", "tunnel_headers",
                      (json_int_t)left_out, "paths", (json_int_t)paths);

        vantage_add_json(&conflict, summary);
        jsonl_print(stdout, summary);
        return;
    }
    if (counts->files > 0)
        print_counts(counts, count);
    if (unread > 0)
        printf("  not listed: %" PRIu64 " tunnel header%s; what they hold can't be read (ipip check says why)\n",
               unread, unread == 1 ? "" : "s");
    if (left_out > 0)
        printf("  not listed: %" PRIu64 " tunnel header%s of further directions; the table holds %u\n", left_out,
               left_out == 1 ? "" : "s", count);
    if (paths > 0)
        printf("  paths evicted from a full table: %" PRIu64 "\n", paths);
    vantage_print(stdout, &conflict);
}
