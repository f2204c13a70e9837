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

enum { BUFFER_BYTES = 1 << 20 };

struct output {
    int fd;
    char *path;
    char *temporary; /* NULL where the output is written to directly */
    struct compressor *compressor;
    size_t held;
    guint8 buffer[BUFFER_BYTES];
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
static gboolean open_temporary(struct output *o, GError **error)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    struct stat status;
    mode_t mode;

    if (stat(o->path, &status) == 0) {
        mode = status.st_mode & 0777;
    } else {
        mode = umask(0);
        umask(mode);
        mode = 0666 & ~mode;
    }
    o->temporary = g_strconcat(o->path, ".XXXXXX", NULL);
    o->fd = g_mkstemp_full(o->temporary, O_WRONLY | O_CLOEXEC, (int)mode);
    if (o->fd < 0) {
        g_clear_pointer(&o->temporary, g_free);
        return cannot("can't be created", error);
    }
    unfinished = o->temporary;
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        if (signal(ends[i], remove_unfinished) == SIG_IGN)
            signal(ends[i], SIG_IGN); /* as nohup wants it */
    }
    return TRUE;
}

static gboolean open_target(struct output *o, GError **error)
{
    struct stat status;

    if (strcmp(o->path, "-") == 0) {
        o->fd = STDOUT_FILENO;
        return TRUE;
    }
    if (stat(o->path, &status) == 0 && !S_ISREG(status.st_mode)) {
        o->fd = open(o->path, O_WRONLY | O_CLOEXEC);
        return o->fd >= 0 || cannot("can't be opened", error);
    }
    return open_temporary(o, error);
}

struct output *output_open(const char *path, GError **error)
{
    struct output *o = g_new0(struct output, 1);

    o->path = realpath(path, NULL); /* behind symbolic links, so that not the link is replaced */
    if (o->path == NULL)
        o->path = g_strdup(path);
    if (!open_target(o, error)) {
        g_free(o->path);
        g_free(o);
        return NULL;
    }
    o->compressor = compressor_for(path);
    return o;
}

static gboolean write_all(void *context, const void *data, size_t bytes, GError **error)
{
    struct output *o = context;
    const guint8 *next = data;

    while (bytes > 0) {
        ssize_t count = write(o->fd, next, bytes);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return cannot("can't be written", error);
        next += count;
        bytes -= (size_t)count;
    }
    return TRUE;
}

static gboolean flush(struct output *o, gboolean is_last, GError **error)
{
    size_t held = o->held;

    o->held = 0;
    if (o->compressor != NULL)
        return compressor_run(o->compressor, o->buffer, held, is_last, write_all, o, error);
    return write_all(o, o->buffer, held, error);
}

gboolean output_write(struct output *o, const void *data, size_t bytes, GError **error)
{
    const guint8 *next = data;

    while (bytes > 0) {
        size_t piece = MIN(bytes, BUFFER_BYTES - o->held);

        memcpy(o->buffer + o->held, next, piece);
        o->held += piece;
        next += piece;
        bytes -= piece;
        if (o->held == BUFFER_BYTES && !flush(o, FALSE, error))
            return FALSE;
    }
    return TRUE;
}

/* False where the last octets could not be written. */
static gboolean close_file(struct output *o)
{
    int fd = o->fd;

    o->fd = -1;
    return fd < 0 || fd == STDOUT_FILENO || close(fd) == 0;
}

static void release(struct output *o)
{
    unfinished = NULL;
    compressor_free(o->compressor);
    g_free(o->temporary);
    g_free(o->path);
    g_free(o);
}

void output_discard(struct output *o)
{
    close_file(o);
    if (o->temporary != NULL)
        unlink(o->temporary);
    release(o);
}

static gboolean finish(struct output *o, GError **error)
{
    if (!flush(o, TRUE, error))
        return FALSE;
    if (!close_file(o))
        return cannot("can't be written", error);
    return o->temporary == NULL || rename(o->temporary, o->path) == 0 || cannot("can't be renamed", error);
}

gboolean output_commit(struct output *o, GError **error)
{
    if (!finish(o, error)) {
        output_discard(o);
        return FALSE;
    }
    release(o);
    return TRUE;
}

char *output_plain_name(const char *path)
{
    return g_strndup(path, strlen(path) - compressor_ending(path));
}
