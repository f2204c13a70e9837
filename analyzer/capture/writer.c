/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "writer.h"

#include <stdatomic.h>
#include <string.h>

#include "draft.h"
#include "ipip/link.h"
#include "pcapng_blocks.h"

enum {
    BLOCK_FIXED = 32,   /* of an enhanced packet block without packet and options */
    LINK_AT_ONCE = 256, /* octets of a link header that fit into the room for what precedes and follows it */
    ROOM_AT_ONCE = 512,
    OPTIONS_MAX = 1 << 16,
};

_Static_assert(BLOCK_FIXED + LINK_AT_ONCE + (int)IPIP_ENCAP_HEAD_MAX <= (int)ROOM_AT_ONCE, "all of it fits at once");

struct writer {
    struct output *output;
    enum capture_format format;
    enum capture_format input_format;
    gboolean is_big_endian; /* where it is not as in the records of the input */
    gboolean is_nanosecond;
    gboolean is_awaited;
    atomic_bool has_header;
    uint16_t link_type; /* pcap: of all records */
    uint32_t snaplen;
};

static gboolean keeps_blocks(const struct writer *w)
{
    return w->format == CAPTURE_PCAPNG && w->input_format == CAPTURE_PCAPNG;
}

/* Of a record: ROOM_AT_ONCE octets at most. */
static inline struct draft draft_begin(struct outbox *box, gboolean is_big_endian)
{
    outbox_room(box, ROOM_AT_ONCE);
    return draft_of(box, is_big_endian);
}

static inline void draft_end(const struct draft *d, struct outbox *box)
{
    box->next = d->at;
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

struct writer *writer_new(struct output *output, const char *path, const struct capture *input)
{
    struct writer *w = g_new0(struct writer, 1);

    w->output = output;
    w->input_format = input->info.format;
    w->format = format_for(path, input->info.format);
    w->is_big_endian = input->info.format == CAPTURE_PCAP && input->info.is_big_endian;
    /* A pcapng's timestamps may be of any resolution: nanoseconds lose least. */
    w->is_nanosecond = input->info.format == CAPTURE_PCAPNG || input->info.is_nanosecond;
    w->is_awaited = output_is_awaited(output);
    w->has_header = keeps_blocks(w);
    /* Encapsulated and reassembled packets are larger than what was captured. */
    w->snaplen = MAX(input->info.snaplen, CAPTURE_SNAPLEN);
    return w;
}

static void put_pcap_header(const struct writer *w, struct outbox *box)
{
    struct draft d = draft_begin(box, w->is_big_endian);

    put32(&d, (uint32_t)(w->is_nanosecond ? PCAP_MAGIC_NANOSECONDS : PCAP_MAGIC_MICROSECONDS));
    put16(&d, 2);
    put16(&d, 4);
    put32(&d, 0);
    put32(&d, 0);
    put32(&d, w->snaplen);
    put32(&d, w->link_type);
    draft_end(&d, box);
}

/* For packets that come from a pcap file. */
static void put_pcapng_header(const struct writer *w, struct outbox *box)
{
    pcapng_put_header(box, &(struct pcapng_description){
                               .is_big_endian = w->is_big_endian,
                               .link_type = w->link_type,
                               .resolution = w->is_nanosecond ? 9 : 6,
                           });
}

gboolean writer_has_begun(const struct writer *w)
{
    return w->has_header;
}

static void begin(struct writer *w, struct outbox *box, uint16_t link_type)
{
    w->link_type = link_type;
    (w->format == CAPTURE_PCAP ? put_pcap_header : put_pcapng_header)(w, box);
    w->has_header = TRUE;
}

void writer_begin(struct writer *w, struct outbox *box, const struct capture_record *record)
{
    if (!w->has_header)
        begin(w, box, record->link_type);
}

void writer_block(struct writer *w, struct outbox *box, const struct capture_record *record)
{
    const struct capture_block *block = &record->block;
    uint32_t kept = 0;
    uint32_t changed = 0;

    if (!w->has_header && block->type == PCAPNG_INTERFACE)
        w->snaplen = MAX(w->snaplen, reader_get32(record->is_big_endian, block->data + 12));
    if (!keeps_blocks(w) || block->type == PCAPNG_CUSTOM_NO_COPY)
        return;
    if (block->type == PCAPNG_SECTION) { /* its length is not known any more: -1 */
        kept = 16;
        changed = 8;
    } else if (block->type == PCAPNG_INTERFACE) { /* no limit: packets may grow */
        kept = 12;
        changed = 4;
    }
    outbox_put(box, block->data, block->bytes);
    memset(box->next - block->bytes + kept, block->type == PCAPNG_SECTION ? 0xff : 0, changed);
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
static inline void put_pieces(struct draft *d, struct outbox *box, const struct packet_pieces *packet)
{
    const struct ipip_rewrite *ip = &packet->ip;

    if (packet->link_bytes > LINK_AT_ONCE) {
        draft_end(d, box);
        outbox_put(box, packet->link, packet->link_bytes);
        outbox_room(box, ROOM_AT_ONCE);
        d->at = box->next;
    } else {
        put_octets(d, packet->link, packet->link_bytes);
    }
    put_octets(d, packet->head, ip->head_bytes);
    draft_end(d, box);
    outbox_put(box, ip->rest.data, ip->rest.captured);
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

static gboolean put_pcap_record(const struct writer *w, struct outbox *box, const struct capture_record *record,
                                const struct packet_pieces *packet, GError **error)
{
    uint64_t nanoseconds = (uint64_t)record->time;
    uint64_t seconds = nanoseconds / 1000000000;
    uint32_t fraction = (uint32_t)(nanoseconds - seconds * 1000000000);
    struct draft d;

    if (record->link_type != w->link_type || seconds > UINT32_MAX) /* or negative */
        return refuse_record(w, record, error);
    d = draft_begin(box, w->is_big_endian);
    put32(&d, (uint32_t)seconds);
    put32(&d, w->is_nanosecond ? fraction : fraction / 1000);
    put32(&d, captured_of(packet));
    put32(&d, wire_of(packet));
    put_pieces(&d, box, packet);
    return TRUE;
}

/* The options of the input's block, but for the hash of octets that have changed, at `out`; their length. */
static uint32_t copy_options(const struct capture_record *record, uint8_t *out)
{
    const uint8_t *data = capture_options(record);
    const uint8_t *end = data + MIN(capture_option_bytes(record), OPTIONS_MAX);
    uint32_t bytes = 0;

    while (end - data >= 4) {
        uint16_t code = reader_get16(record->is_big_endian, data);
        uint32_t length = 4 + ((reader_get16(record->is_big_endian, data + 2) + 3U) & ~3U);

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
static void put_time(struct draft *d, const struct writer *w, const struct capture_record *record)
{
    uint64_t units;

    if (w->input_format == CAPTURE_PCAPNG && record->block.type == PCAPNG_SIMPLE_PACKET) {
        put_zeroes(d, 8);
    } else if (w->input_format == CAPTURE_PCAPNG) {
        memcpy(d->at, record->block.data + 12, 8);
        d->at += 8;
    } else {
        units = (uint64_t)(w->is_nanosecond ? record->time : record->time / 1000);
        put32(d, (uint32_t)(units >> 32));
        put32(d, (uint32_t)units);
    }
}

/* Padding, options and the trailing length of a packet block. */
static void end_packet_block(struct outbox *box, gboolean is_big_endian, uint32_t packet_bytes, const uint8_t *options,
                             uint32_t option_bytes, uint32_t total)
{
    struct draft d = draft_begin(box, is_big_endian);

    put_zeroes(&d, -packet_bytes & 3);
    if (option_bytes > 0) {
        draft_end(&d, box);
        outbox_put(box, options, option_bytes);
        d = draft_begin(box, is_big_endian);
    }
    put32(&d, total);
    draft_end(&d, box);
}

/* A simple packet block has no time, and no captured length either: it can only hold whole packets. */
static void put_simple_packet(struct outbox *box, gboolean is_big_endian, const struct packet_pieces *packet)
{
    uint32_t wire = wire_of(packet);
    uint32_t total = 16 + wire + (-wire & 3);
    struct draft d = draft_begin(box, is_big_endian);

    put32(&d, PCAPNG_SIMPLE_PACKET);
    put32(&d, total);
    put32(&d, wire);
    put_pieces(&d, box, packet);
    end_packet_block(box, is_big_endian, wire, NULL, 0, total);
}

/* With these options behind the packet. */
static void put_enhanced_packet(const struct writer *w, struct outbox *box, const struct capture_record *record,
                                const struct packet_pieces *packet, const uint8_t *options, uint32_t option_bytes)
{
    uint32_t captured = captured_of(packet);
    uint32_t total = BLOCK_FIXED + captured + (-captured & 3) + option_bytes;
    struct draft d = draft_begin(box, record->is_big_endian);

    put32(&d, PCAPNG_ENHANCED_PACKET);
    put32(&d, total);
    put32(&d, record->interface);
    put_time(&d, w, record);
    put32(&d, captured);
    put32(&d, wire_of(packet));
    put_pieces(&d, box, packet);
    end_packet_block(box, record->is_big_endian, captured, options, option_bytes, total);
}

static G_GNUC_NO_INLINE void put_with_options(const struct writer *w, struct outbox *box,
                                              const struct capture_record *record, const struct packet_pieces *packet)
{
    uint8_t options[OPTIONS_MAX];

    put_enhanced_packet(w, box, record, packet, options, copy_options(record, options));
}

gboolean writer_packet(const struct writer *w, struct outbox *box, const struct capture_record *record,
                       const struct packet_pieces *packet, GError **error)
{
    if (w->format == CAPTURE_PCAP)
        return put_pcap_record(w, box, record, packet, error);
    if (record->block.type == PCAPNG_SIMPLE_PACKET && captured_of(packet) == wire_of(packet))
        put_simple_packet(box, record->is_big_endian, packet);
    else if (capture_option_bytes(record) > 0)
        put_with_options(w, box, record, packet);
    else
        put_enhanced_packet(w, box, record, packet, NULL, 0);
    return TRUE;
}

gboolean writer_unchanged(const struct writer *w, struct outbox *box, const struct capture_record *record,
                          GError **error)
{
    struct packet_pieces whole = {.ip.rest = record->bytes};

    if (keeps_blocks(w) && record->block.type == PCAPNG_ENHANCED_PACKET) {
        outbox_put(box, record->block.data, record->block.bytes);
        return TRUE;
    }
    return writer_packet(w, box, record, &whole, error);
}

gboolean writer_write(struct writer *w, struct outbox *box, GError **error)
{
    gboolean is_written = output_write(w->output, box->octets, outbox_bytes(box), error);

    outbox_empty(box);
    return is_written && (!w->is_awaited || output_flush(w->output, error));
}

gboolean writer_commit(struct writer *w, const struct capture *input, GError **error)
{
    struct output *output = w->output;
    struct outbox box = {0};
    gboolean is_written;

    if (!w->has_header)
        begin(w, &box, input->info.link_type);
    is_written = output_write(output, box.octets, outbox_bytes(&box), error);
    g_free(box.octets);
    g_free(w);
    if (is_written)
        return output_commit(output, error);
    output_discard(output);
    return FALSE;
}

void writer_discard(struct writer *w)
{
    output_discard(w->output);
    g_free(w);
}
