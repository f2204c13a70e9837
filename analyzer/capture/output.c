/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../out_of_memory.h"
#include "compress.h"
#include "new_file.h"
#include "stop.h"

enum {
    PLAIN_UNIT =
        1 << 18, /* whole pages of the file, of whole pages of memory: half the time of as many octets as they come */
    PACKED_UNIT = 1 << 20,
    PAGE_BYTES = 4096,
};

struct output {
    int fd;
    gboolean is_new;      /* else it is written to directly */
    gboolean is_borrowed; /* not to be closed */
    struct new_file new_file;
    struct compressor *compressor;
    size_t unit;      /* octets go on in multiples of it */
    size_t held;      /* fewer than that */
    uint8_t *waiting; /* they are here */
};

static gboolean cannot(const char *what, GError **error)
{
    g_set_error(error, OUTPUT_ERROR, errno, "%s: %s", what, g_strerror(errno));
    return FALSE;
}

/* The descriptor that a path such as /dev/stdout or /dev/fd/3 names, open already, perhaps in the middle of a file; -1: none. */
static int descriptor_named(const char *path)
{
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    guint64 number;

    if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    if (strcmp(path, "/dev/stderr") == 0)
        return STDERR_FILENO;
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        if (g_str_has_prefix(path, folders[i]) &&
            g_ascii_string_to_unsigned(path + strlen(folders[i]), 10, 0, G_MAXINT, &number, NULL))
            return (int)number;
    }
    return -1;
}

static gboolean open_target(struct output *output, const char *path, GError **error)
{
    struct stat status;
    int named = descriptor_named(path);

    if (named >= 0) {
        output->fd = named;
        output->is_borrowed = TRUE;
        return fcntl(named, F_GETFD) >= 0 || cannot("can't be opened", error);
    }
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        output->fd = stop_open(path, O_WRONLY);
        return output->fd >= 0 || cannot("can't be opened", error);
    }
    output->is_new = new_file_open(&output->new_file, path, error);
    output->fd = output->new_file.fd;
    return output->is_new;
}

static gboolean write_all(void *context, const void *data, size_t bytes, GError **error)
{
    struct output *output = context;
    const guint8 *next = data;

    while (bytes > 0) {
        ssize_t count = write(output->fd, next, bytes);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return cannot("can't be written", error);
        next += count;
        bytes -= (size_t)count;
    }
    return TRUE;
}

static gboolean pass_on(struct output *output, const void *data, size_t bytes, gboolean is_last, GError **error)
{
    if (output->compressor != NULL)
        return compressor_run(output->compressor, data, bytes, is_last, write_all, output, error);
    if (output->is_new)
        new_file_expect(&output->new_file, bytes);
    return write_all(output, data, bytes, error);
}

struct output *output_open(const char *path, GError **error)
{
    struct output *output = g_new0(struct output, 1);

    if (!open_target(output, path, error)) {
        g_free(output);
        return NULL;
    }
    output->compressor = compressor_for(path);
    output->unit = output->compressor != NULL ? PACKED_UNIT : PLAIN_UNIT;
    output->waiting = aligned_alloc(PAGE_BYTES, output->unit);
    if (output->waiting == NULL)
        out_of_memory();
    return output;
}

static void hold(struct output *output, const uint8_t *data, size_t bytes)
{
    if (bytes == 0)
        return;
    memcpy(output->waiting + output->held, data, bytes);
    output->held += bytes;
}

gboolean output_write(struct output *output, const void *data, size_t bytes, GError **error)
{
    const uint8_t *next = data;
    size_t missing = output->unit - output->held;
    size_t whole;

    if (bytes == 0)
        return TRUE;
    if (output->held > 0 && bytes >= missing) {
        hold(output, next, missing);
        next += missing;
        bytes -= missing;
        output->held = 0;
        if (!pass_on(output, output->waiting, output->unit, FALSE, error))
            return FALSE;
    }
    whole = output->held > 0 ? 0 : bytes / output->unit * output->unit;
    if (whole > 0 && !pass_on(output, next, whole, FALSE, error))
        return FALSE;
    hold(output, next + whole, bytes - whole);
    return TRUE;
}

gboolean output_is_awaited(const struct output *output)
{
    struct stat status;

    return !output->is_new && output->compressor == NULL && fstat(output->fd, &status) == 0 && !S_ISREG(status.st_mode);
}

gboolean output_flush(struct output *output, GError **error)
{
    size_t held = output->held;

    if (held == 0 || output->compressor != NULL)
        return TRUE;
    output->held = 0;
    return pass_on(output, output->waiting, held, FALSE, error);
}

static void release(struct output *output)
{
    compressor_free(output->compressor);
    free(output->waiting);
    g_free(output);
}

void output_discard(struct output *output)
{
    if (output->is_new)
        new_file_discard(&output->new_file);
    else if (!output->is_borrowed)
        close(output->fd);
    release(output);
}

/* For what is written to directly, closing shows whether its last octets could be written. */
static gboolean finish(struct output *output, GError **error)
{
    int fd = output->fd;

    if (!pass_on(output, output->waiting, output->held, TRUE, error))
        return FALSE;
    if (output->is_new)
        return new_file_commit(&output->new_file, error);
    if (output->is_borrowed)
        return TRUE;
    output->is_borrowed = TRUE; /* nothing to close any more */
    return close(fd) == 0 || cannot("can't be written", error);
}

gboolean output_commit(struct output *output, GError **error)
{
    if (!finish(output, error)) {
        output_discard(output);
        return FALSE;
    }
    release(output);
    return TRUE;
}

char *output_plain_name(const char *path)
{
    return g_strndup(path, strlen(path) - compressor_ending(path));
}
