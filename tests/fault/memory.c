/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loaded before the C library (LD_PRELOAD), makes what needs memory fail:
 *   IPIP_FAULT_AT=N         the Nth allocation of the program, from 1
 *   IPIP_FAULT_LASTING=1    and all that follow
 *   IPIP_FAULT_BYTES=M:N    every allocation of M to N octets
 *   IPIP_FAULT_THREADS=1    every start of a thread
 *   IPIP_FAULT_COUNT=FILE   nothing; the file is told how many allocations there were
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
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t nmemb, size_t size);
void *__libc_realloc(void *ptr, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static bool is_begun; /* the environment has been read */
static atomic_long calls;
static long fails_at = 0; /* 0: none */
static bool is_lasting;
static size_t least, most; /* 0: none */
static bool has_no_threads;
static FILE *counted; /* open from the start: the program may not open a file later */

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("IPIP_FAULT_AT");
    const char *bytes = getenv("IPIP_FAULT_BYTES");
    const char *path = getenv("IPIP_FAULT_COUNT");

    is_lasting = getenv("IPIP_FAULT_LASTING") != NULL;
    has_no_threads = getenv("IPIP_FAULT_THREADS") != NULL;
    if (at != NULL)
        fails_at = strtol(at, NULL, 10);
    if (bytes != NULL)
        sscanf(bytes, "%zu:%zu", &least, &most);
    counted = path != NULL ? fopen(path, "w") : NULL;
    is_begun = true;
}

__attribute__((destructor)) static void end(void)
{
    is_begun = false;
    if (counted == NULL)
        return;
    fprintf(counted, "%ld\n", atomic_load(&calls));
    fclose(counted);
}

static bool fails(size_t size)
{
    long call;
    bool is_such;

    if (!is_begun)
        return false;
    call = atomic_fetch_add(&calls, 1) + 1;
    is_such = fails_at != 0 && (call == fails_at || (call > fails_at && is_lasting));
    if (!is_such && (most == 0 || size < least || size > most))
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return fails(size) ? NULL : __libc_malloc(size);
}

void *calloc(size_t nmemb, size_t size)
{
    return fails(nmemb * size) ? NULL : __libc_calloc(nmemb, size);
}

void *realloc(void *ptr, size_t size)
{
    return fails(size) ? NULL : __libc_realloc(ptr, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(size) ? NULL : __libc_memalign(alignment, size);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    void *next = dlsym(RTLD_NEXT, "pthread_create");
    int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

    memcpy(&create, &next, sizeof create);
    return has_no_threads ? EAGAIN : create(thread, attributes, start, argument);
}
