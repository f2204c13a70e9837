/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture_paths.h"

#include <string.h>

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Puts what is in the folder, the first name last, onto the stack; FALSE where it can't be read. */
static gboolean push_folder(GPtrArray *stack, const char *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    GPtrArray *names;
    const char *name;

    if (dir == NULL)
        return FALSE;
    names = g_ptr_array_new_with_free_func(g_free);
    while ((name = g_dir_read_name(dir)) != NULL)
        g_ptr_array_add(names, g_strdup(name));
    g_dir_close(dir);
    g_ptr_array_sort(names, compare_names);
    for (guint i = names->len; i > 0; i--)
        g_ptr_array_add(stack, g_build_filename(folder, names->pdata[i - 1], NULL));
    g_ptr_array_unref(names);
    return TRUE;
}

static gboolean is_capture(const char *path)
{
    char *name = g_path_get_basename(path);
    gboolean is_such = strstr(name, ".pcap") != NULL && g_file_test(path, G_FILE_TEST_IS_REGULAR);

    g_free(name);
    return is_such;
}

static void add_folder(GPtrArray *paths, const char *folder)
{
    GPtrArray *stack = g_ptr_array_new();

    if (!push_folder(stack, folder))
        g_ptr_array_add(paths, g_strdup(folder));
    while (stack->len > 0) {
        char *path = g_ptr_array_steal_index(stack, stack->len - 1);
        gboolean is_folder = g_file_test(path, G_FILE_TEST_IS_DIR);
        gboolean is_added =
            is_folder ? !g_file_test(path, G_FILE_TEST_IS_SYMLINK) && !push_folder(stack, path) : is_capture(path);

        if (is_added)
            g_ptr_array_add(paths, path);
        else
            g_free(path);
    }
    g_ptr_array_unref(stack);
}

void capture_paths_add(GPtrArray *paths, const char *path)
{
    guint before = paths->len;

    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        add_folder(paths, path);
    if (paths->len == before)
        g_ptr_array_add(paths, g_strdup(path));
}
