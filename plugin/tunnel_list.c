/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "statistics.h"

#include <epan/stat_tap_ui.h>

#include "frame_packet.h"
#include "ipip/kind_stats.h"
#include "ipip/tunnel_direction.h"
#include "tap.h"
#include "tunnel_row.h"

/* First what people open the table for: five columns are in sight before its window is widened. */
enum column {
    SRC,
    DST,
    DF,
    PATH_MTU,
    COMMAND,
    KIND,
    PACKETS,
    TTL,
    PROFILE,
    TOS,
    ECN,
    ID,
    OVERHEAD,
    LARGEST,
    FRAGMENTS,
    MSS,
    ANSWERED,
    UNANSWERED,
    ADVICE,
    PATH,
    ENTRY_TTL,
    VANTAGE,
    ENCAPSULATORS,
    COLUMNS
};

#define STRING(title, format)                            \
    {                                                    \
        TABLE_ITEM_STRING, TAP_ALIGN_LEFT, title, format \
    }
#define NUMBER(title, format)                           \
    {                                                   \
        TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, title, format \
    }

static stat_tap_table_item columns[COLUMNS] = {
    [SRC] = STRING("Source         ", "%-15s"),
    [DST] = STRING("Destination    ", "%-15s"),
    [PACKETS] = NUMBER("Packets", "%7u"),
    [TTL] = STRING("TTL                     ", "%-24s"),
    [TOS] = STRING("TOS                     ", "%-24s"),
    [ECN] = STRING("ECN                     ", "%-24s"),
    [DF] = STRING("DF                      ", "%-24s"),
    [ID] = STRING("Identification          ", "%-24s"),
    [ENTRY_TTL] = STRING("TTL at the entry            ", "%-28s"),
    [VANTAGE] = STRING("Vantage         ", "%-16s"),
    [ENCAPSULATORS] = STRING("Encapsulators", "%-13s"),
    [MSS] = STRING("MSS                 ", "%-20s"),
    [ANSWERED] = NUMBER("Answered", "%8u"),
    [UNANSWERED] = STRING("Unanswered                  ", "%-28s"),
    [ADVICE] = STRING("Advice                                          ", "%-48s"),
    [OVERHEAD] = STRING("Overhead", "%-8s"),
    [LARGEST] = NUMBER("Largest", "%7u"),
    [FRAGMENTS] = NUMBER("Fragments", "%9u"),
    [PATH] = STRING("Path                             ", "%-33s"),
    [PATH_MTU] = STRING("Path MTU", "%-8s"),
    [PROFILE] = STRING("Profile                  ", "%-25s"),
    [KIND] = STRING("Kind            ", "%-16s"),
    [COMMAND] = STRING("Command                                                                     ", "%-76s"),
};

static const enum column columns_inferred[IPIP_INFERRED_FIELDS] = {
    [IPIP_INFERRED_TTL] = TTL, [IPIP_INFERRED_TOS] = TOS, [IPIP_INFERRED_ECN] = ECN,
    [IPIP_INFERRED_DF] = DF,   [IPIP_INFERRED_ID] = ID,
};

enum {
    DIRECTIONS_MAX = 1 << 14, /* more rows are of no use */
    SITES_MAX = 1 << 8,       /* directions of 6in4 among which 6rd is looked for: that takes all of them each time */
};

/* A row: its texts, which Wireshark reads when it draws; of 6in4 the inner addresses that 6rd was looked for in, and the domain found. */
struct listed {
    char *texts[COLUMNS]; /* NULL in columns of numbers */
    struct ipip_high_bits inner_src, inner_dst;
    struct ipip_prefix domain;
};

/* What belongs to a table; its first cell points to it. */
struct tunnel_list {
    struct ipip_inventory *inventory;
    GPtrArray *rows; /* of struct listed, by row, which is the direction's index in the inventory */
    unsigned sites;  /* rows of 6in4 */
};

static struct tunnel_list *list_of(const stat_tap_table *table)
{
    return table->num_elements > 0 ? (struct tunnel_list *)stat_tap_get_field_data(table, 0, 0)->user_data.ptr_value
                                   : NULL;
}

static void free_list(struct tunnel_list *list)
{
    if (list == NULL)
        return;
    ipip_inventory_free(list->inventory);
    g_ptr_array_unref(list->rows);
    g_free(list);
}

static void free_listed(void *row)
{
    struct listed *listed = (struct listed *)row;

    for (unsigned column = 0; column < COLUMNS; column++)
        g_free(listed->texts[column]);
    g_free(listed);
}

/* Writing the first row has overwritten the pointer. Without a row there is nothing to keep, and nothing was seen. */
static void keep_list(const stat_tap_table *table, struct tunnel_list *list)
{
    if (table->num_elements > 0)
        stat_tap_get_field_data(table, 0, 0)->user_data.ptr_value = list;
    else
        free_list(list);
}

static struct tunnel_list *new_list(void)
{
    struct tunnel_list *list = g_new0(struct tunnel_list, 1);

    list->inventory =
        ipip_inventory_new(session_kinds(), DIRECTIONS_MAX, (uint64_t)g_random_int() << 32 | g_random_int());
    if (list->inventory == NULL)
        g_error("out of memory");
    list->rows = g_ptr_array_new_with_free_func(free_listed);
    return list;
}

static stat_tap_table_item_type string_cell(const char *text)
{
    return (stat_tap_table_item_type){.type = TABLE_ITEM_STRING, .value.string_value = text};
}

static stat_tap_table_item_type number_cell(uint64_t number)
{
    return (stat_tap_table_item_type){.type = TABLE_ITEM_UINT, .value.uint_value = (unsigned)MIN(number, UINT_MAX)};
}

/* Keeps the texts of a row, in place of those before. */
static void keep_texts(struct listed *listed, stat_tap_table_item_type cells[COLUMNS])
{
    for (unsigned column = 0; column < COLUMNS; column++) {
        char **kept = &listed->texts[column];

        if (columns[column].type != TABLE_ITEM_STRING)
            continue;
        if (g_strcmp0(*kept, cells[column].value.string_value) != 0) {
            g_free(*kept);
            *kept = g_strdup(cells[column].value.string_value);
        }
        cells[column].value.string_value = *kept;
    }
}

static void write_row(stat_tap_table *table, struct tunnel_list *list, const struct ipip_direction_stats *seen)
{
    struct tunnel_row texts;
    const struct ipip_tunnel_stats *o = &seen->stats;
    stat_tap_table_item_type cells[COLUMNS] = {
        [SRC] = string_cell(texts.src),
        [DST] = string_cell(texts.dst),
        [PACKETS] = number_cell(ipip_inventory_packets(list->inventory, seen)),
        [OVERHEAD] = string_cell(texts.overhead),
        [LARGEST] = number_cell(o->largest),
        [FRAGMENTS] = number_cell(seen->outer_fragments + o->inner_fragments),
        [ENTRY_TTL] = string_cell(texts.entry_ttl),
        [VANTAGE] = string_cell(texts.vantage),
        [ENCAPSULATORS] = string_cell(texts.encapsulators),
        [MSS] = string_cell(texts.mss),
        [ANSWERED] = number_cell(seen->sizes.acknowledged),
        [UNANSWERED] = string_cell(texts.unanswered),
        [ADVICE] = string_cell(texts.advice),
        [PATH] = string_cell(texts.path),
        [PATH_MTU] = string_cell(texts.path_mtu),
        [PROFILE] = string_cell(texts.profile),
        [KIND] = string_cell(texts.kind),
        [COMMAND] = string_cell(texts.command),
    };

    for (unsigned field = 0; field < IPIP_INFERRED_FIELDS; field++)
        cells[columns_inferred[field]] = string_cell(texts.inferences[field]);
    tunnel_row_write(&texts, list->inventory, seen);
    keep_texts((struct listed *)g_ptr_array_index(list->rows, seen->index), cells);
    stat_tap_init_table_row(table, seen->index, COLUMNS, cells);
}

/* The rows of a direction and of the other way, if they have one: what is known of them has changed. */
static void write_both(stat_tap_table *table, struct tunnel_list *list, const struct ipip_direction_stats *seen)
{
    const struct ipip_direction_stats *back = seen != NULL ? ipip_inventory_back(list->inventory, seen) : NULL;

    if (seen != NULL)
        write_row(table, list, seen);
    if (back != NULL)
        write_row(table, list, back);
}

/* Rows for the directions that are new. */
static void add_rows(stat_tap_table *table, struct tunnel_list *list)
{
    for (uint32_t i = list->rows->len; i < ipip_inventory_count(list->inventory); i++) {
        const struct ipip_direction_stats *seen = ipip_inventory_at(list->inventory, i);

        g_ptr_array_add(list->rows, g_new0(struct listed, 1));
        list->sites += seen->kind == IPIP_KIND_6IN4;
        write_row(table, list, seen);
    }
}

static gboolean is_changed(struct ipip_high_bits *before, struct ipip_high_bits now)
{
    gboolean changed = before->first != now.first || before->varies != now.varies;

    *before = now;
    return changed;
}

/* Whether this row shows another domain than it did. */
static gboolean is_moved(struct tunnel_list *list, const struct ipip_direction_stats *seen)
{
    const struct ipip_kind_stats *more = ipip_inventory_kind_stats(list->inventory, seen);
    struct listed *listed = (struct listed *)g_ptr_array_index(list->rows, seen->index);
    struct ipip_prefix before = listed->domain;

    if (more == NULL || seen->kind != IPIP_KIND_6IN4)
        return FALSE;
    listed->domain = more->domain;
    return before.bits != more->domain.bits || !ipip_address_equal(before.address, more->domain.address);
}

/* 6rd shows in the addresses of all 6in4 together: where those of a direction are others than before, all are looked at again. */
static void find_6rd(stat_tap_table *table, struct tunnel_list *list, const struct ipip_direction_stats *seen)
{
    const struct ipip_kind_stats *more = seen != NULL ? ipip_inventory_kind_stats(list->inventory, seen) : NULL;
    struct listed *listed;

    if (more == NULL || seen->kind != IPIP_KIND_6IN4 || list->sites > SITES_MAX)
        return;
    listed = (struct listed *)g_ptr_array_index(list->rows, seen->index);
    if (!(is_changed(&listed->inner_src, more->inner_src) | is_changed(&listed->inner_dst, more->inner_dst)))
        return;
    ipip_inventory_find_6rd(list->inventory);
    for (uint32_t i = 0; i < list->rows->len; i++) {
        const struct ipip_direction_stats *other = ipip_inventory_at(list->inventory, i);

        if (is_moved(list, other))
            write_row(table, list, other);
    }
}

/* The last row: how many tunnel headers belong to directions that have none. */
static void write_further(stat_tap_table *table, const struct tunnel_list *list)
{
    stat_tap_table_item_type cells[COLUMNS];

    for (unsigned column = 0; column < COLUMNS; column++)
        cells[column] = columns[column].type == TABLE_ITEM_STRING ? string_cell("") : number_cell(0);
    cells[SRC] = string_cell("further ones");
    cells[DST] = string_cell("not listed");
    cells[PACKETS] = number_cell(ipip_inventory_left_out(list->inventory));
    stat_tap_init_table_row(table, ipip_inventory_count(list->inventory), COLUMNS, cells);
}

/* The directions of the tunnel packet that an ICMP error quotes, whose path may be better known now. */
static void write_quoted(stat_tap_table *table, struct tunnel_list *list, const struct ipip_stack *stack)
{
    enum { ICMP = 1, ICMPV6 = 58, QUOTE = 8 };
    const struct ipip_layer *layer = &stack->layers[stack->count - 1];
    struct ipip_bytes message = ipip_layer_payload(layer);
    struct ipip_stack quoted;

    if (layer->ip.protocol != (layer->ip.version == 4 ? ICMP : ICMPV6) || ipip_ip_is_fragment(&layer->ip) ||
        message.captured <= QUOTE)
        return;
    if (ipip_stack_read(&quoted, session_kinds(), ipip_bytes_after(message, QUOTE)) != IPIP_OK)
        return;
    for (unsigned k = 0; k < quoted.count && quoted.layers[k].kind != IPIP_KIND_NONE; k++)
        write_both(table, list, ipip_inventory_of(list->inventory, &quoted, k));
}

static tap_packet_status list_packet(void *data, packet_info *pinfo, epan_dissect_t *edt, const void *record,
                                     tap_flags_t flags)
{
    const struct session_frame *frame = (const struct session_frame *)record;
    const struct ipip_stack *stack = frame->stack;
    stat_tap_table *table = g_array_index(((stat_data_t *)data)->stat_tap_data->tables, stat_tap_table *, 0);
    struct tunnel_list *list = list_of(table);
    const struct ipip_direction_stats *answered = NULL;

    (void)edt;
    (void)flags;
    if (list == NULL && frame->is_tunnel)
        list = new_list();
    if (list != NULL)
        answered = ipip_inventory_add(list->inventory, stack, frame->copied, frame_packet_time(pinfo));
    if (frame->is_tunnel) {
        add_rows(table, list);
        if (ipip_inventory_left_out(list->inventory) > 0)
            write_further(table, list);
        for (unsigned k = 0; k < stack->count && stack->layers[k].kind != IPIP_KIND_NONE; k++) {
            const struct ipip_direction_stats *seen = ipip_inventory_of(list->inventory, stack, k);

            write_both(table, list, seen);
            find_6rd(table, list, seen);
        }
    }
    if (answered != NULL)
        write_row(table, list, answered);
    if (list != NULL && stack != NULL && stack->count > 0)
        write_quoted(table, list, stack);
    keep_list(table, list);
    return TAP_PACKET_REDRAW;
}

static void create_table(stat_tap_table_ui *ui)
{
    stat_tap_add_table(ui, stat_tap_init_table("Tunnel directions", COLUMNS, 0, NULL));
}

/* Back to no rows at all: they are added as directions are seen. */
static void reset_table(stat_tap_table *table)
{
    free_list(list_of(table));
    for (unsigned row = 0; row < table->num_elements; row++)
        g_free(table->elements[row]);
    g_free(table->elements);
    table->elements = NULL;
    table->num_elements = 0;
}

static void free_cell(stat_tap_table *table, unsigned row, unsigned column, stat_tap_table_item_type *cell)
{
    (void)table;
    if (row == 0 && column == 0)
        free_list((struct tunnel_list *)cell->user_data.ptr_value);
}

void tunnel_list_register(void)
{
    static stat_tap_table_ui ui = {
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
        .title = "IP-in-IP Tunnels",
        .tap_name = TAP_NAME,
        .cli_string = "ipip,tunnels",
        .stat_tap_init_cb = create_table,
        .packet_func = list_packet,
        .stat_tap_reset_table_cb = reset_table,
        .stat_tap_free_table_item_cb = free_cell,
        .nfields = COLUMNS,
        .fields = columns,
    };

    register_stat_tap_table_ui(&ui);
}
