/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "overlap.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "capture/reader.h"
#include "capture/stop.h"

struct span {
    const char *path;
    gboolean has_packets;
    int64_t begin; /* of the first packet */
};

static gboolean is_file(const char *path)
{
    struct stat status;

    return g_strcmp0(path, "-") != 0 && stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static int by_begin(const void *left, const void *right)
{
    const struct span *a = left, *b = right;

    if (a->has_packets != b->has_packets)
        return a->has_packets ? -1 : 1;
    return (a->begin > b->begin) - (a->begin < b->begin);
}

static struct capture *open_quietly(const char *path)
{
    GError *error = NULL;
    struct capture *capture = capture_open(path, &error);

    g_clear_error(&error);
    return capture;
}

/* The next packet; FALSE where there is none. */
static gboolean next_packet(struct capture *capture)
{
    GError *error = NULL;
    enum capture_item item = CAPTURE_BLOCK;

    while (item == CAPTURE_BLOCK && !stop_is_requested())
        item = capture_next(capture, &error);
    g_clear_error(&error);
    return item == CAPTURE_PACKET;
}

static struct span span_of(const char *path)
{
    struct span span = {.path = path};
    struct capture *capture = open_quietly(path);

    if (capture == NULL)
        return span;
    span.has_packets = next_packet(capture);
    span.begin = capture->record.time;
    capture_close(capture);
    return span;
}

/* The capture has a packet that is later than that. */
static gboolean goes_beyond(const char *path, int64_t time)
{
    struct capture *capture = open_quietly(path);
    gboolean is_beyond = FALSE;

    while (capture != NULL && !is_beyond && next_packet(capture))
        is_beyond = capture->record.time > time;
    if (capture != NULL)
        capture_close(capture);
    return is_beyond;
}

gboolean captures_overlap(char **paths, int count)
{
    struct span *spans = g_new0(struct span, (gsize)MAX(count, 1));
    gboolean is_overlap = FALSE;
    int files = 0;

    while (files < count && is_file(paths[files]))
        files++;
    for (int i = 0; i < count && files == count; i++)
        spans[i] = span_of(paths[i]);
    qsort(spans, (size_t)count, sizeof *spans, by_begin);
    for (int i = 0; i + 1 < count && spans[i + 1].has_packets && !is_overlap; i++)
        is_overlap = goes_beyond(spans[i].path, spans[i + 1].begin);
    g_free(spans);
    return is_overlap;
}

int64_t *captures_begins(char **paths, int count)
{
    int64_t *begins = g_new(int64_t, (gsize)MAX(count, 1));

    for (int i = 0; i < count; i++) {
        struct span span = is_file(paths[i]) ? span_of(paths[i]) : (struct span){.path = paths[i]};

        begins[i] = span.has_packets ? span.begin : INT64_MIN;
    }
    return begins;
}
