/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "difference.h"

#include <inttypes.h>
#include <stdio.h>

#include "../wrap.h"
#include "ipip/address.h"
#include "jsonl.h"
#include "timestamp.h"

enum { INDENT = 2, HANG = 4 };

static const char *const reason_keys[ROUNDTRIP_REASONS] = {
    [IPIP_OK] = "none",
    [IPIP_TRUNCATED] = "truncated",
    [IPIP_NOT_IPV4] = "inner_not_ipv4",
    [IPIP_MALFORMED] = "malformed",
    [IPIP_NOT_A_TUNNEL] = "shim",
    [IPIP_FRAGMENT] = "fragment",
    [IPIP_TTL_EXPIRED] = "ttl_expired",
    [IPIP_SOURCE_IS_EXIT] = "source_is_exit",
    [IPIP_TOO_LARGE] = "too_large",
    [IPIP_MTU_EXCEEDED] = "mtu_exceeded",
    [IPIP_MTU_UNTOLD] = "mtu_untold",
    [IPIP_ECN_DROP] = "ecn_drop",
    [IPIP_NO_SPACE] = "no_space",
    [IPIP_NO_LINK_LENGTH] = "no_link_length",
    [IPIP_NO_LINK_TYPE] = "no_link_type",
    [ROUNDTRIP_FORGOTTEN] = "forgotten",
};

/* The octets of the field, in hexadecimal. */
static const char *octets(char text[static 16], const struct header_field *field, const uint8_t *header)
{
    struct ipip_octets place = ipip_field_octets(field->field);
    char *end = text;

    *end = '\0';
    for (unsigned i = 0; i < place.count; i++)
        end += sprintf(end, "%02x", header[place.offset + i]);
    return text;
}

static void print_json(const struct difference *d, const char *expected, const char *actual, const char *name,
                       const char *reason)
{
    char time[TIMESTAMP_TEXT];
    json_t *object = json_pack("{s:s, s:o, s:I, s:s, s:i, s:s, s:s, s:s, s:s, s:s}", "type", "difference", "file",
                               jsonl_text(d->site.file), "frame", (json_int_t)d->site.frame, "time",
                               timestamp_text(time, d->site.time), "layer", (int)d->layer, "field", name, "expected",
                               expected, "actual", actual, "reason", reason, "configuration", d->configuration);

    if (d->is_tunnel)
        json_object_set_new(object, "tunnel",
                            jsonl_tunnel(&(struct ipip_tunnel_direction){d->src, d->dst, IPIP_KIND_IPIP, 0}));
    jsonl_print(object);
}

static void print_text(const struct difference *d, const char *expected, const char *actual, const char *name,
                       const char *reason)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];
    struct wrap title = {.hang = HANG};
    char *text = g_strdup_printf("expected %s, found %s: %s", expected, actual, reason);

    wrap_format(&title, "difference in %s: %s frame %" PRIu64 "%s", name, d->site.file, d->site.frame,
                d->is_tunnel || d->layer > 0 ? "," : "");
    if (d->is_tunnel)
        wrap_format(&title, "tunnel %s > %s%s", ipip_address_text(src, d->src), ipip_address_text(dst, d->dst),
                    d->layer > 0 ? "," : "");
    if (d->layer > 0)
        wrap_format(&title, "nested at level %u", d->layer + 1);
    wrap_end(&title);
    wrap_paragraph(INDENT, HANG, text);
    g_free(text);
    text = g_strdup_printf("compared with: %s", d->configuration);
    wrap_paragraph(INDENT, HANG, text);
    g_free(text);
    putchar('\n');
}

void difference_print(enum report_format format, const struct difference *d)
{
    char expected[16];
    char actual[16];
    const char *name = d->field != NULL ? d->field->name : "payload";
    const char *reason = "encapsulation and decapsulation change the packet";

    if (d->field != NULL) {
        reason = header_diff_reason(d->field, d->expected, d->actual);
        octets(expected, d->field, d->expected);
        octets(actual, d->field, d->actual);
    } else {
        g_strlcpy(expected, "same", sizeof expected);
        g_strlcpy(actual, "other", sizeof actual);
    }
    (format == REPORT_JSONL ? print_json : print_text)(d, expected, actual, name, reason);
}

static const char *reason_text(int why)
{
    switch (why) {
    case IPIP_NOT_A_TUNNEL:
        return "with other headers between outer and inner";
    case IPIP_FRAGMENT:
        return "fragments that are incomplete, repeated or overlapping";
    case ROUNDTRIP_FORGOTTEN:
        return "of tunnels whose configuration was not learnt: table full";
    default:
        return ipip_status_text((enum ipip_status)why);
    }
}

static json_t *reasons_object(const struct roundtrip_summary *s)
{
    json_t *reasons = json_object();

    for (int why = 0; why < ROUNDTRIP_REASONS; why++) {
        if (s->reasons[why] > 0)
            json_object_set_new(reasons, reason_keys[why], json_integer((json_int_t)s->reasons[why]));
    }
    return reasons;
}

static void print_json_summary(const struct roundtrip_summary *s)
{
    jsonl_print(json_pack("{s:s, s:I, s:b, s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:{s:I, s:I, s:I, s:I, s:I}}", "type",
                          "summary", "files", (json_int_t)s->frames->files, "interrupted", s->frames->is_interrupted,
                          "packets", (json_int_t)s->frames->packets, "tunnel_packets", (json_int_t)s->tunnel_packets,
                          "identical", (json_int_t)s->identical, "different", (json_int_t)s->different,
                          "not_comparable", (json_int_t)s->not_comparable, "reasons", reasons_object(s), "ce_marked",
                          (json_int_t)s->ce_marked, "skipped", "not_ipv4", (json_int_t)s->not_ipv4, "link_type",
                          (json_int_t)s->frames->unsupported_links, "truncated", (json_int_t)s->frames->truncated,
                          "filtered", (json_int_t)s->frames->filtered, "unfilterable",
                          (json_int_t)s->frames->unfilterable));
}

static void print_text_summary(const struct roundtrip_summary *s)
{
    if (s->frames->files == 0) /* with a message before */
        return;
    printf("%" PRIu64 " packet%s in %" PRIu64 " file%s: %" PRIu64 " tunnel packet%s\n", s->frames->packets,
           s->frames->packets == 1 ? "" : "s", s->frames->files, s->frames->files == 1 ? "" : "s", s->tunnel_packets,
           s->tunnel_packets == 1 ? "" : "s");
    printf("  identical      %" PRIu64, s->identical);
    if (s->ce_marked > 0)
        printf(" (%" PRIu64 " of them except for a CE mark set by a router)", s->ce_marked);
    printf("\n  different      %" PRIu64 "\n  not comparable %" PRIu64 "\n", s->different, s->not_comparable);
    for (int why = 0; why < ROUNDTRIP_REASONS; why++) {
        if (s->reasons[why] > 0)
            printf("    %" PRIu64 " %s\n", s->reasons[why], reason_text(why));
    }
    if (s->not_ipv4 + s->frames->unsupported_links + s->frames->truncated + s->frames->filtered > 0)
        printf("  skipped        %" PRIu64 " (%" PRIu64 " not IPv4, %" PRIu64 " of unsupported link types, %" PRIu64
               " cut off, %" PRIu64 " filtered)\n",
               s->not_ipv4 + s->frames->unsupported_links + s->frames->truncated + s->frames->filtered, s->not_ipv4,
               s->frames->unsupported_links, s->frames->truncated, s->frames->filtered);
    if (s->frames->unfilterable > 0)
        printf("  skipped        %" PRIu64 " of link types that the filter can't be used on\n",
               s->frames->unfilterable);
    if (s->identical + s->different == 0)
        printf("nothing could be compared\n");
}

void roundtrip_summary_print(enum report_format format, const struct roundtrip_summary *s)
{
    (format == REPORT_JSONL ? print_json_summary : print_text_summary)(s);
}
