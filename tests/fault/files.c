/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loaded before the C library (LD_PRELOAD), makes a call on files or of the system fail:
 *   IPIP_FAULT_CALL=NAME:N:ERRNO  the Nth call of this name (see `calls`), from 1
 *   IPIP_FAULT_LASTING=1          and all of this name that follow
 *   IPIP_FAULT_SIGNAL=NUMBER      the call succeeds instead, and the signal comes right behind it
 *   IPIP_FAULT_COUNT=FILE         nothing; the file is told how many calls of each name there were
 */
#undef _FORTIFY_SOURCE /* it has the functions themselves */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum call {
    OPEN,
    READ,
    WRITE,
    PWRITE,
    PREAD,
    LSEEK,
    FSYNC,
    LINKAT,
    RENAME,
    UNLINK,
    FTRUNCATE,
    FALLOCATE,
    FCHMOD,
    FCHOWN,
    STAT,
    FSTAT,
    FCNTL,
    PIPE,
    POLL,
    MMAP,
    THREAD,
    SYNC,
    CALLS,
};

static struct {
    const char *name;
    atomic_long count;
} calls[CALLS] = {
    [OPEN] = {"open", 0},     [READ] = {"read", 0},     [WRITE] = {"write", 0},         [PWRITE] = {"pwrite", 0},
    [PREAD] = {"pread", 0},   [LSEEK] = {"lseek", 0},   [FSYNC] = {"fsync", 0},         [LINKAT] = {"linkat", 0},
    [RENAME] = {"rename", 0}, [UNLINK] = {"unlink", 0}, [FTRUNCATE] = {"ftruncate", 0}, [FALLOCATE] = {"fallocate", 0},
    [FCHMOD] = {"fchmod", 0}, [FCHOWN] = {"fchown", 0}, [STAT] = {"stat", 0},           [FSTAT] = {"fstat", 0},
    [FCNTL] = {"fcntl", 0},   [PIPE] = {"pipe", 0},     [POLL] = {"poll", 0},           [MMAP] = {"mmap", 0},
    [THREAD] = {"thread", 0}, [SYNC] = {"sync", 0},
};

static bool is_begun;
static char failing[16];
static long fails_at;
static int why;
static bool is_lasting;
static int signal_number;
static _Thread_local bool is_signal_due;
static FILE *counted; /* open from the start: the program may not open a file later */

__attribute__((constructor)) static void begin(void)
{
    const char *fault = getenv("IPIP_FAULT_CALL"), *path = getenv("IPIP_FAULT_COUNT");
    const char *number = getenv("IPIP_FAULT_SIGNAL");

    if (fault != NULL && sscanf(fault, "%15[a-z]:%ld:%d", failing, &fails_at, &why) != 3)
        abort();
    is_lasting = getenv("IPIP_FAULT_LASTING") != NULL;
    signal_number = number != NULL ? atoi(number) : 0;
    counted = path != NULL ? fopen(path, "w") : NULL;
    is_begun = true;
}

__attribute__((destructor)) static void end(void)
{
    is_begun = false;
    if (counted == NULL)
        return;
    for (int i = 0; i < CALLS; i++)
        fprintf(counted, "%s %ld\n", calls[i].name, atomic_load(&calls[i].count));
    fclose(counted);
}

static bool fails(enum call call)
{
    long count;

    if (!is_begun)
        return false;
    count = atomic_fetch_add(&calls[call].count, 1) + 1;
    if (strcmp(calls[call].name, failing) != 0 || (is_lasting ? count < fails_at : count != fails_at))
        return false;
    is_signal_due = signal_number != 0;
    errno = why;
    return !is_signal_due;
}

static void send_signal(void)
{
    bool is_due = is_signal_due;

    is_signal_due = false; /* a handler may call what is here */
    if (is_due)
        raise(signal_number);
}

/* The C library's own function, as a pointer of the type of `call`. */
#define NEXT(call, name)                 \
    void *next = dlsym(RTLD_NEXT, name); \
    __typeof__(&call) real;              \
                                         \
    memcpy(&real, &next, sizeof real)

/* A function of the C library that may fail. */
#define MAY_FAIL(type, failure, number, name, parameters, arguments) \
    type name parameters                                             \
    {                                                                \
        NEXT(name, #name);                                           \
        type result = fails(number) ? (failure) : real arguments;    \
                                                                     \
        send_signal();                                               \
        return result;                                               \
    }

MAY_FAIL(ssize_t, -1, READ, read, (int fd, void *buffer, size_t bytes), (fd, buffer, bytes))
MAY_FAIL(ssize_t, -1, WRITE, write, (int fd, const void *buffer, size_t bytes), (fd, buffer, bytes))
MAY_FAIL(ssize_t, -1, PREAD, pread, (int fd, void *buffer, size_t bytes, off_t at), (fd, buffer, bytes, at))
MAY_FAIL(ssize_t, -1, PWRITE, pwrite, (int fd, const void *buffer, size_t bytes, off_t at), (fd, buffer, bytes, at))
MAY_FAIL(off_t, -1, LSEEK, lseek, (int fd, off_t offset, int whence), (fd, offset, whence))
MAY_FAIL(int, -1, FSYNC, fsync, (int fd), (fd))
MAY_FAIL(int, -1, LINKAT, linkat, (int from, const char *old, int to, const char *new, int flags),
         (from, old, to, new, flags))
MAY_FAIL(int, -1, RENAME, rename, (const char *old, const char *new), (old, new))
MAY_FAIL(int, -1, UNLINK, unlink, (const char *path), (path))
MAY_FAIL(int, -1, SYNC, sync_file_range, (int fd, off_t offset, off_t bytes, unsigned flags),
         (fd, offset, bytes, flags))
MAY_FAIL(int, -1, FTRUNCATE, ftruncate, (int fd, off_t bytes), (fd, bytes))
MAY_FAIL(int, -1, FALLOCATE, fallocate, (int fd, int mode, off_t offset, off_t bytes), (fd, mode, offset, bytes))
MAY_FAIL(int, -1, FCHMOD, fchmod, (int fd, mode_t mode), (fd, mode))
MAY_FAIL(int, -1, FCHOWN, fchown, (int fd, uid_t owner, gid_t group), (fd, owner, group))
MAY_FAIL(int, -1, STAT, stat, (const char *restrict path, struct stat *restrict status), (path, status))
MAY_FAIL(int, -1, FSTAT, fstat, (int fd, struct stat *status), (fd, status))
MAY_FAIL(int, -1, PIPE, pipe2, (int ends[2], int flags), (ends, flags))
MAY_FAIL(int, -1, POLL, poll, (struct pollfd * all, nfds_t count, int timeout), (all, count, timeout))
MAY_FAIL(void *, MAP_FAILED, MMAP, mmap, (void *at, size_t bytes, int access, int flags, int fd, off_t offset),
         (at, bytes, access, flags, fd, offset))
MAY_FAIL(int, EAGAIN, THREAD, pthread_create,
         (pthread_t *restrict thread, const pthread_attr_t *restrict attributes, void *(*start)(void *),
          void *restrict argument),
         (thread, attributes, start, argument))

int open(const char *path, int flags, ...)
{
    NEXT(open, "open");
    va_list arguments;
    mode_t mode = 0;
    int fd;

    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    fd = fails(OPEN) ? -1 : real(path, flags, mode);
    send_signal();
    return fd;
}

int fcntl(int fd, int command, ...)
{
    NEXT(fcntl, "fcntl");
    va_list arguments;
    long argument;

    va_start(arguments, command);
    argument = va_arg(arguments, long);
    va_end(arguments);
    return fails(FCNTL) ? -1 : real(fd, command, argument);
}

/* What FORTIFY makes of some calls. */
int __open_2(const char *path, int flags);
ssize_t __read_chk(int fd, void *buffer, size_t bytes, size_t room);
int __poll_chk(struct pollfd *all, nfds_t count, int timeout, size_t room);

int __open_2(const char *path, int flags)
{
    return open(path, flags);
}

ssize_t __read_chk(int fd, void *buffer, size_t bytes, size_t room)
{
    return bytes <= room ? read(fd, buffer, bytes) : (abort(), -1);
}

int __poll_chk(struct pollfd *all, nfds_t count, int timeout, size_t room)
{
    return count <= room / sizeof *all ? poll(all, count, timeout) : (abort(), -1);
}
