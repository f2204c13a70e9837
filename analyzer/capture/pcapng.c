/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcapng: sections of blocks; interfaces are described before the packets that came through them. */
#include <string.h>

#include "reader_private.h"

enum {
    BLOCK_OVERHEAD = 12, /* type, length, length again */
    BLOCK_MAX = CAPTURE_RECORD_MAX + (1 << 20),
    SECTION_MIN = 28,
    INTERFACE_MIN = 20,
    ENHANCED_MIN = 32,
    OBSOLETE_MIN = 32,
    SIMPLE_MIN = 16,
    INTERFACES_MAX = 1 << 20,
};

gboolean pcapng_begin(struct reader *reader, GError **error)
{
    (void)error;
    reader->interfaces = g_array_new(FALSE, FALSE, sizeof(struct pcapng_interface));
    return TRUE;
}

/* The value of an option of at least `bytes` octets among those at [data, end); NULL where it is not there. */
static const uint8_t *find_option(const struct capture_info *info, const uint8_t *data, const uint8_t *end,
                                  uint16_t code, uint16_t bytes)
{
    while (end - data >= 4) {
        uint16_t this_code = capture_get16(info, data);
        uint16_t length = capture_get16(info, data + 2);

        data += 4;
        if (this_code == PCAPNG_OPTION_END || end - data < length)
            return NULL;
        if (this_code == code && length >= bytes)
            return data;
        data += MIN(end - data, (length + 3) & ~3);
    }
    return NULL;
}

static int64_t get_signed64(const struct capture_info *info, const uint8_t *data)
{
    uint64_t a = capture_get32(info, data);
    uint64_t b = capture_get32(info, data + 4);

    return (int64_t)(info->is_big_endian ? a << 32 | b : b << 32 | a);
}

static void add_interface(struct reader *reader, const struct capture_block *block)
{
    struct capture_info *info = &reader->capture.info;
    const uint8_t *options = block->data + 16;
    const uint8_t *end = block->data + block->bytes - 4;
    const uint8_t *name = find_option(info, options, end, PCAPNG_OPTION_IF_NAME, 2);
    const uint8_t *resolution = find_option(info, options, end, PCAPNG_OPTION_IF_TSRESOL, 1);
    const uint8_t *offset = find_option(info, options, end, PCAPNG_OPTION_IF_TSOFFSET, 8);
    struct pcapng_interface interface = {
        .link_type = capture_get16(info, block->data + 8),
        .snaplen = capture_get32(info, block->data + 12),
        .is_loopback = name != NULL && memcmp(name, "lo", 2) == 0,
        .is_binary = resolution != NULL && (*resolution & 0x80) != 0,
        .resolution = resolution != NULL ? *resolution & 0x7f : 6,
        .offset = offset != NULL ? get_signed64(info, offset) : 0,
    };

    info->link_type = interface.link_type;
    info->snaplen = interface.snaplen;
    g_array_append_val(reader->interfaces, interface);
}

static enum capture_item begin_section(struct reader *reader, const struct capture_block *block, GError **error)
{
    struct capture_info *info = &reader->capture.info;

    if (block->bytes < SECTION_MIN)
        return reader_broken(reader, error, "a section header of %u octets", block->bytes);
    if (capture_get16(info, block->data + 12) != 1)
        return reader_broken(reader, error, "pcapng version %u.%u, but only 1.x is known",
                             capture_get16(info, block->data + 12), capture_get16(info, block->data + 14));
    g_array_set_size(reader->interfaces, 0);
    info->sections++;
    return CAPTURE_BLOCK;
}

/* A timestamp in the units of its interface, in nanoseconds; values that don't fit are cut, never overflow. */
static int64_t to_nanoseconds(const struct pcapng_interface *interface, uint64_t units)
{
    uint64_t per_second = 1;
    uint64_t fraction;

    if (interface->is_binary) {
        if (interface->resolution >= 63)
            return 0;
        per_second <<= interface->resolution;
    } else {
        if (interface->resolution > 18)
            return 0;
        for (unsigned i = 0; i < interface->resolution; i++)
            per_second *= 10;
    }
    /* The double keeps 53 bits: enough below the fraction of a second, where finer units than nanoseconds are cut. */
    fraction = units % per_second;
    fraction = per_second <= 1000000000 ? fraction * 1000000000 / per_second
                                        : (uint64_t)((double)fraction * 1e9 / (double)per_second);
    return (int64_t)((units / per_second + (uint64_t)interface->offset) * 1000000000 + fraction);
}

static enum ipip_direction direction_of(const struct capture_info *info, const struct capture_record *record)
{
    const uint8_t *flags =
        find_option(info, record->options, record->options + record->option_bytes, PCAPNG_OPTION_EPB_FLAGS, 4);
    /* Two bits: 1 inbound, 2 outbound. */
    uint32_t direction = flags != NULL ? capture_get32(info, flags) & 3 : 0;

    return direction == 1 ? IPIP_DIRECTION_RECEIVED : direction == 2 ? IPIP_DIRECTION_SENT : IPIP_DIRECTION_UNKNOWN;
}

/* Where the parts of a packet block are. */
struct layout {
    uint32_t block_min;
    uint32_t data;        /* offset of the packet */
    gboolean has_time;    /* and interface and captured length; else a simple packet block */
    gboolean is_obsolete; /* 16 bits of interface number, then a drop count */
};

static const struct layout enhanced = {ENHANCED_MIN, 28, TRUE, FALSE};
static const struct layout obsolete = {OBSOLETE_MIN, 28, TRUE, TRUE};
static const struct layout simple = {SIMPLE_MIN, 12, FALSE, FALSE};

static enum capture_item read_packet(struct reader *reader, const struct layout *layout, GError **error)
{
    const struct capture_info *info = &reader->capture.info;
    const struct capture_block *block = &reader->capture.block;
    struct capture_record *record = &reader->capture.record;
    const struct pcapng_interface *interface;
    uint32_t room;
    uint32_t captured;
    uint32_t wire;
    uint32_t number = 0;

    if (block->bytes < layout->block_min)
        return reader_broken(reader, error, "a packet block of %u octets", block->bytes);
    if (layout->has_time)
        number = layout->is_obsolete ? capture_get16(info, block->data + 8) : capture_get32(info, block->data + 8);
    if (number >= reader->interfaces->len)
        return reader_broken(reader, error, "a packet of interface %u, but the section describes %u", number,
                             reader->interfaces->len);
    interface = &g_array_index(reader->interfaces, struct pcapng_interface, number);

    room = block->bytes - layout->data - 4;
    wire = capture_get32(info, block->data + (layout->has_time ? 24 : 8));
    captured = layout->has_time ? capture_get32(info, block->data + 20)
                                : MIN(wire, interface->snaplen == 0 ? wire : interface->snaplen);
    if (captured > room)
        return reader_broken(reader, error, "a packet claims %u octet%s, but its block has room for %u", captured,
                             captured == 1 ? "" : "s", room);

    record->frame++;
    record->bytes = (struct ipip_bytes){block->data + layout->data, captured, MAX(captured, wire)};
    record->link_type = interface->link_type;
    record->is_loopback = interface->is_loopback;
    record->interface = number;
    record->options = record->bytes.data + MIN((captured + 3) & ~3U, room);
    record->option_bytes = layout->has_time ? (uint32_t)(block->data + block->bytes - 4 - record->options) : 0;
    record->direction = direction_of(info, record);
    record->time = 0;
    if (layout->has_time) {
        uint64_t units = (uint64_t)capture_get32(info, block->data + 12) << 32 | capture_get32(info, block->data + 16);

        record->time = to_nanoseconds(interface, units);
    }
    return CAPTURE_PACKET;
}

static enum capture_item read_block(struct reader *reader, GError **error)
{
    const struct capture_block *block = &reader->capture.block;

    switch (block->type) {
    case PCAPNG_SECTION:
        return begin_section(reader, block, error);
    case PCAPNG_INTERFACE:
        if (block->bytes < INTERFACE_MIN || reader->interfaces->len == INTERFACES_MAX)
            return reader_broken(reader, error, "an invalid interface description");
        add_interface(reader, block);
        return CAPTURE_BLOCK;
    case PCAPNG_ENHANCED_PACKET:
        return read_packet(reader, &enhanced, error);
    case PCAPNG_OBSOLETE_PACKET:
        return read_packet(reader, &obsolete, error);
    case PCAPNG_SIMPLE_PACKET:
        return read_packet(reader, &simple, error);
    default:
        return CAPTURE_BLOCK;
    }
}

enum capture_item pcapng_next(struct reader *reader, GError **error)
{
    struct capture_info *info = &reader->capture.info;
    struct capture_block *block = &reader->capture.block;
    struct input *input = reader->input;
    enum capture_item item;
    uint32_t bytes;

    if (!input_need(input, BLOCK_OVERHEAD, error)) {
        gboolean is_end = input->end == input->next && (error == NULL || *error == NULL);

        if (input->is_pinned)
            return CAPTURE_PAUSE;
        return is_end ? CAPTURE_END : reader_ends_inside(reader, "block", error);
    }
    block->type = capture_get32(info, input->next);
    if (block->type == PCAPNG_SECTION) { /* the same in both byte orders; the magic number behind it decides */
        info->is_big_endian = TRUE;
        if (capture_get32(info, input->next + 8) != PCAPNG_BYTE_ORDER) {
            info->is_big_endian = FALSE;
            if (capture_get32(info, input->next + 8) != PCAPNG_BYTE_ORDER)
                return reader_broken(reader, error, "a section header without a byte order");
        }
    }
    bytes = capture_get32(info, input->next + 4);
    if (bytes < BLOCK_OVERHEAD || bytes % 4 != 0 || bytes > BLOCK_MAX)
        return reader_broken(reader, error, "a block claims %u octets; the file is damaged from here on", bytes);
    if (!input_need(input, bytes, error))
        return input->is_pinned ? CAPTURE_PAUSE : reader_ends_inside(reader, "block", error);
    block->data = input->next;
    block->bytes = bytes;
    if (capture_get32(info, block->data + bytes - 4) != bytes)
        return reader_broken(reader, error, "a block whose two lengths disagree (%u and %u)", bytes,
                             capture_get32(info, block->data + bytes - 4));
    item = read_block(reader, error);
    if (item != CAPTURE_BROKEN)
        input_skip(input, bytes);
    return item;
}
