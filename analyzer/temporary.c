/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "refuse.h"

int temporary_open(GError **error)
{
    const char *folder = g_get_tmp_dir();
    char *path = g_build_filename(folder, "ipip-XXXXXX", NULL);
    int file = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);

    if (file >= 0)
        unlink(path); /* so nothing is left behind however this ends */
    else
        refuse(error, NULL, "%s: %s", folder, g_strerror(errno));
    g_free(path);
    return file;
}
