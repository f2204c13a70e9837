/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcap: a header of 24 octets, then records with a header of 16. */
#include "foreign.h"
#include "reader_private.h"

enum {
    FILE_HEADER = 24,
    RECORD_HEADER = 16,
    KUZNETZOV_MAGIC = (int)0xa1b2cd34, /* patched libpcap of Linux 2.0: longer record headers */
};

static inline __attribute__((always_inline)) unsigned walk(struct reader *reader, unsigned room, gboolean is_big_endian)
{
    struct input *input = reader->input;
    const uint8_t *next = input->next;
    const uint8_t *end = input->end;
    uint64_t frame = reader->capture.record.frame;
    int64_t unit = reader->capture.info.is_nanosecond ? 1 : 1000;
    struct capture_record *record = reader->run;

    for (; record < &reader->run[room] && end - next >= RECORD_HEADER; record++) {
        const uint8_t *data = next + RECORD_HEADER;
        uint32_t seconds = reader_get32(is_big_endian, next);
        uint32_t fraction = reader_get32(is_big_endian, next + 4);
        uint32_t captured = reader_get32(is_big_endian, next + 8);
        uint32_t wire = reader_get32(is_big_endian, next + 12);

        if (captured > CAPTURE_RECORD_MAX || end - data < (ptrdiff_t)captured)
            break;
        record->frame = ++frame;
        record->time = (int64_t)seconds * 1000000000 + (int64_t)fraction * unit;
        record->bytes = (struct ipip_bytes){data, captured, MAX(captured, wire)};
        next = data + captured;
    }
    input_skip(input, (size_t)(next - input->next));
    return (unsigned)(record - reader->run);
}

static unsigned walk_big_endian(struct reader *reader, unsigned room)
{
    return walk(reader, room, TRUE);
}

static unsigned walk_little_endian(struct reader *reader, unsigned room)
{
    return walk(reader, room, FALSE);
}

static enum capture_item step(struct reader *reader, GError **error)
{
    struct input *input = reader->input;
    uint32_t captured;

    if (!input_need(input, RECORD_HEADER, error)) {
        gboolean is_end = input->end == input->next && (error == NULL || *error == NULL);

        if (input->is_held_up)
            return CAPTURE_PAUSE;
        return is_end ? CAPTURE_END : reader_ends_inside(reader, "record", error);
    }
    captured = capture_get32(&reader->capture.info, input->next + 8);
    if (captured > CAPTURE_RECORD_MAX)
        return reader_broken(reader, error, "a record claims %u octets; the file is damaged from here on", captured);
    if (!input_need(input, RECORD_HEADER + captured, error))
        return input->is_held_up ? CAPTURE_PAUSE : reader_ends_inside(reader, "record", error);
    return CAPTURE_PACKET;
}

gboolean pcap_begin(struct reader *reader, GError **error)
{
    struct capture_info *info = &reader->capture.info;
    struct input *input = reader->input;
    uint32_t magic = 0;
    uint16_t major;

    for (int order = 0; order < 2; order++) {
        info->is_big_endian = order == 0;
        magic = capture_get32(info, input->next);
        if (magic == (uint32_t)PCAP_MAGIC_MICROSECONDS || magic == (uint32_t)PCAP_MAGIC_NANOSECONDS ||
            magic == (uint32_t)KUZNETZOV_MAGIC)
            break;
        magic = 0;
    }
    if (magic == 0) {
        const char *advice = foreign_advice(input->next, (size_t)(input->end - input->next));

        if (advice != NULL)
            g_set_error_literal(error, CAPTURE_ERROR, 0, advice);
        else
            g_set_error(error, CAPTURE_ERROR, 0, "neither pcap nor pcapng (it starts with %02x %02x %02x %02x)",
                        input->next[0], input->next[1], input->next[2], input->next[3]);
        return FALSE;
    }
    if (magic == (uint32_t)KUZNETZOV_MAGIC) {
        g_set_error(error, CAPTURE_ERROR, 0, "a pcap variant of the 1990s; convert it first: editcap -F pcap IN OUT");
        return FALSE;
    }
    if (!input_need(input, FILE_HEADER, error)) {
        reader_ends_inside(reader, "pcap header", error);
        return FALSE;
    }
    major = capture_get16(info, input->next + 4);
    if (major != 2) {
        g_set_error(error, CAPTURE_ERROR, 0, "pcap version %u.%u, but only 2.x is known", major,
                    capture_get16(info, input->next + 6));
        return FALSE;
    }
    info->is_nanosecond = magic == (uint32_t)PCAP_MAGIC_NANOSECONDS;
    info->snaplen = capture_get32(info, input->next + 16);
    /* The upper half describes frame check sequences, which end frames and don't matter here. */
    info->link_type = (uint16_t)capture_get32(info, input->next + 20);
    input_skip(input, FILE_HEADER);
    reader->walk = info->is_big_endian ? walk_big_endian : walk_little_endian;
    reader->step = step;
    reader_set_byte_order(reader, info->is_big_endian);
    for (size_t i = 0; i < G_N_ELEMENTS(reader->run); i++)
        reader->run[i].link_type = info->link_type;
    return TRUE;
}
