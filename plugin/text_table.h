/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table of text among the preferences, which Wireshark keeps in a file and lets people edit (a UAT). Each cell is checked
 * when it is written; a wrong one is refused with the words of what would be right.
 */
#ifndef IPIP_PLUGIN_TEXT_TABLE_H
#define IPIP_PLUGIN_TEXT_TABLE_H

#include "compat.h"

#include <epan/prefs.h>
#include <epan/uat.h>

enum { TEXT_TABLE_COLUMNS_MAX = 27 };

/* What would be right in the place of `text`, in the column of that name; NULL: it is right. */
typedef const char *text_table_check(const char *column, const char *text);

struct text_column {
    const char *name;
    const char *title;
    const char *description;
    text_table_check *check;
    const value_string *choices; /* shown as a list; NULL: any text may be typed */
    bool is_optional;            /* may be left empty, and left out where it is at the end */
    size_t index;                /* set by text_table_register() */
};

/* A cell may be NULL: text_table_cell() hides that. */
struct text_row {
    char *cells[TEXT_TABLE_COLUMNS_MAX];
};

struct text_table {
    const char *preference; /* its name as a preference */
    const char *name;       /* that of the file; on the command line -o uat:NAME:"CELL","CELL" adds a row */
    const char *title;
    const char *description;
    uat_update_cb_t check_row; /* NULL: rows of right cells are right */
    struct text_column columns[TEXT_TABLE_COLUMNS_MAX];
    /* Wireshark's from here on. It may change the rows at any time but during a call of ours. */
    struct text_row *rows;
    unsigned count;
    uat_field_t fields[TEXT_TABLE_COLUMNS_MAX + 1];
    const char *defaults[TEXT_TABLE_COLUMNS_MAX];
};

/* `table` stays the module's for good; its columns end with the first that has no name. */
void text_table_register(struct text_table *table, module_t *module);

/* For columns of addresses. */
text_table_check text_table_check_address;

/* The text of a cell; "" where it is empty. */
const char *text_table_cell(const struct text_row *row, size_t column);

#endif
