/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/stop.h"
#include "say.h"
#include "temporary.h"

/* A file that is open can be opened again by its number. */
#define SPOOLED "/dev/fd/"

static gboolean copy(int from, int to)
{
    static char buffer[1 << 18];
    ssize_t count;

    while ((count = stop_read(from, buffer, sizeof buffer)) > 0) {
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
    GError *error = NULL;
    gboolean is_copied;
    struct stat status;
    int from;
    int to;

    if (!is_stdin && (stat(path, &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
        return g_strdup(path);
    to = temporary_open(&error);
    if (to < 0) {
        say("%s: can't be copied to a temporary file: %s", path, error->message);
        g_error_free(error);
        return NULL;
    }
    from = is_stdin ? STDIN_FILENO : stop_open(path, O_RDONLY);
    is_copied = from >= 0 && copy(from, to);
    if (!is_copied)
        say("%s: can't be copied to a temporary file: %s", path, g_strerror(errno));
    if (from >= 0 && !is_stdin)
        close(from);
    if (!is_copied) {
        close(to);
        return NULL;
    }
    return g_strdup_printf(SPOOLED "%d", to);
}

void spool_free(char *spooled, const char *path)
{
    if (spooled != NULL && strcmp(spooled, path) != 0)
        close((int)strtol(spooled + strlen(SPOOLED), NULL, 10));
    g_free(spooled);
}
