/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

enum {
    RESERVED_BYTES = 8 << 20,
    AHEAD_BYTES = 8 << 20,
    FILES_MAX = 32, /* that are written at a time: reports, a baseline, a capture */
};

/* The names of the files that are being written, where they have one. */
static const char *volatile unfinished[FILES_MAX];

void new_file_remove_unfinished(void)
{
    for (int i = 0; i < FILES_MAX; i++) {
        const char *path = unfinished[i];

        if (path != NULL)
            unlink(path);
    }
}

/* `before` becomes `now`, NULL being a free place. */
static void replace_unfinished(const char *before, const char *now)
{
    for (int i = 0; i < FILES_MAX; i++) {
        if (unfinished[i] == before) {
            unfinished[i] = now;
            return;
        }
    }
}

static void die_without_leftovers(int number)
{
    new_file_remove_unfinished();
    signal(number, SIG_DFL);
    raise(number);
}

/* What ends a process, where it is not handled already, as by stop_on_signals(). */
static void clean_up_on_signals(void)
{
    static const int harmless[] = {SIGCHLD, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGWINCH, SIGKILL};

    for (int number = 1; number <= SIGRTMAX; number++) {
        gboolean is_deadly = TRUE;
        struct sigaction old;

        for (size_t i = 0; i < G_N_ELEMENTS(harmless); i++)
            is_deadly &= number != harmless[i];
        if (is_deadly && sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            signal(number, die_without_leftovers);
    }
}

static gboolean cannot(const char *what, GError **error)
{
    g_set_error(error, OUTPUT_ERROR, errno, "%s: %s", what, g_strerror(errno));
    return FALSE;
}

/* Whether a file without a name can be given one, that is, whether /proc is there. */
static gboolean name_of_descriptor(char name[static 32], int fd)
{
    g_snprintf(name, 32, "/proc/self/fd/%d", fd);
    return access(name, F_OK) == 0;
}

static int open_nameless(const char *path)
{
    char *folder = g_path_get_dirname(path);
    int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    char name[32];

    g_free(folder);
    if (fd < 0 || name_of_descriptor(name, fd))
        return fd;
    close(fd);
    errno = EOPNOTSUPP;
    return -1;
}

/* In the folder of the file, hidden, with a random name. */
static char *temporary_name(const char *path)
{
    char *folder = g_path_get_dirname(path);
    char *base = g_path_get_basename(path);
    char *name = g_strdup_printf(".%s.%08x", base, g_random_int());
    char *whole = g_build_filename(folder, name, NULL);

    g_free(folder);
    g_free(base);
    g_free(name);
    return whole;
}

static int open_named(struct new_file *f)
{
    sigset_t all, before;
    int fd;

    clean_up_on_signals();
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* a signal finds no file, or the name of it */
    do {
        g_free(f->temporary);
        f->temporary = temporary_name(f->path);
        fd = open(f->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (fd < 0 && errno == EEXIST);
    if (fd < 0)
        g_clear_pointer(&f->temporary, g_free);
    if (f->temporary != NULL)
        replace_unfinished(NULL, f->temporary);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return fd;
}

/* The new file is like the one that it replaces. */
static gboolean take_after(struct new_file *f, const struct stat *old, GError **error)
{
    struct stat mine;

    if (fstat(f->fd, &mine) != 0)
        return cannot("can't be examined", error);
    if ((mine.st_uid != old->st_uid || mine.st_gid != old->st_gid) && fchown(f->fd, old->st_uid, old->st_gid) != 0) {
        g_set_error(error, OUTPUT_ERROR, errno,
                    "it belongs to another user or group, and the new file can't be given to them: %s; name another "
                    "file",
                    g_strerror(errno));
        return FALSE;
    }
    return fchmod(f->fd, old->st_mode & 07777) == 0 || cannot("its permissions can't be kept", error);
}

/* Root could write to a read-only file all the same, but its owner forbids it. */
static gboolean may_replace(const char *path, const struct stat *old, GError **error)
{
    gboolean is_read_only = (old->st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0;

    if (!is_read_only && faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0)
        return TRUE;
    if (old->st_uid == geteuid() || is_read_only)
        g_set_error(error, OUTPUT_ERROR, EACCES, "it is read-only; name another file, or make it writable first");
    else
        g_set_error(error, OUTPUT_ERROR, EACCES,
                    "it belongs to another user, and you may not write to it; name another file");
    return FALSE;
}

/* A link to nothing would be replaced by the file, which should be where it points. */
static gboolean is_dangling(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
}

gboolean new_file_open(struct new_file *f, const char *path, GError **error)
{
    char *real = realpath(path, NULL);
    struct stat old;
    gboolean is_resolved = real != NULL;
    gboolean is_there;

    *f = (struct new_file){.fd = -1, .path = g_strdup(real != NULL ? real : path)};
    is_there = stat(path, &old) == 0;
    free(real);
    if (is_there && !is_resolved) {
        cannot("its path can't be followed", error);
        new_file_discard(f);
        return FALSE;
    }
    if (is_there ? !may_replace(f->path, &old, error) : is_dangling(f->path)) {
        if (!is_there)
            g_set_error(error, OUTPUT_ERROR, ENOENT,
                        "it is a symbolic link whose target does not exist; name the target");
        new_file_discard(f);
        return FALSE;
    }
    f->fd = open_nameless(f->path);
    if (f->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
        f->fd = open_named(f);
    if (f->fd < 0)
        cannot("can't be created in its folder", error);
    if (f->fd < 0 || (is_there && !take_after(f, &old, error))) {
        new_file_discard(f);
        return FALSE;
    }
    return TRUE;
}

/* link(2) does not replace what has the name. */
static gboolean link_to(const struct new_file *f, const char *path)
{
    char name[32];

    return name_of_descriptor(name, f->fd) && linkat(AT_FDCWD, name, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
}

/* Replaces what is there by way of another name, which no signal may leave behind. */
static gboolean link_and_rename(struct new_file *f)
{
    sigset_t all, before;
    gboolean is_done;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    do {
        g_free(f->temporary);
        f->temporary = temporary_name(f->path);
        is_done = link_to(f, f->temporary);
    } while (!is_done && errno == EEXIST);
    if (is_done && rename(f->temporary, f->path) != 0) {
        int why = errno;

        unlink(f->temporary);
        errno = why;
        is_done = FALSE;
    }
    g_clear_pointer(&f->temporary, g_free);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return is_done;
}

static gboolean give_name(struct new_file *f)
{
    if (f->temporary != NULL)
        return rename(f->temporary, f->path) == 0;
    return link_to(f, f->path) || (errno == EEXIST && link_and_rename(f));
}

static void release(struct new_file *f)
{
    if (f->temporary != NULL)
        replace_unfinished(f->temporary, NULL);
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
    g_clear_pointer(&f->temporary, g_free);
    g_clear_pointer(&f->path, g_free);
}

/* Not all is left for the end, when it is waited for. Should it fail, that shows then. */
static void begin_to_save(struct new_file *f)
{
    if (f->written - f->saved < AHEAD_BYTES)
        return;
    sync_file_range(f->fd, f->saved, f->written - f->saved, SYNC_FILE_RANGE_WRITE);
    f->saved = f->written;
}

void new_file_expect(struct new_file *f, gsize bytes)
{
    begin_to_save(f);
    f->written += (goffset)bytes;
    while (f->reserved < f->written && !f->is_unreserved) {
        /* The size stays that of what is written. */
        if (fallocate(f->fd, FALLOC_FL_KEEP_SIZE, f->reserved, RESERVED_BYTES) == 0)
            f->reserved += RESERVED_BYTES;
        else if (errno != EINTR)
            f->is_unreserved = TRUE;
    }
}

/* Room behind the last octet. */
static gboolean give_back(const struct new_file *f)
{
    struct stat mine;

    return f->reserved == 0 || (fstat(f->fd, &mine) == 0 && ftruncate(f->fd, mine.st_size) == 0);
}

gboolean new_file_commit(struct new_file *f, GError **error)
{
    if (!give_back(f) || fsync(f->fd) != 0)
        return cannot("can't be written", error);
    if (!give_name(f))
        return cannot("can't be given its name", error);
    release(f);
    return TRUE;
}

void new_file_discard(struct new_file *f)
{
    if (f->temporary != NULL)
        unlink(f->temporary);
    release(f);
}
