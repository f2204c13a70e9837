/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loaded before the C library (LD_PRELOAD), makes an allocation fail: the one that IPIP_FAULT_AT numbers, from 1 for the first
 * of the program, and with IPIP_FAULT_LASTING all that follow. IPIP_FAULT_COUNT names a file that is told how many there were.
 * With IPIP_FAULT_THREADS no thread can be started.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The C library's own, by the names that it keeps for those who replace the others. */
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *old, size_t bytes);
void *__libc_memalign(size_t alignment, size_t bytes);

static atomic_long calls;
static long fails_at = -1; /* not yet */
static bool is_lasting;

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("IPIP_FAULT_AT");

    is_lasting = getenv("IPIP_FAULT_LASTING") != NULL;
    fails_at = at != NULL ? strtol(at, NULL, 10) : 0;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("IPIP_FAULT_COUNT");
    long count = atomic_load(&calls);
    FILE *file;

    fails_at = 0;
    file = path != NULL ? fopen(path, "w") : NULL;
    if (file == NULL)
        return;
    fprintf(file, "%ld\n", count);
    fclose(file);
}

static bool fails(void)
{
    long call;

    if (fails_at < 0)
        return false;
    call = atomic_fetch_add(&calls, 1) + 1;
    if (fails_at == 0 || call < fails_at || (call > fails_at && !is_lasting))
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t bytes)
{
    return fails() ? NULL : __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : __libc_calloc(count, bytes);
}

void *realloc(void *old, size_t bytes)
{
    return fails() ? NULL : __libc_realloc(old, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    return fails() ? NULL : __libc_memalign(alignment, bytes);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    void *next = dlsym(RTLD_NEXT, "pthread_create");
    int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

    memcpy(&create, &next, sizeof create);
    return getenv("IPIP_FAULT_THREADS") != NULL ? EAGAIN : create(thread, attributes, start, argument);
}
