/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files for fuzz targets that need a name: in memory, or in a folder of the process in a RAM disk. */
#ifndef IPIP_TESTS_FUZZ_IN_MEMORY_H
#define IPIP_TESTS_FUZZ_IN_MEMORY_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

enum { IN_MEMORY_PATH = 64 };

/* A file with these octets, which has a name in `path` until the descriptor that is returned is closed. */
static inline int in_memory(char path[IN_MEMORY_PATH], const uint8_t *data, size_t size)
{
    int fd = memfd_create("input", 0);

    must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, IN_MEMORY_PATH, "/proc/self/fd/%d", fd);
    return fd;
}

static inline void in_memory_leave(void);

/* Goes to a new, empty folder that is removed at exit. */
static inline void in_memory_enter(void)
{
    char folder[] = "/dev/shm/ipip-fuzz-XXXXXX";

    must(mkdtemp(folder) != NULL && chdir(folder) == 0);
    must(atexit(in_memory_leave) == 0);
}

static inline void in_memory_leave(void)
{
    char folder[IN_MEMORY_PATH];

    if (getcwd(folder, sizeof folder) != NULL)
        rmdir(folder);
}

#endif
