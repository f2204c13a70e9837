/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An octet of a kind of file and a compression, then what may be a capture: what is read of it is written, and what is read of that is the
 * same, up to where the first one is broken.
 */
#define _GNU_SOURCE
#include "capture/writer.h"
#include "in_memory.h"

static const char *const names[] = {"out.pcap", "out.pcapng", "out", "out.pcap.gz", "out.pcapng.zst", "out.lz4"};

enum { NAMES = sizeof names / sizeof names[0] };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    in_memory_enter();
    return 0;
}

/* Packets in order: how many, and a sum of what each is. */
struct seen {
    uint64_t packets;
    uint64_t sum;
};

/* Times by themselves: files of packets that are older than 1970, or further ahead, than they can tell are allowed to differ. */
static void see(struct seen *seen, const struct capture_record *record)
{
    const struct ipip_bytes *bytes = &record->bytes;
    uint64_t sum = 14695981039346656037U ^ bytes->wire ^ (uint64_t)record->link_type << 32;

    for (uint32_t i = 0; i < bytes->captured; i++)
        sum = (sum ^ bytes->data[i]) * 1099511628211U;
    seen->sum = (seen->sum ^ sum) * 1099511628211U;
    seen->packets++;
}

/* FALSE where the file can't hold what comes, or where nothing came: the verbs write no file then. */
static gboolean copy(struct writer *writer, struct capture *capture, struct seen *seen)
{
    struct outbox box = {NULL, NULL, NULL};
    enum capture_item item;
    GError *error = NULL;
    gboolean is_held = TRUE;

    while (is_held && ((item = capture_next(capture, &error)) == CAPTURE_PACKET || item == CAPTURE_BLOCK)) {
        struct capture_record record = capture->record;

        if (item == CAPTURE_BLOCK) {
            record.frame = 0;
            record.block = capture->block;
            writer_block(writer, &box, &record);
            continue;
        }
        writer_begin(writer, &box, &record);
        is_held = writer_unchanged(writer, &box, &record, &error);
        must(is_held || (error != NULL && error->message[0] != '\0'));
        if (is_held)
            see(seen, &record);
    }
    is_held = is_held && (seen->packets > 0 || error == NULL);
    g_clear_error(&error);
    must(writer_write(writer, &box, &error));
    g_free(box.octets);
    return is_held;
}

static struct seen read_back(const char *name)
{
    struct seen seen = {0, 0};
    enum capture_item item;
    GError *error = NULL;
    struct capture *capture = capture_open(name, &error);

    must(capture != NULL);
    while ((item = capture_next(capture, &error)) == CAPTURE_PACKET || item == CAPTURE_BLOCK) {
        if (item == CAPTURE_PACKET)
            see(&seen, &capture->record);
    }
    must(item == CAPTURE_END);
    capture_close(capture);
    return seen;
}

static void write_and_read(struct capture *capture, const char *name)
{
    struct seen seen = {0, 0};
    struct seen again;
    GError *error = NULL;
    struct output *output = output_open(name, &error);
    struct writer *writer;

    must(output != NULL);
    writer = writer_new(output, name, capture);
    if (!copy(writer, capture, &seen)) {
        writer_discard(writer);
        must(access(name, F_OK) != 0);
        return;
    }
    must(writer_commit(writer, capture, &error));
    again = read_back(name);
    must(again.packets == seen.packets && again.sum == seen.sum);
    must(unlink(name) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[IN_MEMORY_PATH];
    struct capture *capture;
    GError *error = NULL;
    int fd;

    if (size < 1)
        return 0;
    fd = in_memory(path, data + 1, size - 1);
    capture = capture_open(path, &error);
    if (capture != NULL) {
        write_and_read(capture, names[data[0] % NAMES]);
        capture_close(capture);
    }
    g_clear_error(&error);
    close(fd);
    return 0;
}
