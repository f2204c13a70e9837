/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "temporary.h"

#include <unistd.h>

int temporary_open(GError **error)
{
    char *path = NULL;
    int file = g_file_open_tmp("ipip-XXXXXX", &path, error);

    if (file >= 0)
        unlink(path); /* so nothing is left behind however this ends */
    g_free(path);
    return file;
}
