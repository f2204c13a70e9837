/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcapng: sections of blocks; interfaces are described before the packets that came through them. */
#include "pcapng_interface.h"
#include "reader_private.h"

enum {
    BLOCK_OVERHEAD = 12, /* type, length, length again */
    BLOCK_MAX = CAPTURE_RECORD_MAX + (1 << 20),
    SECTION_MIN = 28,
    INTERFACE_MIN = 20,
    ENHANCED_MIN = 32,
    OBSOLETE_MIN = 32,
    SIMPLE_MIN = 16,
    STATISTICS_MIN = 24,
    INTERFACES_MAX = 1 << 20,
};

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

/* NULL for a block that holds no packet. */
static const struct layout *layout_of(uint32_t type)
{
    switch (type) {
    case PCAPNG_ENHANCED_PACKET:
        return &enhanced;
    case PCAPNG_OBSOLETE_PACKET:
        return &obsolete;
    case PCAPNG_SIMPLE_PACKET:
        return &simple;
    default:
        return NULL;
    }
}

static __attribute__((noinline)) enum ipip_direction direction_of(const struct capture_info *info,
                                                                  const struct capture_record *record)
{
    const uint8_t *options = capture_options(record);
    const uint8_t *flags =
        pcapng_option(info, options, options + capture_option_bytes(record), PCAPNG_OPTION_EPB_FLAGS, 4);
    /* Two bits: 1 inbound, 2 outbound. */
    uint32_t direction = flags != NULL ? capture_get32(info, flags) & 3 : 0;

    return direction == 1 ? IPIP_DIRECTION_RECEIVED : direction == 2 ? IPIP_DIRECTION_SENT : IPIP_DIRECTION_UNKNOWN;
}

/* What a packet block claims of its packet. */
struct claim {
    uint32_t interface;
    uint32_t captured;
    uint32_t wire;
    uint32_t room; /* for the packet and what follows it */
};

static inline __attribute__((always_inline)) const struct pcapng_interface *interface_of(const struct reader *reader,
                                                                                         const struct claim *claim)
{
    return &g_array_index(reader->interfaces, struct pcapng_interface, claim->interface);
}

/* FALSE where that can't be: then no more is read. */
static inline __attribute__((always_inline)) gboolean read_claim(const struct reader *reader, struct claim *claim,
                                                                 const struct capture_block *block,
                                                                 const struct layout *layout, gboolean is_big_endian)
{
    const uint8_t *data = block->data;

    *claim = (struct claim){0};
    if (block->bytes < layout->block_min)
        return FALSE;
    claim->room = block->bytes - layout->data - 4;
    if (layout->has_time)
        claim->interface =
            layout->is_obsolete ? reader_get16(is_big_endian, data + 8) : reader_get32(is_big_endian, data + 8);
    if (claim->interface >= reader->interfaces->len)
        return FALSE;
    claim->wire = reader_get32(is_big_endian, data + (layout->has_time ? 24 : 8));
    claim->captured = claim->wire;
    if (layout->has_time)
        claim->captured = reader_get32(is_big_endian, data + 20);
    else if (interface_of(reader, claim)->snaplen != 0)
        claim->captured = MIN(claim->wire, interface_of(reader, claim)->snaplen);
    return claim->captured <= claim->room;
}

static inline __attribute__((always_inline)) gboolean read_packet(const struct reader *reader,
                                                                  struct capture_record *record,
                                                                  const struct capture_block *block,
                                                                  const struct layout *layout, gboolean is_big_endian)
{
    enum { OPTION_MIN = 8 }; /* with a value */
    const struct pcapng_interface *interface;
    struct claim claim;

    if (!read_claim(reader, &claim, block, layout, is_big_endian))
        return FALSE;
    interface = interface_of(reader, &claim);
    record->bytes = (struct ipip_bytes){block->data + layout->data, claim.captured, MAX(claim.captured, claim.wire)};
    record->interface = interface->number;
    record->link_type = interface->link_type;
    record->is_loopback = interface->is_loopback;
    record->direction = IPIP_DIRECTION_UNKNOWN;
    record->block = *block;
    if (claim.room - claim.captured >= OPTION_MIN)
        record->direction = (uint8_t)direction_of(&reader->capture.info, record);
    record->time = 0;
    if (layout->has_time) {
        uint64_t units = (uint64_t)reader_get32(is_big_endian, block->data + 12) << 32 |
                         reader_get32(is_big_endian, block->data + 16);

        record->time = interface->unit != 0 ? (int64_t)(units * interface->unit + interface->origin)
                                            : pcapng_time(interface, units);
    }
    return TRUE;
}

/* Those of blocks that few captures have. */
static __attribute__((noinline)) gboolean read_rare_packet(const struct reader *reader, struct capture_record *record,
                                                           const struct capture_block *block)
{
    const struct layout *layout = layout_of(block->type);

    return layout != NULL && read_packet(reader, record, block, layout, reader->capture.info.is_big_endian);
}

static inline __attribute__((always_inline)) gboolean is_whole(const struct capture_block *block, const uint8_t *end,
                                                               gboolean is_big_endian)
{
    return block->bytes >= BLOCK_OVERHEAD && block->bytes <= BLOCK_MAX && block->bytes % 4 == 0 &&
           end - block->data >= (ptrdiff_t)block->bytes &&
           reader_get32(is_big_endian, block->data + block->bytes - 4) == block->bytes;
}

static inline __attribute__((always_inline)) unsigned walk(struct reader *reader, unsigned room, gboolean is_big_endian)
{
    struct input *input = reader->input;
    const uint8_t *next = input->next;
    const uint8_t *end = input->end;
    struct capture_record *record = reader->run;
    uint64_t frame = reader->capture.record.frame;

    for (; record < &reader->run[room] && end - next >= BLOCK_OVERHEAD; record++) {
        struct capture_block block = {next, reader_get32(is_big_endian, next), reader_get32(is_big_endian, next + 4)};

        if (!is_whole(&block, end, is_big_endian) ||
            !(block.type == PCAPNG_ENHANCED_PACKET ? read_packet(reader, record, &block, &enhanced, is_big_endian)
                                                   : read_rare_packet(reader, record, &block)))
            break;
        record->frame = ++frame;
        next += block.bytes;
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

/* CAPTURE_PACKET, or why a packet block can't be read. */
static enum capture_item check_packet(const struct reader *reader, const struct layout *layout, GError **error)
{
    const struct capture_block *block = &reader->capture.block;
    struct claim claim;

    if (read_claim(reader, &claim, block, layout, reader->capture.info.is_big_endian))
        return CAPTURE_PACKET;
    if (block->bytes < layout->block_min)
        return reader_broken(reader, error, "a packet block of %u octets", block->bytes);
    if (claim.interface >= reader->interfaces->len)
        return reader_broken(reader, error, "a packet of interface %u, but the section describes %u", claim.interface,
                             reader->interfaces->len);
    return reader_broken(reader, error, "a packet claims %u octet%s, but its block has room for %u", claim.captured,
                         claim.captured == 1 ? "" : "s", claim.room);
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

static void add_interface(struct reader *reader, const struct capture_block *block)
{
    struct capture_info *info = &reader->capture.info;
    struct pcapng_interface interface = pcapng_interface_read(info, block, reader->interfaces->len);

    info->link_type = interface.link_type;
    info->snaplen = interface.snaplen;
    g_array_append_val(reader->interfaces, interface);
}

/* Statistics are of all packets of an interface so far. */
static void count_dropped(struct reader *reader, const struct capture_block *block)
{
    struct capture_info *info = &reader->capture.info;
    uint32_t number = block->bytes >= STATISTICS_MIN ? capture_get32(info, block->data + 8) : UINT32_MAX;
    struct pcapng_interface *interface;

    if (number >= reader->interfaces->len)
        return;
    interface = &g_array_index(reader->interfaces, struct pcapng_interface, number);
    info->dropped -= interface->dropped;
    interface->dropped = pcapng_dropped(info, block);
    info->dropped += interface->dropped;
}

static enum capture_item read_block(struct reader *reader, GError **error)
{
    const struct capture_block *block = &reader->capture.block;
    const struct layout *layout = layout_of(block->type);

    if (layout != NULL)
        return check_packet(reader, layout, error);
    switch (block->type) {
    case PCAPNG_SECTION:
        return begin_section(reader, block, error);
    case PCAPNG_INTERFACE:
        if (block->bytes < INTERFACE_MIN || reader->interfaces->len == INTERFACES_MAX)
            return reader_broken(reader, error, "an invalid interface description");
        add_interface(reader, block);
        return CAPTURE_BLOCK;
    case PCAPNG_STATISTICS:
        count_dropped(reader, block);
        return CAPTURE_BLOCK;
    default:
        return CAPTURE_BLOCK;
    }
}

/* The byte order of the section that begins at the window's start. FALSE where it has none. */
static gboolean find_byte_order(struct reader *reader)
{
    struct capture_info *info = &reader->capture.info;
    const uint8_t *magic = reader->input->next + 8;

    reader_set_byte_order(reader, reader_get32(TRUE, magic) == PCAPNG_BYTE_ORDER);
    reader->walk = info->is_big_endian ? walk_big_endian : walk_little_endian;
    return info->is_big_endian || reader_get32(FALSE, magic) == PCAPNG_BYTE_ORDER;
}

static enum capture_item step(struct reader *reader, GError **error)
{
    struct capture_info *info = &reader->capture.info;
    struct capture_block *block = &reader->capture.block;
    struct input *input = reader->input;
    enum capture_item item;
    uint32_t bytes;

    if (!input_need(input, BLOCK_OVERHEAD, error)) {
        gboolean is_end = input->end == input->next && (error == NULL || *error == NULL);

        if (input->is_held_up)
            return CAPTURE_PAUSE;
        return is_end ? CAPTURE_END : reader_ends_inside(reader, "block", error);
    }
    block->type = capture_get32(info, input->next);
    /* A section's is the same in both byte orders; the magic number behind it decides. */
    if (block->type == PCAPNG_SECTION && !find_byte_order(reader))
        return reader_broken(reader, error, "a section header without a byte order");
    bytes = capture_get32(info, input->next + 4);
    if (bytes < BLOCK_OVERHEAD || bytes % 4 != 0 || bytes > BLOCK_MAX)
        return reader_broken(reader, error, "a block claims %u octets; the file is damaged from here on", bytes);
    if (!input_need(input, bytes, error))
        return input->is_held_up ? CAPTURE_PAUSE : reader_ends_inside(reader, "block", error);
    block->data = input->next;
    block->bytes = bytes;
    if (capture_get32(info, block->data + bytes - 4) != bytes)
        return reader_broken(reader, error, "a block whose two lengths disagree (%u and %u)", bytes,
                             capture_get32(info, block->data + bytes - 4));
    item = read_block(reader, error);
    if (item == CAPTURE_BLOCK)
        input_skip(input, bytes);
    return item;
}

gboolean pcapng_begin(struct reader *reader, GError **error)
{
    (void)error;
    reader->interfaces = g_array_new(FALSE, FALSE, sizeof(struct pcapng_interface));
    reader->walk = walk_big_endian; /* the first section has an order */
    reader->step = step;
    return TRUE;
}
