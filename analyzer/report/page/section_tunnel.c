/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One tunnel direction: what is wrong with it, how it is configured, and its parts. */
#include <inttypes.h>
#include <string.h>

#include "../direction_text.h"
#include "../html.h"
#include "../timestamp.h"
#include "plot.h"
#include "section.h"

static void put_row(FILE *out, const char *name, const char *value, const char *confidence)
{
    fprintf(out, "<dt>%s</dt><dd>", name);
    html_put(out, value);
    if (confidence != NULL)
        fprintf(out, " <span class=\"soft\">%s</span>", confidence);
    fputs("</dd>\n", out);
}

static void put_command(const struct tunnel_page *t)
{
    const struct direction *d = t->direction;
    FILE *out = t->page->out;
    char *id = g_strconcat(t->id, "-command", NULL), **lines;

    fputs("<h4>Configuration</h4>\n", out);
    if (d->command == NULL) {
        fputs("<p>No command: ", out);
        html_put(out, direction_why_no_command(d) + strlen("none: "));
        fputs("</p>\n", out);
    } else {
        lines = g_strsplit(d->command, "; ", -1);
        fprintf(out, "<div class=\"command\"><pre id=\"%s\">", id);
        for (char **line = lines; *line != NULL; line++) {
            fputs(line == lines ? "" : "\n", out);
            html_put(out, *line);
        }
        fputs("</pre>", out);
        html_put_copy_button(out, id, "the command");
        fputs("</div>\n", out);
        g_strfreev(lines);
    }
    if (d->note != NULL) {
        fputs("<p class=\"soft\">", out);
        html_put(out, d->note);
        fputs("</p>\n", out);
    }
    g_free(id);
}

static void put_inferences(const struct tunnel_page *t)
{
    const struct direction *d = t->direction;
    char text[IPIP_INFERENCE_TEXT];

    for (int i = 0; i < IPIP_INFERRED_FIELDS; i++) {
        enum ipip_inferred_field field = (enum ipip_inferred_field)i;
        const struct ipip_inference *inference = ipip_inference_of(&d->inferences, field);

        if (direction_shows(d, field))
            put_row(t->page->out, ipip_inferred_field_name(field),
                    field == IPIP_INFERRED_TTL ? ipip_inference_ttl_words(text, &d->inferences, &d->entry)
                                               : ipip_inference_words(text, &d->inferences, field),
                    ipip_inference_confidence(inference, field));
    }
}

static void put_statements(const struct tunnel_page *t)
{
    const struct direction *d = t->direction;
    struct ipip_statement s;

    for (size_t i = 0; d->more != NULL && d->packets > 0 && i < ipip_statement_count(); i++) {
        if (ipip_statement_make(&s, i, (enum ipip_kind)d->seen->kind, d->more))
            put_row(t->page->out, s.title, s.text, ipip_certainty_name(s.certainty));
    }
}

static void put_facts(const struct tunnel_page *t)
{
    const struct ipip_direction_stats *seen = t->direction->seen;
    char count[COUNT_TEXT], bytes[COUNT_TEXT], first[TIMESTAMP_TEXT], last[TIMESTAMP_TEXT];
    FILE *out = t->page->out;

    fprintf(out, "<dl class=\"facts\">\n<dt>packets</dt><dd>%s, %s octets</dd>\n<dt>time</dt><dd>%s to %s</dd>\n",
            count_text(count, t->direction->packets), count_text(bytes, seen->bytes),
            timestamp_text(first, seen->first), timestamp_text(last, seen->last));
    if (t->chart->fragments > 0)
        fprintf(
            out,
            "<dt>fragments</dt><dd>%s before the frame that completes their datagram, or of one that stays incomplete; in no plot</dd>\n",
            count_text(count, t->chart->fragments));
    if (seen->copies > 0)
        fprintf(out, "<dt>copies</dt><dd>%s, left out: captured before, in another place or by a mirror port</dd>\n",
                count_text(count, seen->copies));
    put_inferences(t);
    put_statements(t);
    if (*t->direction->profiles != '\0')
        put_row(out, "profile", t->direction->profiles, NULL);
    fputs("</dl>\n", out);
}

static void put_breaches(const struct tunnel_page *t)
{
    GPtrArray *breaches = finding_list_breaches(t->page->findings, &t->which);
    FILE *out = t->page->out;
    char count[COUNT_TEXT];

    fputs(breaches->len > 0 ? "<ul class=\"breaches\">\n" : "<p>No finding on this direction.</p>\n", out);
    for (guint i = 0; i < breaches->len; i++) {
        const struct breach *breach = breaches->pdata[i];
        const struct ipip_rule *rule = ipip_rule_at(breach->rule_index);

        fputs("<li>", out);
        html_put_badge(out, breach->severity);
        fprintf(out, " <a href=\"#%s\">%s %s</a> on %s packet%s</li>\n", rule->id, rule->id, rule->slug,
                count_text(count, breach->count), breach->count == 1 ? "" : "s");
    }
    fputs(breaches->len > 0 ? "</ul>\n" : "", out);
    g_ptr_array_unref(breaches);
}

void section_tunnel(const struct tunnel_page *t)
{
    char text[DIRECTION_TEXT];

    fprintf(t->page->out, "<details class=\"tunnel\"%s><summary><h3 id=\"%s\">", t->is_open ? " open" : "", t->id);
    html_put(t->page->out, direction_text(text, &t->which));
    fprintf(t->page->out, " <span class=\"soft\">%s</span></h3></summary>\n", ipip_kind_about(t->which.kind)->title);
    put_breaches(t);
    put_command(t);
    put_facts(t);
    section_sizes(t);
    section_ttl(t);
    section_identification(t);
    section_codepoints(t);
    section_flows(t);
    section_icmp(t);
    fputs("</details>\n", t->page->out);
}
