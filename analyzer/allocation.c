/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The C library's allocation, for the whole process: memory is allocated, or the command ends. Most libraries take the
 * failure of an allocation for something else, such as a damaged file, an unknown host, or an object without a member;
 * GLib ends the process by a signal, or, where it can't even print why, by calling itself until the stack is full.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "out_of_memory.h"

/* The function that the one of this name here stands before; NULL where looking for it allocates, which can do without. */
static void *next_of(const char *name, void *_Atomic *known)
{
    static _Thread_local bool is_looking;
    void *next = *known;

    if (next != NULL || is_looking)
        return next;
    is_looking = true;
    next = dlsym(RTLD_NEXT, name);
    is_looking = false;
    *known = next;
    return next;
}

static void *wanted(void *memory, size_t size)
{
    if (memory == NULL && size > 0)
        out_of_memory();
    return memory;
}

void *malloc(size_t size)
{
    static void *_Atomic known;
    void *next = next_of("malloc", &known);
    void *(*allocate)(size_t size);

    if (next == NULL)
        return NULL;
    memcpy(&allocate, &next, sizeof allocate);
    return wanted(allocate(size), size);
}

void *calloc(size_t nmemb, size_t size)
{
    static void *_Atomic known;
    void *next = next_of("calloc", &known);
    void *(*allocate)(size_t nmemb, size_t size);

    if (next == NULL)
        return NULL;
    memcpy(&allocate, &next, sizeof allocate);
    return wanted(allocate(nmemb, size), nmemb > 0 ? size : 0);
}

void *realloc(void *ptr, size_t size)
{
    static void *_Atomic known;
    void *next = next_of("realloc", &known);
    void *(*allocate)(void *ptr, size_t size);

    if (next == NULL)
        return NULL;
    memcpy(&allocate, &next, sizeof allocate);
    return wanted(allocate(ptr, size), size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    static void *_Atomic known;
    void *next = next_of("aligned_alloc", &known);
    void *(*allocate)(size_t alignment, size_t size);

    if (next == NULL)
        return NULL;
    memcpy(&allocate, &next, sizeof allocate);
    return wanted(allocate(alignment, size), size);
}
