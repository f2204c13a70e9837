/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../say.h"
#include "conform.h"
#include "report_file.h"

static const struct {
    const char *name;
    conform_print *print;
} formats[] = {
    [REPORT_TEXT] = {"text", conform_text_print},
    [REPORT_JSONL] = {"jsonl", conform_json_print},
    [REPORT_HTML] = {"html", conform_html_print},
};

const char *conform_format_name(int index)
{
    return (size_t)index < G_N_ELEMENTS(formats) ? formats[index].name : NULL;
}

struct conform_outputs {
    const struct options *options;
    struct report_file *files[REPORT_OUTPUTS_MAX];
};

struct conform_outputs *conform_outputs_open(const struct options *options)
{
    struct conform_outputs *outputs = g_new0(struct conform_outputs, 1);
    GError *error = NULL;

    outputs->options = options;
    for (unsigned i = 0; i < options->output_count; i++) {
        outputs->files[i] = report_file_open(options->outputs[i].path, &error);
        if (outputs->files[i] != NULL)
            continue;
        say("%s: %s", options->outputs[i].path, error->message);
        g_error_free(error);
        conform_outputs_close(outputs, NULL);
        return NULL;
    }
    return outputs;
}

static gboolean close_file(struct report_file *file, const struct report_output *output,
                           const struct conform_report *report)
{
    GError *error = NULL;

    if (report == NULL) {
        report_file_discard(file);
        return TRUE;
    }
    formats[output->format].print(report_file_stream(file), report);
    if (report_file_commit(file, &error))
        return TRUE;
    say("%s: %s", output->path, error->message);
    g_error_free(error);
    return FALSE;
}

gboolean conform_outputs_close(struct conform_outputs *outputs, const struct conform_report *report)
{
    const struct options *options = outputs->options;
    gboolean is_good = TRUE;

    if (report != NULL && !options->is_quiet)
        formats[options->format].print(stdout, report);
    for (unsigned i = 0; i < options->output_count && outputs->files[i] != NULL; i++)
        is_good &= close_file(outputs->files[i], &options->outputs[i], report);
    g_free(outputs);
    return is_good;
}
