/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_file.h"

#include "../capture/output.h"
#include "../out_of_memory.h"

struct report_file {
    FILE *stream;
    struct output *output;
    GError *error; /* the first one; nothing is written from then on */
};

static ssize_t write_through(void *context, const char *data, size_t bytes)
{
    struct report_file *file = context;

    if (file->error != NULL || !output_write(file->output, data, bytes, &file->error))
        return 0;
    return (ssize_t)bytes;
}

struct report_file *report_file_open(const char *path, GError **error)
{
    struct output *output = output_open(path, error);
    struct report_file *file;

    if (output == NULL)
        return NULL;
    file = g_new0(struct report_file, 1);
    file->output = output;
    file->stream = fopencookie(file, "w", (cookie_io_functions_t){.write = write_through});
    if (file->stream == NULL)
        out_of_memory();
    return file;
}

FILE *report_file_stream(const struct report_file *file)
{
    return file->stream;
}

gboolean report_file_commit(struct report_file *file, GError **error)
{
    gboolean is_good;

    fclose(file->stream); /* what can't be written is in `error` */
    is_good = file->error == NULL;
    if (is_good) {
        is_good = output_commit(file->output, error);
    } else {
        g_propagate_error(error, file->error);
        output_discard(file->output);
    }
    g_free(file);
    return is_good;
}

void report_file_discard(struct report_file *file)
{
    fclose(file->stream);
    g_clear_error(&file->error);
    output_discard(file->output);
    g_free(file);
}
