/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In front of a format: after so many findings of a rule, known ones apart, the others are counted. */
#include "report.h"

struct report {
    const struct report_format_ops *format;
    struct report *formatted;
    uint64_t most;
    struct report_count shown[IPIP_RULES_MAX];
    struct report_count omitted[IPIP_RULES_MAX];
};

static struct report *limit_open(const struct options *options)
{
    struct report *limit = g_new0(struct report, 1);

    limit->format = report_format_unlimited(options);
    limit->formatted = limit->format->open(options);
    limit->most = (uint64_t)options->max_findings;
    return limit;
}

static uint64_t *count_of(struct report_count *counts, size_t rule_index, const struct site *site)
{
    return site->is_known ? &counts[rule_index].known : &counts[rule_index].fresh;
}

static gboolean has_room(struct report *limit, size_t rule_index, const struct site *site)
{
    gboolean has_room = *count_of(limit->shown, rule_index, site) < limit->most;

    *count_of(limit->omitted, rule_index, site) += !has_room;
    return has_room;
}

static gboolean limit_packet(struct report *limit, const struct site *site, const struct ipip_finding *finding)
{
    gboolean is_shown =
        has_room(limit, finding->rule_index, site) && limit->format->packet_finding(limit->formatted, site, finding);

    *count_of(limit->shown, finding->rule_index, site) += is_shown;
    return is_shown;
}

static gboolean limit_tunnel(struct report *limit, const struct tunnel_finding *finding)
{
    gboolean is_shown = has_room(limit, finding->rule_index, &finding->site) &&
                        limit->format->tunnel_finding(limit->formatted, finding);

    *count_of(limit->shown, finding->rule_index, &finding->site) += is_shown;
    return is_shown;
}

static void limit_summary(struct report *limit, const struct check_summary *summary)
{
    struct check_summary limited = *summary;

    limited.omitted = limit->omitted;
    limit->format->summary(limit->formatted, &limited);
}

static void limit_close(struct report *limit)
{
    limit->format->close(limit->formatted);
    g_free(limit);
}

const struct report_format_ops report_limit = {limit_open, limit_packet, limit_tunnel, limit_summary, limit_close};
