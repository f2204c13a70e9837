/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "difference.h"

#include <inttypes.h>
#include <stdio.h>

#include "../wrap.h"
#include "ipip/address.h"
#include "jsonl.h"
#include "status_key.h"
#include "timestamp.h"

enum { INDENT = 2, HANG = 4 };

static const char *const taken_keys[ROUNDTRIP_TAKEN] = {"padding", "flow_label", "gre_type", "erspan_tag"};

static const char *const taken_texts[ROUNDTRIP_TAKEN] = {
    "with octets behind the inner packet, taken over",
    "of tunnels whose flow labels vary: the label was taken over",
    "with another GRE payload than IP or Ethernet: its type was taken over",
    "with the tag that ERSPAN notes of the frame taken over",
};

enum { OCTETS_TEXT = 2 * 64 + 1 };

/* In hexadecimal. */
static void octets(char text[static OCTETS_TEXT], struct ipip_bytes bytes)
{
    *text = '\0';
    for (uint32_t i = 0; i < bytes.captured && 2 * i + 2 < OCTETS_TEXT; i++)
        sprintf(text + 2 * (size_t)i, "%02x", bytes.data[i]);
}

static void print_json(const struct difference *d, const char *expected, const char *actual, const char *name,
                       const char *reason)
{
    char time[TIMESTAMP_TEXT];
    json_t *object = json_pack("{s:s, s:o, s:I, s:s, s:i, s:s, s:s, s:s, s:s, s:s}", "type", "difference", "file",
                               json_text(d->site.file), "frame", (json_int_t)d->site.frame, "time",
                               timestamp_text(time, d->site.time), "layer", (int)d->layer, "field", name, "expected",
                               expected, "actual", actual, "reason", reason, "configuration", d->configuration);

    if (d->is_tunnel)
        json_object_set_new(object, "tunnel", json_tunnel(&(struct ipip_tunnel_direction){d->src, d->dst, d->kind, 0}));
    jsonl_print(stdout, object);
}

static void print_text(const struct difference *d, const char *expected, const char *actual, const char *name,
                       const char *reason)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];
    struct wrap title = {.out = stdout, .hang = HANG};
    char *text = g_strdup_printf("expected %s, found %s: %s", expected, actual, reason);

    wrap_format(&title, "difference in %s: %s frame %" PRIu64 "%s", name, d->site.file, d->site.frame,
                d->is_tunnel || d->layer > 0 ? "," : "");
    if (d->is_tunnel)
        wrap_format(&title, "tunnel %s > %s%s", ipip_address_text(src, d->src), ipip_address_text(dst, d->dst),
                    d->layer > 0 ? "," : "");
    if (d->layer > 0)
        wrap_format(&title, "nested at level %u", d->layer + 1);
    wrap_end(&title);
    wrap_paragraph(stdout, INDENT, HANG, text);
    g_free(text);
    text = g_strdup_printf("compared with: %s", d->configuration);
    wrap_paragraph(stdout, INDENT, HANG, text);
    g_free(text);
    putchar('\n');
}

void difference_print(enum report_format format, const struct difference *d)
{
    char expected[OCTETS_TEXT] = "same";
    char actual[OCTETS_TEXT] = "other";

    if (d->field != NULL) {
        octets(expected, d->expected);
        octets(actual, d->actual);
    }
    (format == REPORT_JSONL ? print_json : print_text)(
        d, expected, actual, d->field != NULL ? d->field : "payload",
        d->field != NULL ? d->reason : "encapsulation and decapsulation change the packet");
}

static const char *reason_key(int why)
{
    static const char *const keys[ROUNDTRIP_REASONS] = {
        [IPIP_NOT_A_TUNNEL] = "shim",
        [ROUNDTRIP_FORGOTTEN] = "forgotten",
        [ROUNDTRIP_ESP] = "esp",
        [ROUNDTRIP_IPCOMP] = "ipcomp",
        [ROUNDTRIP_NAMED] = "not_read",
        [ROUNDTRIP_EXTENSION] = "extension_header",
        [ROUNDTRIP_ROUTING] = "gre_routing",
        [ROUNDTRIP_GUE] = "gue_optional",
        [ROUNDTRIP_MIRROR] = "erspan_cut",
    };

    return keys[why] != NULL ? keys[why] : status_key((enum ipip_status)why);
}

static const char *reason_text(int why)
{
    static const char *const texts[ROUNDTRIP_REASONS] = {
        [IPIP_NOT_A_TUNNEL] = "with other headers between outer and inner",
        [IPIP_FRAGMENT] = "fragments that are incomplete, repeated or overlapping",
        [ROUNDTRIP_FORGOTTEN] = "of tunnels whose configuration was not learnt: table full",
        [ROUNDTRIP_ESP] = "ESP: what is inside is encrypted",
        [ROUNDTRIP_IPCOMP] = "IPComp: what is inside is compressed",
        [ROUNDTRIP_NAMED] = "of kinds that are not read",
        [ROUNDTRIP_EXTENSION] = "with extension headers that are more than the encapsulation limit",
        [ROUNDTRIP_ROUTING] = "GRE with source routes",
        [ROUNDTRIP_GUE] = "GUE with optional fields, or a control message",
        [ROUNDTRIP_MIRROR] = "ERSPAN that cut the frame, or with a platform's header",
    };

    return texts[why] != NULL ? texts[why] : ipip_status_text((enum ipip_status)why);
}

void not_comparable_print(const struct site *site, const struct outcome *outcome)
{
    char time[TIMESTAMP_TEXT];
    json_t *object = json_pack("{s:s, s:o, s:I, s:s, s:I, s:s, s:s}", "type", "not_comparable", "file",
                               json_text(site->file), "frame", (json_int_t)site->frame, "time",
                               timestamp_text(time, site->time), "frames", (json_int_t)outcome->frames, "reason",
                               reason_key(outcome->reason), "message", reason_text(outcome->reason));

    jsonl_print(stdout, object);
}

static void counts_add(struct roundtrip_counts *sum, const struct roundtrip_counts *counts)
{
    sum->identical += counts->identical;
    sum->different += counts->different;
    sum->not_comparable += counts->not_comparable;
    for (int why = 0; why < ROUNDTRIP_REASONS; why++)
        sum->reasons[why] += counts->reasons[why];
}

void roundtrip_summary_add(struct roundtrip_summary *sum, const struct roundtrip_summary *summary)
{
    sum->tunnel_packets += summary->tunnel_packets;
    sum->not_ipv4 += summary->not_ipv4;
    sum->not_held += summary->not_held;
    sum->ce_marked += summary->ce_marked;
    for (int what = 0; what < ROUNDTRIP_TAKEN; what++)
        sum->taken[what] += summary->taken[what];
    for (int row = 0; row < ROUNDTRIP_ROWS; row++)
        counts_add(&sum->rows[row], &summary->rows[row]);
}

struct roundtrip_counts roundtrip_sum(const struct roundtrip_summary *summary)
{
    struct roundtrip_counts sum = {0};

    for (int row = 0; row < ROUNDTRIP_ROWS; row++)
        counts_add(&sum, &summary->rows[row]);
    return sum;
}

static json_t *reasons_object(const struct roundtrip_counts *counts)
{
    json_t *reasons = json_object();

    for (int why = 0; why < ROUNDTRIP_REASONS; why++) {
        if (counts->reasons[why] > 0)
            json_object_set_new(reasons, reason_key(why), json_integer((json_int_t)counts->reasons[why]));
    }
    return reasons;
}

static uint64_t sum_of(const struct roundtrip_counts *counts)
{
    return counts->identical + counts->different + counts->not_comparable;
}

/* IPv4 in IPv4 alone needs no row of its own. */
static gboolean has_other_kinds(const struct roundtrip_summary *s)
{
    for (int kind = 0; kind < IPIP_KINDS; kind++) {
        if (kind != IPIP_KIND_IPIP && sum_of(&s->rows[kind]) > 0)
            return TRUE;
    }
    return FALSE;
}

/* A fragment whose kind did not become known has none. */
static const char *name_of(int kind)
{
    return kind != IPIP_KIND_NONE ? ipip_kind_about((enum ipip_kind)kind)->name : "unknown";
}

static void add_kinds(json_t *object, const struct roundtrip_summary *s)
{
    json_t *kinds = json_object();
    json_t *taken = json_object();

    for (int kind = 0; kind < IPIP_KINDS; kind++) {
        const struct roundtrip_counts *counts = &s->rows[kind];

        if (sum_of(counts) > 0)
            json_object_set_new(kinds, name_of(kind),
                                json_pack("{s:I, s:I, s:I, s:I, s:o}", "tunnel_packets", (json_int_t)sum_of(counts),
                                          "identical", (json_int_t)counts->identical, "different",
                                          (json_int_t)counts->different, "not_comparable",
                                          (json_int_t)counts->not_comparable, "reasons", reasons_object(counts)));
    }
    for (int what = 0; what < ROUNDTRIP_TAKEN; what++) {
        if (s->taken[what] > 0)
            json_object_set_new(taken, taken_keys[what], json_integer((json_int_t)s->taken[what]));
    }
    json_object_set_new(object, "kinds", kinds);
    json_object_set_new(object, "taken_over", taken);
}

static void print_json_summary(const struct roundtrip_summary *s)
{
    struct roundtrip_counts all = roundtrip_sum(s);
    json_t *object = json_pack(
        "{s:s, s:i, s:I, s:b, s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:{s:I, s:I, s:I, s:I, s:I}}", "type", "summary",
        "version", JSON_VERSION, "files", (json_int_t)s->frames->files, "interrupted", s->frames->is_interrupted,
        "packets", (json_int_t)s->frames->packets, "tunnel_packets", (json_int_t)s->tunnel_packets, "identical",
        (json_int_t)all.identical, "different", (json_int_t)all.different, "not_comparable",
        (json_int_t)all.not_comparable, "reasons", reasons_object(&all), "ce_marked", (json_int_t)s->ce_marked,
        "skipped", "not_ipv4", (json_int_t)s->not_ipv4, "link_type", (json_int_t)s->frames->unsupported_links,
        "truncated", (json_int_t)s->frames->truncated, "filtered", (json_int_t)s->frames->filtered, "unfilterable",
        (json_int_t)s->frames->unfilterable);

    if (s->not_held > 0)
        json_object_set_new(json_object_get(object, "skipped"), "not_held", json_integer((json_int_t)s->not_held));
    if (has_other_kinds(s))
        add_kinds(object, s);
    jsonl_print(stdout, object);
}

static void print_text_kinds(const struct roundtrip_summary *s)
{
    for (int what = 0; what < ROUNDTRIP_TAKEN; what++) {
        if (s->taken[what] > 0)
            printf("  %" PRIu64 " of the identical %s\n", s->taken[what], taken_texts[what]);
    }
    if (!has_other_kinds(s))
        return;
    printf("  tunnel packets by kind: identical, different, not comparable\n");
    for (int kind = 0; kind < IPIP_KINDS; kind++) {
        const struct roundtrip_counts *counts = &s->rows[kind];

        if (sum_of(counts) > 0)
            printf("    %-10s %10" PRIu64 " %10" PRIu64 " %10" PRIu64 "\n", name_of(kind), counts->identical,
                   counts->different, counts->not_comparable);
    }
}

static void print_text_summary(const struct roundtrip_summary *s)
{
    struct roundtrip_counts all = roundtrip_sum(s);

    if (s->frames->files == 0) /* with a message before */
        return;
    printf("%" PRIu64 " packet%s in %" PRIu64 " file%s: %" PRIu64 " tunnel packet%s\n", s->frames->packets,
           s->frames->packets == 1 ? "" : "s", s->frames->files, s->frames->files == 1 ? "" : "s", s->tunnel_packets,
           s->tunnel_packets == 1 ? "" : "s");
    printf("  identical      %" PRIu64, all.identical);
    if (s->ce_marked > 0)
        printf(" (%" PRIu64 " of them except for a CE mark set by a router)", s->ce_marked);
    printf("\n  different      %" PRIu64 "\n  not comparable %" PRIu64 "\n", all.different, all.not_comparable);
    for (int why = 0; why < ROUNDTRIP_REASONS; why++) {
        if (all.reasons[why] > 0)
            printf("    %" PRIu64 " %s\n", all.reasons[why], reason_text(why));
    }
    print_text_kinds(s);
    if (s->not_ipv4 + s->frames->unsupported_links + s->frames->truncated + s->frames->filtered > 0)
        printf("  skipped        %" PRIu64 " (%" PRIu64 " neither IPv4 nor a tunnel, %" PRIu64
               " of unsupported link types, %" PRIu64 " cut off, %" PRIu64 " filtered)\n",
               s->not_ipv4 + s->frames->unsupported_links + s->frames->truncated + s->frames->filtered, s->not_ipv4,
               s->frames->unsupported_links, s->frames->truncated, s->frames->filtered);
    if (s->frames->unfilterable > 0)
        printf("  skipped        %" PRIu64 " of link types that the filter can't be used on\n",
               s->frames->unfilterable);
    if (s->not_held > 0)
        printf("  skipped        %" PRIu64 " that the tunnel does not hold\n", s->not_held);
    if (all.identical + all.different == 0)
        printf("nothing could be compared\n");
}

void roundtrip_summary_print(enum report_format format, const struct roundtrip_summary *s)
{
    (format == REPORT_JSONL ? print_json_summary : print_text_summary)(s);
}
