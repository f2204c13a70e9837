/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "policy_tables.h"
#include "text_table.h"

enum { SOURCE, PLACE };

static const char *check_source(const char *column, const char *text)
{
    struct ipip_prefix source;

    (void)column;
    return ipip_prefix_parse(&source, text) ? NULL : "an address, or a prefix without host bits, such as 10.1.0.0/16";
}

static const char *check_place(const char *column, const char *text)
{
    (void)column;
    return ipip_vantage_find(text) >= 0 ? NULL : "unknown, entry, mid, exit or host-tx";
}

static struct text_table vantages = {
    .preference = "vantages_table",
    .name = "ipip_vantages",
    .title = "Vantages",
    .description = "Where tunnel packets were captured, by their source: before the vantage in the table of tunnels, "
                   "and that of all. The longest prefix counts.",
    .columns =
        {{.name = "source", .title = "Source", .description = "Outer: an address or prefix", .check = check_source},
         {.name = "vantage",
          .title = "Vantage",
          .description = "unknown, entry, mid, exit or host-tx",
          .check = check_place}},
};

static const value_string *place_choices(void)
{
    GArray *choices = g_array_new(TRUE, TRUE, sizeof(value_string)); /* which Wireshark keeps */

    for (int i = 0; ipip_vantage_name((enum ipip_vantage)i) != NULL; i++) {
        value_string choice = {(uint32_t)i, ipip_vantage_name((enum ipip_vantage)i)};

        g_array_append_val(choices, choice);
    }
    return (const value_string *)(void *)g_array_free(choices, FALSE);
}

void vantage_table_register(module_t *module)
{
    vantages.columns[PLACE].choices = place_choices();
    text_table_register(&vantages, module);
}

void vantage_table_apply(struct ipip_policy *policy, wmem_allocator_t *scope)
{
    struct ipip_source_vantage *rows = wmem_alloc_array(scope, struct ipip_source_vantage, vantages.count);

    policy->vantages = rows;
    for (unsigned i = 0; i < vantages.count; i++) {
        struct ipip_source_vantage *row = &rows[policy->vantage_count];
        int place = ipip_vantage_find(text_table_cell(&vantages.rows[i], PLACE));

        if (place < 0 || !ipip_prefix_parse(&row->source, text_table_cell(&vantages.rows[i], SOURCE)))
            continue;
        row->vantage = (enum ipip_vantage)place;
        policy->vantage_count++;
    }
    policy->vantage_count = ipip_source_vantages_order(rows, policy->vantage_count);
}
