/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "two_passes.h"

#include <sys/stat.h>

#include "capture/stop.h"
#include "say.h"
#include "spool.h"

/* A capture. */
struct source {
    const char *path;
    char *spooled;    /* where it can be read again; NULL: it can't be read */
    uint64_t packets; /* that the first pass found */
    struct stat file; /* as it was then */
};

struct run {
    const struct two_passes *passes;
    void *context;
    const struct options *options;
    struct source *sources; /* of the options' paths */
};

/* Reads `limit` packets at most; returns how many there were. */
static uint64_t read_packets(const struct run *run, struct frames *frames, int capture, uint64_t limit)
{
    run->passes->read(run->context, frames, capture, limit);
    return frames->capture->record.frame;
}

static void learn(const struct run *run, int capture, struct frame_counts *counts)
{
    struct source *source = &run->sources[capture];
    struct frames frames;

    if (source->spooled == NULL || !frames_open(&frames, source->spooled, source->path, run->options, counts))
        return;
    frames.is_first_of_two = TRUE;
    if (stat(source->spooled, &source->file) != 0)
        source->file = (struct stat){0};
    source->packets = read_packets(run, &frames, capture, UINT64_MAX);
    frames_close(&frames);
}

/* Another file, or one that was written to other than at its end. */
static gboolean is_changed(const struct source *source)
{
    const struct stat *then = &source->file;
    struct stat now;

    if (stat(source->spooled, &now) != 0 || now.st_dev != then->st_dev || now.st_ino != then->st_ino)
        return TRUE;
    return now.st_size < then->st_size ||
           (now.st_size == then->st_size &&
            (now.st_mtim.tv_sec != then->st_mtim.tv_sec || now.st_mtim.tv_nsec != then->st_mtim.tv_nsec));
}

/* What was copied of a pipe before a signal ended it is read to its end; captures behind it are left out. */
static void spool_and_learn(const struct run *run, int capture, struct frame_counts *counts)
{
    struct source *source = &run->sources[capture];

    if (counts->is_interrupted) {
        say("%s: not read, because of an interrupt", source->path);
        return;
    }
    source->spooled = spool(source->path);
    counts->is_unreadable |= source->spooled == NULL;
    if (stop_is_requested()) {
        counts->is_interrupted = TRUE;
        say("%s: interrupted; what came before is compared", source->path);
        stop_is_done();
    }
    learn(run, capture, counts);
}

static void read_again(const struct run *run, int capture, struct frame_counts *counts)
{
    const struct source *source = &run->sources[capture];
    struct frames frames;
    uint64_t packets;

    if (source->packets > 0 && is_changed(source)) {
        say("%s: it changed while it was read; nothing of it is compared", source->path);
        counts->is_unreadable = TRUE;
        return;
    }
    if (source->packets == 0 || !frames_open(&frames, source->spooled, source->path, run->options, counts))
        return;
    packets = read_packets(run, &frames, capture, source->packets);
    if (packets < source->packets && frames.damage == NULL && !stop_is_requested()) {
        say("%s: it became shorter while it was being read", source->path);
        counts->is_unreadable = TRUE;
    }
    frames_close(&frames);
}

static void pass(const struct run *run, gboolean is_first, struct frame_counts *counts)
{
    run->passes->begin(run->context, is_first);
    for (int i = 0; i < run->options->path_count; i++)
        (is_first ? spool_and_learn : read_again)(run, i, counts);
    run->passes->end(run->context);
}

void two_passes_read(const struct two_passes *passes, void *context, const struct options *options,
                     struct frame_counts *counts)
{
    gsize count = (gsize)options->path_count;
    struct run run = {passes, context, options, g_new0(struct source, count)};
    struct frame_counts learned = {0};

    for (gsize i = 0; i < count; i++)
        run.sources[i].path = options->paths[i];
    stop_on_signals();
    pass(&run, TRUE, &learned);
    stop_is_done();
    pass(&run, FALSE, counts);
    counts->files = learned.files;
    counts->is_unreadable |= learned.is_unreadable;
    counts->is_interrupted |= learned.is_interrupted;
    for (gsize i = 0; i < count; i++)
        spool_free(run.sources[i].spooled, run.sources[i].path);
    g_free(run.sources);
}
