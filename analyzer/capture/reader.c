/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reader.h"

#include <string.h>

#include "reader_private.h"
#include "stop.h"

uint16_t capture_get16(const struct capture_info *info, const uint8_t *data)
{
    return reader_get16(info->is_big_endian, data);
}

uint32_t capture_get32(const struct capture_info *info, const uint8_t *data)
{
    return reader_get32(info->is_big_endian, data);
}

enum capture_item reader_broken(const struct reader *reader, GError **error, const char *format, ...)
{
    va_list arguments;
    char *what;

    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, CAPTURE_ERROR, 0, "at octet %" G_GUINT64_FORMAT ", after frame %" G_GUINT64_FORMAT ": %s",
                reader->input->offset, reader->capture.record.frame, what);
    g_free(what);
    return CAPTURE_BROKEN;
}

enum capture_item reader_ends_inside(const struct reader *reader, const char *what, GError **error)
{
    size_t left = (size_t)(reader->input->end - reader->input->next);

    if (error != NULL && *error != NULL) { /* reading failed; report where */
        char *why = g_strdup((*error)->message);

        g_clear_error(error);
        reader_broken(reader, error, "%s", why);
        g_free(why);
        return CAPTURE_BROKEN;
    }
    if (stop_excuses_early_end()) /* what has begun is left out */
        return CAPTURE_END;

    return reader_broken(reader, error, "the file ends inside a %s, %zu octet%s into it", what, left,
                         left == 1 ? "" : "s");
}

void reader_set_byte_order(struct reader *reader, gboolean is_big_endian)
{
    reader->capture.info.is_big_endian = is_big_endian;
    for (size_t i = 0; i < G_N_ELEMENTS(reader->run); i++)
        reader->run[i].is_big_endian = is_big_endian;
}

static gboolean begin(struct reader *reader, GError **error)
{
    struct input *input = reader->input;
    gboolean is_pcapng;

    if (!input_need(input, 4, error)) {
        if (*error == NULL && !stop_excuses_early_end())
            g_set_error(error, CAPTURE_ERROR, 0, "the file has %zu octet%s: too short for a capture",
                        (size_t)(input->end - input->next), input->end - input->next == 1 ? "" : "s");
        return FALSE;
    }
    is_pcapng = memcmp(input->next, "\n\r\r\n", 4) == 0;
    reader->capture.info.format = is_pcapng ? CAPTURE_PCAPNG : CAPTURE_PCAP;
    return is_pcapng ? pcapng_begin(reader, error) : pcap_begin(reader, error);
}

struct capture *capture_of(struct input *input, GError **error)
{
    struct reader *reader = g_new0(struct reader, 1);

    reader->input = input;
    if (begin(reader, error))
        return &reader->capture;
    if (*error == NULL)
        g_set_error(error, CAPTURE_ERROR, 0, "interrupted before the first packet");
    capture_close(&reader->capture);
    return NULL;
}

struct capture *capture_open(const char *path, GError **error)
{
    struct input *input = input_open(path, error);

    return input != NULL ? capture_of(input, error) : NULL;
}

void capture_close(struct capture *capture)
{
    struct reader *reader = (struct reader *)capture;

    input_close(reader->input);
    if (reader->interfaces != NULL)
        g_array_unref(reader->interfaces);
    g_free(reader);
}

double capture_share(const struct capture *capture)
{
    return input_share(((const struct reader *)capture)->input);
}

enum capture_item capture_walk(struct capture *capture, unsigned room, const struct capture_record **records,
                               unsigned *count, GError **error)
{
    struct reader *reader = (struct reader *)capture;
    enum capture_item item = CAPTURE_PACKET;

    do {
        reader->count = reader->taken = reader->walk(reader, MIN(room, RUN_MAX));
    } while (reader->count == 0 && (item = reader->step(reader, error)) == CAPTURE_PACKET);
    if (item != CAPTURE_PACKET)
        return item;
    capture->record = reader->run[reader->count - 1];
    *records = reader->run;
    *count = reader->count;
    return CAPTURE_PACKET;
}

enum capture_item capture_next(struct capture *capture, GError **error)
{
    struct reader *reader = (struct reader *)capture;
    const struct capture_record *next;

    if (reader->taken == reader->count) {
        const struct capture_record *records;
        enum capture_item item = capture_walk(capture, RUN_MAX, &records, &reader->count, error);

        if (item != CAPTURE_PACKET)
            return item;
        reader->taken = 0;
    }
    next = &reader->run[reader->taken++];
    capture->record = *next;
    capture->block = next->block;
    return CAPTURE_PACKET;
}

void capture_pin(struct capture *capture)
{
    ((struct reader *)capture)->input->is_pinned = TRUE;
}

void capture_move(struct capture *capture, struct input_buffer *buffer, size_t bytes)
{
    input_move(((struct reader *)capture)->input, buffer, bytes);
}
