/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "policy_find.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define NAME ".ipip.conf"

/* What can't be looked at counts, so that reading it says why. A named pipe does not: it would be waited for. */
static gboolean is_there(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 ? !S_ISFIFO(status.st_mode) : errno != ENOENT && errno != ENOTDIR;
}

static char *beside(const char *capture)
{
    char *folder = g_path_get_dirname(capture);
    char *path = strcmp(folder, ".") == 0 ? g_strdup(NAME) : g_build_filename(folder, NAME, NULL);

    g_free(folder);
    return path;
}

char *policy_find(const char *capture)
{
    char *path = strcmp(capture, "-") == 0 ? NULL : beside(capture);

    if (path != NULL && is_there(path))
        return path;
    g_free(path);
    return is_there(NAME) ? g_strdup(NAME) : NULL;
}
