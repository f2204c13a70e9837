/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "refuse.h"

/* Files that are open, and why there are no more of them; NULL: nothing was reserved. */
static GArray *reserved;
static int trouble;

/* For file systems that have no files without a name: it loses its name at once, so that nothing is left behind however this ends. */
static int open_unlinked(void)
{
    char *path = g_build_filename(g_get_tmp_dir(), "ipip-XXXXXX", NULL);
    int file = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
    int why = errno;

    if (file >= 0 && unlink(path) != 0) {
        why = errno;
        close(file);
        file = -1;
    }
    g_free(path);
    errno = why;
    return file;
}

/* -1 and errno. */
static int open_new(void)
{
    int file = open(g_get_tmp_dir(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

    return file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) ? file : open_unlinked();
}

void temporary_reserve(unsigned count)
{
    reserved = g_array_new(FALSE, FALSE, sizeof(int));
    trouble = EMFILE;
    for (int file; count > 0; count--) {
        file = open_new();
        if (file < 0) {
            trouble = errno;
            return;
        }
        g_array_append_val(reserved, file);
    }
}

unsigned temporary_reserved(void)
{
    return reserved != NULL ? reserved->len : 0;
}

int temporary_reserved_at(unsigned index)
{
    return g_array_index(reserved, int, index);
}

static int take_reserved(void)
{
    int file;

    if (reserved->len == 0) {
        errno = trouble;
        return -1;
    }
    file = temporary_reserved_at(reserved->len - 1);
    g_array_set_size(reserved, reserved->len - 1);
    return file;
}

int temporary_open(GError **error)
{
    int file = reserved != NULL ? take_reserved() : open_new();

    if (file < 0)
        refuse(error, NULL, "%s: %s", g_get_tmp_dir(), g_strerror(errno));
    return file;
}
