/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SARIF 2.1.0 (OASIS): one run, its results written as they come. */
#include <string.h>

#include "fingerprint.h"
#include "formats.h"
#include "ipip/version.h"
#include "json.h"
#include "sarif_rules.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

struct report {
    FILE *out;
    const struct options *options;
    gboolean has_results;
};

/* A reference to a URI (RFC 3986): a path, with an escape for whatever has a meaning there. */
static char *uri_of(const char *path)
{
    char *escaped = g_uri_escape_string(path, "/", FALSE);
    char *uri = g_strconcat(*path == '/' ? "file://" : "", escaped, NULL);

    g_free(escaped);
    return uri;
}

/* {"uri": ...} */
static json_t *location_of(const char *path)
{
    char *uri = uri_of(path);
    json_t *location = json_pack("{s:s}", "uri", uri);

    g_free(uri);
    return location;
}

static json_t *artifacts(const struct options *options)
{
    json_t *all = json_array();

    for (int i = 0; i < options->path_count; i++)
        json_array_append_new(all, json_pack("{s:o}", "location", location_of(options->paths[i])));
    return all;
}

/* The run is open from here on: its results, then what is known at its end. */
static struct report *sarif_open(const struct options *options, FILE *out)
{
    struct report *report = g_new0(struct report, 1);

    report->out = out;
    report->options = options;
    fprintf(out, "{\"$schema\":\"" SCHEMA "\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":");
    json_write(out, json_pack("{s:{s:s, s:s, s:s, s:s, s:o}}", "driver", "name", "ipip", "version", ipip_version(),
                              "semanticVersion", ipip_version(), "fullName",
                              "ipip check: judges IP-in-IP tunnels in captures", "rules", sarif_rules(options)));
    fputs(",\"artifacts\":", out);
    json_write(out, artifacts(options));
    fputs(",\"results\":[", out);
    return report;
}

static json_t *physical_location(const char *file)
{
    return json_pack("{s:o}", "artifactLocation", location_of(file));
}

static void add_logical(json_t *all, const char *kind, char *name, char *whole)
{
    json_array_append_new(all, json_pack("{s:s, s:s, s:s}", "name", name, "fullyQualifiedName", whole, "kind", kind));
    g_free(name);
    g_free(whole);
}

/* The frame, and in it the octets that decide: "frame 17/outer header/octets 6 to 7", from 0 on. */
static json_t *logical_locations(const struct report_finding *finding)
{
    char *frame = g_strdup_printf("frame %" G_GUINT64_FORMAT, finding->site.frame);
    json_t *all = json_array();

    add_logical(all, "frame", g_strdup(frame), g_strdup(frame));
    for (int i = 0; finding->of_packet != NULL && i < IPIP_EXCERPT_MAX; i++) {
        const struct ipip_excerpt *excerpt = &finding->of_packet->excerpts[i];
        unsigned first = excerpt->marked.offset;

        if (excerpt->marked.count == 0)
            continue;
        add_logical(all, "octets",
                    g_strdup_printf("octets %u to %u of %s", first, first + excerpt->marked.count - 1, excerpt->name),
                    g_strdup_printf("%s/%s/%u-%u", frame, excerpt->name, first, first + excerpt->marked.count - 1));
    }
    g_free(frame);
    return all;
}

static json_t *location(const struct report_finding *finding)
{
    return json_pack("{s:o, s:o}", "physicalLocation", physical_location(finding->site.file), "logicalLocations",
                     logical_locations(finding));
}

/* The packet without which this one would be nothing special. */
static json_t *related_location(const struct site *site)
{
    char *frame = g_strdup_printf("frame %" G_GUINT64_FORMAT, site->other_frame);
    json_t *related = json_pack("{s:i, s:o, s:[{s:s, s:s}], s:{s:s}}", "id", 1, "physicalLocation",
                                physical_location(site->other_file), "logicalLocations", "name", frame, "kind", "frame",
                                "message", "text", "the packet that it is compared with");

    g_free(frame);
    return related;
}

/* What has no place of its own in SARIF: the finding as in JSON Lines. */
static json_t *properties(const struct report_finding *finding)
{
    static const char *const elsewhere[] = {"type", "rule", "severity", "message"};
    json_t *object = json_finding(finding);

    for (size_t i = 0; i < G_N_ELEMENTS(elsewhere); i++)
        json_object_del(object, elsewhere[i]);
    return object;
}

static json_t *message(const struct finding_words *words)
{
    char *text = g_strdup_printf("%s (expected %s, found %s)", words->message, words->expected, words->actual);
    json_t *object = json_pack("{s:s}", "text", text);

    g_free(text);
    return object;
}

/* By a file, for what it says. */
static json_t *suppression(const char *file, const char *why)
{
    return json_pack("[{s:s, s:s, s:o, s:{s:o}}]", "kind", "external", "status", "accepted", "justification",
                     json_text(why), "location", "physicalLocation", physical_location(file));
}

static void compare_with_baseline(json_t *result, const char *baseline, gboolean is_known)
{
    char *why = g_strdup_printf("known from the baseline %s", baseline);

    json_object_set_new(result, "baselineState", json_string(is_known ? "unchanged" : "new"));
    if (is_known)
        json_object_set_new(result, "suppressions", suppression(baseline, why));
    g_free(why);
}

static gboolean sarif_finding(struct report *report, const struct report_finding *finding)
{
    struct finding_words words;
    json_t *result;
    char *digest;

    finding_words(&words, finding);
    digest = fingerprint(finding, &words);
    result = json_pack("{s:s, s:i, s:s, s:o, s:[o], s:{s:s}, s:o}", "ruleId", finding->rule->id, "ruleIndex",
                       (int)finding->rule_index, "level", sarif_level(finding->severity), "message", message(&words),
                       "locations", location(finding), "partialFingerprints", SARIF_FINGERPRINT, digest, "properties",
                       properties(finding));
    g_free(digest);
    if (finding->of_packet == NULL)
        json_object_set_new(result, "occurrenceCount", json_integer((json_int_t)finding->count));
    if (finding->site.other_frame != 0)
        json_object_set_new(result, "relatedLocations", json_pack("[o]", related_location(&finding->site)));
    if (finding->silenced != NULL)
        json_object_set_new(result, "suppressions", suppression(report->options->settings.path, finding->silenced));
    else if (report->options->baseline != NULL)
        compare_with_baseline(result, report->options->baseline, finding->site.is_known);
    fputs(report->has_results ? ",\n" : "\n", report->out);
    json_write(report->out, result);
    report->has_results = TRUE;
    return TRUE;
}

static json_t *notifications(const struct check_summary *summary)
{
    json_t *all = json_array();

    if (summary->frames->is_unreadable)
        json_array_append_new(all, json_pack("{s:s, s:{s:s}}", "level", "error", "message", "text",
                                             "a capture could not be read to its end; what could be read is judged"));
    if (summary->frames->is_interrupted)
        json_array_append_new(all, json_pack("{s:s, s:{s:s}}", "level", "warning", "message", "text",
                                             "interrupted; what came before is judged"));
    return all;
}

static void sarif_summary(struct report *report, const struct check_summary *summary)
{
    json_t *invocation = json_pack("{s:b, s:o, s:o}", "executionSuccessful", !summary->frames->is_unreadable,
                                   "toolExecutionNotifications", notifications(summary), "ruleConfigurationOverrides",
                                   sarif_overrides(summary->settings));

    fputs("],\"invocations\":", report->out);
    json_write(report->out, json_pack("[o]", invocation));
    fputs(",\"properties\":", report->out);
    json_write(report->out, json_pack("{s:o}", "summary", json_summary(summary)));
    fputs("}]}\n", report->out);
}

static gboolean sarif_close(struct report *report)
{
    g_free(report);
    return TRUE;
}

const struct report_format_ops report_sarif = {
    .open = sarif_open,
    .finding = sarif_finding,
    .summary = sarif_summary,
    .close = sarif_close,
    .has_silenced = TRUE,
};
