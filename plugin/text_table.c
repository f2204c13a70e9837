/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "text_table.h"

#include <string.h>

#include "ipip/address.h"

const char *text_table_cell(const struct text_row *row, size_t column)
{
    return row->cells[column] != NULL ? row->cells[column] : "";
}

const char *text_table_check_address(const char *column, const char *text)
{
    struct ipip_addr address;

    (void)column;
    return ipip_address_parse(&address, text) ? NULL : "an address, such as 192.0.2.1 or 2001:db8::1";
}

static void *copy_row(void *to, const void *from, size_t bytes)
{
    struct text_row *copy = (struct text_row *)to;

    (void)bytes;
    for (size_t i = 0; i < TEXT_TABLE_COLUMNS_MAX; i++)
        copy->cells[i] = g_strdup(((const struct text_row *)from)->cells[i]);
    return to;
}

static void free_row(void *record)
{
    struct text_row *row = (struct text_row *)record;

    for (size_t i = 0; i < TEXT_TABLE_COLUMNS_MAX; i++)
        g_clear_pointer(&row->cells[i], g_free);
}

/* What was typed, without the blanks around it; up to a zero octet. */
static char *typed(const char *octets, unsigned bytes)
{
    return g_strstrip(g_strndup(bytes > 0 ? octets : "", bytes));
}

/* Called before set_cell() by readers of files, after it by the editor. */
static ws_uat_bool check_cell(void *record, const char *octets, unsigned bytes, const void *data, const void *choices,
                              char **error)
{
    const struct text_column *column = (const struct text_column *)data;
    char *text = typed(octets, bytes);
    const char *right = NULL;

    (void)record;
    (void)choices;
    *error = NULL;
    if (bytes > 0 && memchr(octets, '\0', bytes) != NULL)
        right = "text without zero octets";
    else if (*text != '\0' || !column->is_optional)
        right = column->check(column->name, text);
    if (right != NULL)
        *error = g_strdup_printf("%s%s%s: it must be %s", column->title, *text != '\0' ? " " : "", text, right);
    g_free(text);
    return right == NULL;
}

static void set_cell(void *record, const char *octets, unsigned bytes, const void *data, const void *choices)
{
    char **cell = &((struct text_row *)record)->cells[((const struct text_column *)data)->index];

    (void)choices;
    g_free(*cell);
    *cell = typed(octets, bytes);
}

static void show_cell(void *record, char **octets, unsigned *bytes, const void *data, const void *choices)
{
    (void)choices;
    *octets = g_strdup(text_table_cell((const struct text_row *)record, ((const struct text_column *)data)->index));
    *bytes = (unsigned)strlen(*octets);
}

void text_table_register(struct text_table *table, module_t *module)
{
    char *name = g_strconcat("IPIP ", table->title, NULL);
    uat_t *uat;

    for (size_t i = 0; i < TEXT_TABLE_COLUMNS_MAX && table->columns[i].name != NULL; i++) {
        struct text_column *column = &table->columns[i];

        column->index = i;
        table->defaults[i] = column->is_optional ? "" : NULL;
        /* All three get the column: 4.0 gives to one of them what is meant for another. */
        table->fields[i] = (uat_field_t){
            .name = column->name,
            .title = column->title,
            .mode = column->choices != NULL ? PT_TXTMOD_ENUM : PT_TXTMOD_STRING,
            .cb = {check_cell, set_cell, show_cell},
            .cbdata = {column, column, column},
            .fld_data = column->choices,
            .desc = column->description,
        };
    }
    uat = uat_new(name, sizeof(struct text_row), table->name, TRUE, &table->rows, &table->count, UAT_AFFECTS_DISSECTION,
                  NULL, copy_row, table->check_row, free_row, NULL, NULL, table->fields);
    uat_set_default_values(uat, table->defaults);
    g_free(name);
    prefs_register_uat_preference(module, table->preference, table->title, table->description, uat);
}
