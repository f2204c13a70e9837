/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "writer.h"

#include <string.h>

#include "draft.h"
#include "ipip/link.h"

enum {
    BLOCK_FIXED = 32,   /* of an enhanced packet block without packet and options */
    LINK_AT_ONCE = 256, /* octets of a link header that fit into the room for what precedes and follows it */
    OPTIONS_MAX = 1 << 16,
};

_Static_assert(BLOCK_FIXED + LINK_AT_ONCE + (int)IPIP_ENCAP_HEAD_MAX <= (int)OUTPUT_ROOM_MAX, "all of it fits at once");

struct writer {
    struct output *output;
    enum capture_format format;
    enum capture_format input_format;
    gboolean is_big_endian; /* of the octets being written */
    gboolean has_header;
    gboolean is_nanosecond;
    uint16_t link_type; /* pcap: of all records */
    GError **flush_error;
};

/* After output_room(): OUTPUT_ROOM_MAX octets at most. */
static inline struct draft draft_begin(const struct writer *w)
{
    return draft_of(w->output, w->is_big_endian);
}

static inline void draft_end(const struct draft *d, struct writer *w)
{
    w->output->next = d->at;
}

static enum capture_format format_for(const char *path, enum capture_format otherwise)
{
    static const struct {
        const char *ending;
        enum capture_format format;
    } endings[] = {{".pcapng", CAPTURE_PCAPNG},
                   {".ntar", CAPTURE_PCAPNG},
                   {".pcap", CAPTURE_PCAP},
                   {".cap", CAPTURE_PCAP},
                   {".dmp", CAPTURE_PCAP}};
    char *plain = output_plain_name(path);
    enum capture_format format = otherwise;

    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (g_str_has_suffix(plain, endings[i].ending)) {
            format = endings[i].format;
            break;
        }
    }
    g_free(plain);
    return format;
}

struct writer *writer_open(const char *path, const struct capture *input, gboolean is_threaded, GError **error)
{
    struct output *output = output_open(path, is_threaded, error);
    struct writer *w;

    if (output == NULL)
        return NULL;
    w = g_new0(struct writer, 1);
    w->output = output;
    w->input_format = input->info.format;
    w->format = format_for(path, input->info.format);
    w->is_big_endian = input->info.format == CAPTURE_PCAP && input->info.is_big_endian;
    /* A pcapng's timestamps may be of any resolution: nanoseconds lose least. */
    w->is_nanosecond = input->info.format == CAPTURE_PCAPNG || input->info.is_nanosecond;
    return w;
}

static gboolean write_pcap_header(struct writer *w, uint16_t link_type, uint32_t snaplen, GError **error)
{
    struct draft d;

    if (!output_room(w->output, OUTPUT_ROOM_MAX, error))
        return FALSE;
    d = draft_begin(w);
    w->has_header = TRUE;
    w->link_type = link_type;
    put32(&d, (uint32_t)(w->is_nanosecond ? PCAP_MAGIC_NANOSECONDS : PCAP_MAGIC_MICROSECONDS));
    put16(&d, 2);
    put16(&d, 4);
    put32(&d, 0);
    put32(&d, 0);
    /* Encapsulated and reassembled packets are larger than what was captured. */
    put32(&d, MAX(snaplen, CAPTURE_SNAPLEN));
    put32(&d, link_type);
    draft_end(&d, w);
    return TRUE;
}

/* A section with one interface, for packets that come from a pcap file. */
static gboolean write_pcapng_header(struct writer *w, uint16_t link_type, GError **error)
{
    struct draft d;

    if (!output_room(w->output, OUTPUT_ROOM_MAX, error))
        return FALSE;
    d = draft_begin(w);
    w->has_header = TRUE;
    put32(&d, PCAPNG_SECTION);
    put32(&d, 28);
    put32(&d, PCAPNG_BYTE_ORDER);
    put16(&d, 1);
    put16(&d, 0);
    put32(&d, UINT32_MAX); /* the length of the section is not given */
    put32(&d, UINT32_MAX);
    put32(&d, 28);
    put32(&d, PCAPNG_INTERFACE);
    put32(&d, 32);
    put16(&d, link_type);
    put16(&d, 0);
    put32(&d, 0);
    put16(&d, PCAPNG_OPTION_IF_TSRESOL);
    put16(&d, 1);
    *d.at++ = w->is_nanosecond ? 9 : 6;
    put_zeroes(&d, 3);
    put32(&d, PCAPNG_OPTION_END);
    put32(&d, 32);
    draft_end(&d, w);
    return TRUE;
}

static gboolean write_header(struct writer *w, const struct capture *input, uint16_t link_type, GError **error)
{
    if (w->format == CAPTURE_PCAP)
        return write_pcap_header(w, link_type, input->info.snaplen, error);
    return w->input_format == CAPTURE_PCAPNG || write_pcapng_header(w, link_type, error);
}

gboolean writer_block(struct writer *w, const struct capture *input, GError **error)
{
    const struct capture_block *block = &input->block;
    uint32_t changed = 0;

    if (w->format != CAPTURE_PCAPNG || w->input_format != CAPTURE_PCAPNG || block->type == PCAPNG_CUSTOM_NO_COPY)
        return TRUE;
    w->is_big_endian = input->info.is_big_endian;
    if (block->type == PCAPNG_SECTION) { /* its length is not known any more: -1 */
        static const uint8_t unknown[8] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

        if (!output_write(w->output, block->data, 16, error) || !output_write(w->output, unknown, 8, error))
            return FALSE;
        changed = 24;
    } else if (block->type == PCAPNG_INTERFACE) { /* no limit: packets may grow */
        static const uint8_t none[4] = {0};

        if (!output_write(w->output, block->data, 12, error) || !output_write(w->output, none, 4, error))
            return FALSE;
        changed = 16;
    }
    return output_write(w->output, block->data + changed, block->bytes - changed, error);
}

static uint32_t captured_of(const struct packet_pieces *packet)
{
    return packet->link_bytes + packet->ip.head_bytes + packet->ip.rest.captured;
}

static uint32_t wire_of(const struct packet_pieces *packet)
{
    return packet->link_bytes + packet->ip.head_bytes + packet->ip.rest.wire;
}

/* Ends the draft, that of a record's header, with the packet. */
static inline gboolean write_pieces(struct draft *d, struct writer *w, const struct packet_pieces *packet,
                                    GError **error)
{
    const struct ipip_rewrite *ip = &packet->ip;

    if (packet->link_bytes > LINK_AT_ONCE) {
        draft_end(d, w);
        if (!output_write(w->output, packet->link, packet->link_bytes, error) ||
            !output_room(w->output, OUTPUT_ROOM_MAX, error))
            return FALSE;
        *d = draft_begin(w);
    } else {
        put_octets(d, packet->link, packet->link_bytes);
    }
    put_octets(d, packet->head, ip->head_bytes);
    draft_end(d, w);
    return output_write(w->output, ip->rest.data, ip->rest.captured, error);
}

/* Why the packet can't be in the pcap file. */
static G_GNUC_NO_INLINE gboolean refuse_record(const struct writer *w, const struct capture_record *record,
                                               GError **error)
{
    if (record->link_type != w->link_type)
        g_set_error(error, OUTPUT_ERROR, 0,
                    "frame %" G_GUINT64_FORMAT " has link type %u and others %u, which pcap can't hold in one file; "
                    "name the output .pcapng",
                    record->frame, record->link_type, w->link_type);
    else
        g_set_error(error, OUTPUT_ERROR, 0,
                    "frame %" G_GUINT64_FORMAT
                    " was captured before 1970 or after 2106, which pcap can't express; name the "
                    "output .pcapng",
                    record->frame);
    return FALSE;
}

static gboolean write_pcap_record(struct writer *w, const struct capture_record *record,
                                  const struct packet_pieces *packet, GError **error)
{
    uint64_t nanoseconds = (uint64_t)record->time;
    uint64_t seconds = nanoseconds / 1000000000;
    uint32_t fraction = (uint32_t)(nanoseconds - seconds * 1000000000);
    struct draft d;

    if (record->link_type != w->link_type || seconds > UINT32_MAX) /* or negative */
        return refuse_record(w, record, error);
    if (!output_room(w->output, OUTPUT_ROOM_MAX, error))
        return FALSE;
    d = draft_begin(w);
    put32(&d, (uint32_t)seconds);
    put32(&d, w->is_nanosecond ? fraction : fraction / 1000);
    put32(&d, captured_of(packet));
    put32(&d, wire_of(packet));
    return write_pieces(&d, w, packet, error);
}

/* The options of the input's block, but for the hash of octets that have changed, at `out`; their length. */
static uint32_t copy_options(const struct capture *input, uint8_t *out)
{
    const uint8_t *data = capture_options(&input->record);
    const uint8_t *end = data + MIN(capture_option_bytes(&input->record), OPTIONS_MAX);
    uint32_t bytes = 0;

    while (end - data >= 4) {
        uint16_t code = capture_get16(&input->info, data);
        uint32_t length = 4 + ((capture_get16(&input->info, data + 2) + 3U) & ~3U);

        if ((size_t)(end - data) < length)
            break;
        if (code != PCAPNG_OPTION_EPB_HASH) {
            memcpy(out + bytes, data, length);
            bytes += length;
        }
        if (code == PCAPNG_OPTION_END)
            break;
        data += length;
    }
    return bytes;
}

/* The timestamp of the record in the units of its interface: as it stands, or made for an interface of our own. */
static void put_time(struct draft *d, const struct writer *w, const struct capture *input)
{
    uint64_t units;

    if (w->input_format == CAPTURE_PCAPNG && input->block.type == PCAPNG_SIMPLE_PACKET) {
        put_zeroes(d, 8);
    } else if (w->input_format == CAPTURE_PCAPNG) {
        memcpy(d->at, input->block.data + 12, 8);
        d->at += 8;
    } else {
        units = (uint64_t)(w->is_nanosecond ? input->record.time : input->record.time / 1000);
        put32(d, (uint32_t)(units >> 32));
        put32(d, (uint32_t)units);
    }
}

/* The options of a packet block behind the padding that is in the draft, which begins anew behind them. */
static gboolean write_options(struct draft *d, struct writer *w, const uint8_t *options, uint32_t bytes, GError **error)
{
    draft_end(d, w);
    if (!output_write(w->output, options, bytes, error) || !output_room(w->output, OUTPUT_ROOM_MAX, error))
        return FALSE;
    *d = draft_begin(w);
    return TRUE;
}

/* Padding, options and the trailing length of a packet block. */
static gboolean end_packet_block(struct writer *w, uint32_t packet_bytes, const uint8_t *options, uint32_t option_bytes,
                                 uint32_t total, GError **error)
{
    struct draft d;

    if (!output_room(w->output, OUTPUT_ROOM_MAX, error))
        return FALSE;
    d = draft_begin(w);
    put_zeroes(&d, -packet_bytes & 3);
    if (option_bytes > 0 && !write_options(&d, w, options, option_bytes, error))
        return FALSE;
    put32(&d, total);
    draft_end(&d, w);
    return TRUE;
}

/* A simple packet block has no time, and no captured length either: it can only hold whole packets. */
static gboolean write_simple_packet(struct writer *w, const struct packet_pieces *packet, GError **error)
{
    uint32_t wire = wire_of(packet);
    uint32_t total = 16 + wire + (-wire & 3);
    struct draft d;

    if (!output_room(w->output, OUTPUT_ROOM_MAX, error))
        return FALSE;
    d = draft_begin(w);
    put32(&d, PCAPNG_SIMPLE_PACKET);
    put32(&d, total);
    put32(&d, wire);
    return write_pieces(&d, w, packet, error) && end_packet_block(w, wire, NULL, 0, total, error);
}

/* With these options behind the packet. */
static gboolean write_enhanced_packet(struct writer *w, const struct capture *input, const struct packet_pieces *packet,
                                      const uint8_t *options, uint32_t option_bytes, GError **error)
{
    uint32_t captured = captured_of(packet);
    uint32_t total = BLOCK_FIXED + captured + (-captured & 3) + option_bytes;
    struct draft d;

    if (!output_room(w->output, OUTPUT_ROOM_MAX, error))
        return FALSE;
    d = draft_begin(w);
    put32(&d, PCAPNG_ENHANCED_PACKET);
    put32(&d, total);
    put32(&d, input->record.interface);
    put_time(&d, w, input);
    put32(&d, captured);
    put32(&d, wire_of(packet));
    return write_pieces(&d, w, packet, error) && end_packet_block(w, captured, options, option_bytes, total, error);
}

static G_GNUC_NO_INLINE gboolean write_with_options(struct writer *w, const struct capture *input,
                                                    const struct packet_pieces *packet, GError **error)
{
    uint8_t options[OPTIONS_MAX];

    return write_enhanced_packet(w, input, packet, options, copy_options(input, options), error);
}

gboolean writer_packet(struct writer *w, const struct capture *input, const struct packet_pieces *packet,
                       GError **error)
{
    if (!w->has_header && !write_header(w, input, input->record.link_type, error))
        return FALSE;
    if (w->format == CAPTURE_PCAP)
        return write_pcap_record(w, &input->record, packet, error);
    if (input->block.type == PCAPNG_SIMPLE_PACKET && captured_of(packet) == wire_of(packet))
        return write_simple_packet(w, packet, error);
    if (capture_option_bytes(&input->record) > 0)
        return write_with_options(w, input, packet, error);
    return write_enhanced_packet(w, input, packet, NULL, 0, error);
}

gboolean writer_unchanged(struct writer *w, const struct capture *input, GError **error)
{
    struct packet_pieces whole = {.ip.rest = input->record.bytes};

    if (w->format == CAPTURE_PCAPNG && w->input_format == CAPTURE_PCAPNG && input->block.type == PCAPNG_ENHANCED_PACKET)
        return writer_block(w, input, error);
    return writer_packet(w, input, &whole, error);
}

static void flush(void *context)
{
    struct writer *w = context;

    if (*w->flush_error == NULL)
        output_flush(w->output, w->flush_error);
}

void writer_keep_up(struct writer *w, struct capture *input, GError **error)
{
    w->flush_error = error;
    if (output_is_awaited(w->output))
        capture_before_waiting(input, flush, w);
}

gboolean writer_commit(struct writer *w, const struct capture *input, GError **error)
{
    gboolean has_header = w->has_header || write_header(w, input, input->info.link_type, error);
    struct output *output = w->output;

    g_free(w);
    if (has_header)
        return output_commit(output, error);
    output_discard(output);
    return FALSE;
}

void writer_discard(struct writer *w)
{
    output_discard(w->output);
    g_free(w);
}
