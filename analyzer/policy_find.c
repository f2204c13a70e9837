/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "policy_find.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "refuse.h"
#include "say.h"

#define NAME ".ipip.conf"

/* Why the file may be another user's; NULL: it is ours. */
static const char *not_ours(const struct stat *status)
{
    if (S_ISLNK(status->st_mode))
        return "it is a symbolic link";
    if (!S_ISREG(status->st_mode))
        return "it is not a regular file";
    if (status->st_uid != geteuid())
        return "it belongs to another user";
    return (status->st_mode & S_IWOTH) != 0 ? "others may write to it" : NULL;
}

static int leave(const char *why)
{
    say(NAME " in the working directory is not used: %s; --config " NAME " uses it on purpose", why);
    return -1;
}

/* What can't be opened may be ours all the same: going on without it would judge by other rules. */
static int cannot_open(int reason, GError **error)
{
    struct stat status;
    const char *why;

    if (reason == ENOENT)
        return -1;
    why = lstat(NAME, &status) == 0 ? not_ours(&status) : NULL;
    if (why != NULL)
        return leave(why);
    refuse(error, NULL, NAME ": %s", g_strerror(reason));
    return -1;
}

int policy_find(const char **path, GError **error)
{
    int file = open(NAME, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat status;
    const char *why;

    *path = NAME;
    if (file < 0)
        return cannot_open(errno, error);
    why = fstat(file, &status) == 0 ? not_ours(&status) : g_strerror(errno);
    if (why == NULL)
        return file;
    close(file);
    return leave(why);
}
