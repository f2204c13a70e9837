/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that may be a capture, compressed or not: read as a file and as a pipe, which must show the same. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/reader.h"
#include "fuzz.h"

enum { PIPE_MAX = 60000 };

struct seen {
    uint64_t packets;
    uint64_t octets;
    gboolean is_broken;
};

static struct seen read_all(int fd)
{
    struct seen seen = {0};
    enum capture_item item;
    GError *error = NULL;
    char path[64];
    struct capture *capture;

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    capture = capture_open(path, &error);
    if (capture == NULL) {
        must(error != NULL && error->message[0] != '\0');
        g_error_free(error);
        return seen;
    }
    while ((item = capture_next(capture, &error)) == CAPTURE_PACKET || item == CAPTURE_BLOCK) {
        const struct ipip_bytes *bytes = &capture->record.bytes;

        if (item != CAPTURE_PACKET)
            continue;
        must(bytes->wire >= bytes->captured);
        seen.packets++;
        for (uint32_t i = 0; i < bytes->captured; i++)
            seen.octets += bytes->data[i];
    }
    seen.is_broken = item == CAPTURE_BROKEN;
    must(seen.is_broken == (error != NULL));
    g_clear_error(&error);
    capture_close(capture);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen file;
    int fd = memfd_create("capture", 0);

    must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    file = read_all(fd);
    close(fd);
    if (size <= PIPE_MAX) {
        struct seen piped;
        int ends[2];

        must(pipe(ends) == 0 && write(ends[1], data, size) == (ssize_t)size);
        close(ends[1]);
        piped = read_all(ends[0]);
        close(ends[0]);
        must(piped.packets == file.packets && piped.octets == file.octets && piped.is_broken == file.is_broken);
    }
    return 0;
}
