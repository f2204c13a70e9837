/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compress.h"
#include "new_file.h"
#include "relay.h"
#include "stop.h"

struct file {
    struct output output;
    int fd;
    gboolean is_new;      /* else it is written to directly */
    gboolean is_borrowed; /* not to be closed */
    struct new_file new_file;
    struct compressor *compressor;
    struct relay *relay;
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

static gboolean open_target(struct file *f, const char *path, GError **error)
{
    struct stat status;
    int named = descriptor_named(path);

    if (named >= 0) {
        f->fd = named;
        f->is_borrowed = TRUE;
        return fcntl(named, F_GETFD) >= 0 || cannot("can't be opened", error);
    }
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        f->fd = stop_open(path, O_WRONLY);
        return f->fd >= 0 || cannot("can't be opened", error);
    }
    f->is_new = new_file_open(&f->new_file, path, error);
    f->fd = f->new_file.fd;
    return f->is_new;
}

static gboolean write_all(void *context, const void *data, size_t bytes, GError **error)
{
    struct file *f = context;
    const guint8 *next = data;

    while (bytes > 0) {
        ssize_t count = write(f->fd, next, bytes);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return cannot("can't be written", error);
        next += count;
        bytes -= (size_t)count;
    }
    return TRUE;
}

static gboolean write_batch(void *context, const void *data, size_t bytes, GError **error)
{
    struct file *f = context;

    if (f->is_new)
        new_file_expect(&f->new_file, bytes);
    return write_all(f, data, bytes, error);
}

static gboolean compress(void *context, const void *data, size_t bytes, GError **error)
{
    struct file *f = context;

    return compressor_run(f->compressor, data, bytes, FALSE, write_all, f, error);
}

_Static_assert(OUTPUT_ROOM_MAX <= (int)RELAY_EXCESS_MAX, "a batch has room for what begins in it");

/* A batch with `excess` octets in it. */
static void begin_batch(struct file *f, size_t excess)
{
    uint8_t *batch = relay_batch(f->relay);

    f->output.next = batch + excess;
    f->output.end = batch + RELAY_BATCH_BYTES + OUTPUT_ROOM_MAX;
}

struct output *output_open(const char *path, gboolean is_threaded, GError **error)
{
    struct file *f = g_new0(struct file, 1);

    if (!open_target(f, path, error)) {
        g_free(f);
        return NULL;
    }
    f->compressor = compressor_for(path);
    f->relay = relay_new(f->compressor != NULL ? compress : write_batch, f, is_threaded);
    begin_batch(f, 0);
    return &f->output;
}

gboolean output_pass(struct output *output, GError **error)
{
    struct file *f = (struct file *)output;
    size_t excess = (size_t)(output->next - relay_batch(f->relay)) - RELAY_BATCH_BYTES;
    gboolean is_passed = relay_pass(f->relay, RELAY_BATCH_BYTES, excess, error);

    begin_batch(f, excess);
    return is_passed;
}

gboolean output_is_awaited(const struct output *output)
{
    const struct file *f = (const struct file *)output;
    struct stat status;

    return !f->is_new && f->compressor == NULL && fstat(f->fd, &status) == 0 && !S_ISREG(status.st_mode);
}

gboolean output_flush(struct output *output, GError **error)
{
    struct file *f = (struct file *)output;
    size_t bytes = (size_t)(output->next - relay_batch(f->relay));
    gboolean is_passed;

    if (bytes >= RELAY_BATCH_BYTES)
        return output_pass(output, error);
    is_passed = bytes == 0 || relay_pass(f->relay, bytes, 0, error);
    begin_batch(f, 0);
    return is_passed;
}

gboolean output_write_on(struct output *output, const void *data, size_t bytes, GError **error)
{
    const guint8 *next = data;

    for (;;) {
        size_t piece = MIN(bytes, (size_t)(output->end - output->next));

        memcpy(output->next, next, piece);
        output->next += piece;
        next += piece;
        bytes -= piece;
        if (bytes == 0)
            return TRUE;
        if (!output_pass(output, error))
            return FALSE;
    }
}

static void release(struct file *f)
{
    relay_free(f->relay);
    compressor_free(f->compressor);
    g_free(f);
}

void output_discard(struct output *output)
{
    struct file *f = (struct file *)output;

    relay_drain(f->relay, NULL);
    if (f->is_new)
        new_file_discard(&f->new_file);
    else if (!f->is_borrowed)
        close(f->fd);
    release(f);
}

/* What is in the last batch ends the stream of a compressor. */
static gboolean write_last(struct file *f, GError **error)
{
    const uint8_t *last = relay_batch(f->relay);
    size_t bytes = (size_t)(f->output.next - last);

    if (!relay_drain(f->relay, error))
        return FALSE;
    if (f->compressor == NULL)
        return write_all(f, last, bytes, error);
    return compressor_run(f->compressor, last, bytes, TRUE, write_all, f, error);
}

/* For what is written to directly, closing shows whether its last octets could be written. */
static gboolean finish(struct file *f, GError **error)
{
    int fd = f->fd;

    if (!write_last(f, error))
        return FALSE;
    if (f->is_new)
        return new_file_commit(&f->new_file, error);
    if (f->is_borrowed)
        return TRUE;
    f->is_borrowed = TRUE; /* nothing to close any more */
    return close(fd) == 0 || cannot("can't be written", error);
}

gboolean output_commit(struct output *output, GError **error)
{
    struct file *f = (struct file *)output;

    if (!finish(f, error)) {
        output_discard(output);
        return FALSE;
    }
    release(f);
    return TRUE;
}

char *output_plain_name(const char *path)
{
    return g_strndup(path, strlen(path) - compressor_ending(path));
}
