/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compress.h"
#include "relay.h"

struct file {
    struct output output;
    int fd;
    char *path;
    char *temporary; /* NULL where the file is written to directly */
    struct compressor *compressor;
    struct relay *relay;
};

/* For the signal handler: an interrupted run leaves nothing behind. */
static const char *volatile unfinished;

static void remove_unfinished(int number)
{
    const char *path = unfinished;

    if (path != NULL)
        unlink(path);
    signal(number, SIG_DFL);
    raise(number);
}

static gboolean cannot(const char *what, GError **error)
{
    g_set_error(error, OUTPUT_ERROR, errno, "%s: %s", what, g_strerror(errno));
    return FALSE;
}

/* A new file beside `path`, with the permissions of the one that it will replace, or else those that a new file gets. */
static gboolean open_temporary(struct file *f, GError **error)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    struct stat status;
    mode_t mode;

    if (stat(f->path, &status) == 0) {
        mode = status.st_mode & 0777;
    } else {
        mode = umask(0);
        umask(mode);
        mode = 0666 & ~mode;
    }
    f->temporary = g_strconcat(f->path, ".XXXXXX", NULL);
    f->fd = g_mkstemp_full(f->temporary, O_WRONLY | O_CLOEXEC, (int)mode);
    if (f->fd < 0) {
        g_clear_pointer(&f->temporary, g_free);
        return cannot("can't be created", error);
    }
    unfinished = f->temporary;
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        if (signal(ends[i], remove_unfinished) == SIG_IGN)
            signal(ends[i], SIG_IGN); /* as nohup wants it */
    }
    return TRUE;
}

static gboolean open_target(struct file *f, GError **error)
{
    struct stat status;

    if (strcmp(f->path, "-") == 0) {
        f->fd = STDOUT_FILENO;
        return TRUE;
    }
    if (stat(f->path, &status) == 0 && !S_ISREG(status.st_mode)) {
        f->fd = open(f->path, O_WRONLY | O_CLOEXEC);
        return f->fd >= 0 || cannot("can't be opened", error);
    }
    return open_temporary(f, error);
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

    f->path = realpath(path, NULL); /* behind symbolic links, so that not the link is replaced */
    if (f->path == NULL)
        f->path = g_strdup(path);
    if (!open_target(f, error)) {
        g_free(f->path);
        g_free(f);
        return NULL;
    }
    f->compressor = compressor_for(path);
    f->relay = relay_new(f->compressor != NULL ? compress : write_all, f, is_threaded);
    begin_batch(f, 0);
    return &f->output;
}

gboolean output_pass(struct output *output, GError **error)
{
    struct file *f = (struct file *)output;
    size_t excess = (size_t)(output->next - relay_batch(f->relay)) - RELAY_BATCH_BYTES;
    gboolean is_passed = relay_pass(f->relay, excess, error);

    begin_batch(f, excess);
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

/* False where the last octets could not be written. */
static gboolean close_file(struct file *f)
{
    int fd = f->fd;

    f->fd = -1;
    return fd < 0 || fd == STDOUT_FILENO || close(fd) == 0;
}

static void release(struct file *f)
{
    unfinished = NULL;
    compressor_free(f->compressor);
    g_free(f->temporary);
    g_free(f->path);
    g_free(f);
}

void output_discard(struct output *output)
{
    struct file *f = (struct file *)output;

    relay_free(f->relay);
    close_file(f);
    if (f->temporary != NULL)
        unlink(f->temporary);
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

static gboolean finish(struct file *f, GError **error)
{
    if (!write_last(f, error))
        return FALSE;
    if (!close_file(f))
        return cannot("can't be written", error);
    return f->temporary == NULL || rename(f->temporary, f->path) == 0 || cannot("can't be renamed", error);
}

gboolean output_commit(struct output *output, GError **error)
{
    struct file *f = (struct file *)output;

    if (!finish(f, error)) {
        output_discard(output);
        return FALSE;
    }
    relay_free(f->relay);
    release(f);
    return TRUE;
}

char *output_plain_name(const char *path)
{
    return g_strndup(path, strlen(path) - compressor_ending(path));
}
