/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loaded before the C library (LD_PRELOAD), makes a call on files fail:
 *   IPIP_FAULT_CALL=NAME:N:ERRNO  the Nth call of this name (see `calls`), from 1
 *   IPIP_FAULT_COUNT=FILE         nothing; the file is told how many calls of each name there were
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum call { OPEN, READ, WRITE, FSYNC, LINKAT, RENAME, FCHMOD, FCHOWN, STAT, CALLS };

static struct {
    const char *name;
    atomic_long count;
} calls[CALLS] = {{"open", 0},   {"read", 0},   {"write", 0},  {"fsync", 0}, {"linkat", 0},
                  {"rename", 0}, {"fchmod", 0}, {"fchown", 0}, {"stat", 0}};

static bool is_begun;
static char failing[16];
static long fails_at;
static int why;

__attribute__((constructor)) static void begin(void)
{
    const char *fault = getenv("IPIP_FAULT_CALL");

    if (fault != NULL && sscanf(fault, "%15[a-z]:%ld:%d", failing, &fails_at, &why) != 3)
        abort();
    is_begun = true;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("IPIP_FAULT_COUNT");
    FILE *file;

    is_begun = false;
    file = path != NULL ? fopen(path, "w") : NULL;
    if (file == NULL)
        return;
    for (int i = 0; i < CALLS; i++)
        fprintf(file, "%s %ld\n", calls[i].name, atomic_load(&calls[i].count));
    fclose(file);
}

static bool fails(enum call call)
{
    long count;

    if (!is_begun)
        return false;
    count = atomic_fetch_add(&calls[call].count, 1) + 1;
    if (count != fails_at || strcmp(calls[call].name, failing) != 0)
        return false;
    errno = why;
    return true;
}

/* The C library's own function, as a pointer of the type of `call`. */
#define NEXT(call, name)                 \
    void *next = dlsym(RTLD_NEXT, name); \
    __typeof__(&call) real;              \
                                         \
    memcpy(&real, &next, sizeof real)

int open(const char *path, int flags, ...)
{
    NEXT(open, "open");
    va_list arguments;
    mode_t mode = 0;

    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    return fails(OPEN) ? -1 : real(path, flags, mode);
}

ssize_t read(int fd, void *buffer, size_t bytes)
{
    NEXT(read, "read");

    return fails(READ) ? -1 : real(fd, buffer, bytes);
}

ssize_t write(int fd, const void *buffer, size_t bytes)
{
    NEXT(write, "write");

    return fails(WRITE) ? -1 : real(fd, buffer, bytes);
}

int fsync(int fd)
{
    NEXT(fsync, "fsync");

    return fails(FSYNC) ? -1 : real(fd);
}

int linkat(int from, const char *old, int to, const char *new, int flags)
{
    NEXT(linkat, "linkat");

    return fails(LINKAT) ? -1 : real(from, old, to, new, flags);
}

int rename(const char *old, const char *new)
{
    NEXT(rename, "rename");

    return fails(RENAME) ? -1 : real(old, new);
}

int fchmod(int fd, mode_t mode)
{
    NEXT(fchmod, "fchmod");

    return fails(FCHMOD) ? -1 : real(fd, mode);
}

int fchown(int fd, uid_t owner, gid_t group)
{
    NEXT(fchown, "fchown");

    return fails(FCHOWN) ? -1 : real(fd, owner, group);
}

int stat(const char *restrict path, struct stat *restrict status)
{
    NEXT(stat, "stat");

    return fails(STAT) ? -1 : real(path, status);
}
