/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spool.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean copy(int from, int to)
{
    static char buffer[1 << 18];
    ssize_t count;

    while ((count = read(from, buffer, sizeof buffer)) > 0) {
        for (ssize_t done = 0, written; done < count; done += written) {
            written = write(to, buffer + done, (size_t)(count - done));
            if (written < 0)
                return FALSE;
        }
    }
    return count == 0;
}

char *spool(const char *path)
{
    gboolean is_stdin = strcmp(path, "-") == 0;
    char *temporary = NULL;
    GError *error = NULL;
    gboolean is_copied;
    struct stat status;
    int from;
    int to;

    if (!is_stdin && (stat(path, &status) != 0 || !S_ISFIFO(status.st_mode)))
        return g_strdup(path);
    from = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    to = g_file_open_tmp("ipip-XXXXXX", &temporary, &error);
    if (from < 0 || to < 0) {
        g_printerr("%s: can't be copied to a temporary file: %s\n", path, error != NULL ? error->message : "no access");
        g_clear_error(&error);
        g_free(temporary);
        return NULL;
    }
    is_copied = copy(from, to);
    close(to);
    if (!is_stdin)
        close(from);
    if (!is_copied) {
        g_printerr("%s: can't be copied to %s\n", path, temporary);
        spool_free(temporary, path);
        return NULL;
    }
    return temporary;
}

void spool_free(char *spooled, const char *path)
{
    if (strcmp(spooled, path) != 0)
        unlink(spooled);
    g_free(spooled);
}
