/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_outputs.h"

#include <string.h>

#include "option_words.h"
#include "refuse.h"
#include "report/report.h"
#include "standard_files.h"

static gboolean understand(struct report_output *output, const char *text, choice_name *format_at, GError **error)
{
    const char *equals = strchr(text, '=');
    char *name = g_strndup(text, equals != NULL ? (size_t)(equals - text) : 0);
    int format = equals != NULL ? choice_find(name, format_at) : -1;

    if (equals == NULL || equals[1] == '\0')
        refuse(error, NULL, "it must be FORMAT=FILE, such as sarif=findings.sarif");
    else if (format < 0)
        choice_refuse(name, format_at, error);
    else if (strcmp(equals + 1, "-") == 0)
        refuse(error, NULL, "standard output is for --format; name a file");
    else
        *output = (struct report_output){(enum report_format)format, equals + 1};
    g_free(name);
    return output->path != NULL || refuse_option("output", text, error);
}

static gboolean understand_triage(struct options *o, const struct option_texts *t, GError **error)
{
    int least = IPIP_NOTE, key = GROUP_BY_RULE;

    if (!choice_of_option("min-severity", t->min_severity, option_severity_name, &least, error) ||
        !choice_of_option("group-by", t->group_by, group_key_name, &key, error))
        return FALSE;
    o->min_severity = (enum ipip_severity)least;
    o->group_by = (enum group_key)key;
    o->is_grouped = t->group_by != NULL;
    if (o->is_grouped && o->is_summary)
        return refuse(error, NULL, "--summary and --group-by contradict each other");
    if ((o->is_grouped || o->is_summary) && o->format >= REPORT_FORMATS_COMMON)
        return refuse(error, NULL, "--%s is for the formats text and jsonl", o->is_grouped ? "group-by" : "summary");
    return TRUE;
}

gboolean report_outputs_understand(struct options *o, choice_name *format_at, const struct option_texts *t,
                                   GError **error)
{
    for (char **text = o->output_texts; text != NULL && *text != NULL; text++) {
        if (o->output_count == REPORT_OUTPUTS_MAX)
            return refuse(error, NULL, "there can be at most %d --output", (int)REPORT_OUTPUTS_MAX);
        if (!understand(&o->outputs[o->output_count], *text, format_at, error))
            return FALSE;
        o->output_count++;
    }
    return understand_triage(o, t, error);
}

/* Also where there is no such file yet. */
static gboolean is_same(const char *a, const char *b)
{
    char *whole_a, *whole_b;
    gboolean is_equal;

    if (a == NULL)
        return FALSE;
    whole_a = g_canonicalize_filename(a, NULL);
    whole_b = g_canonicalize_filename(b, NULL);
    is_equal = strcmp(whole_a, whole_b) == 0;
    g_free(whole_a);
    g_free(whole_b);
    return is_equal || is_same_file(a, b);
}

static gboolean is_apart(const struct options *o, unsigned index, GError **error)
{
    const char *path = o->outputs[index].path, *option = o->output == path ? "-w" : "--output";

    for (int i = 0; i < o->path_count; i++) {
        if (is_same(o->paths[i], path))
            return refuse(error, path, "%s names a capture that is read; write to another file", option);
    }
    if (is_same(o->new_baseline, path) || is_same(o->baseline, path) || is_same(o->settings.path, path))
        return refuse(error, path, "%s names the baseline or the policy file; write to another file", option);
    for (unsigned i = 0; i < index; i++) {
        if (is_same(o->outputs[i].path, path))
            return refuse(error, path, "two --output name this file");
    }
    return TRUE;
}

gboolean report_outputs_are_apart(const struct options *o, GError **error)
{
    for (unsigned i = 0; i < o->output_count; i++) {
        if (!is_apart(o, i, error))
            return FALSE;
    }
    return TRUE;
}
