/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "piles.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "../temporary.h"

/* In the file: this, then the text with its zero octet. */
struct entry {
    goffset next; /* of the same pile; 0: none, as the file begins with an octet that is no entry's */
    gsize bytes;
};

struct pile {
    goffset first;
    goffset last;
    guint count;
};

struct piles {
    GHashTable *all; /* of struct pile, by number */
    goffset end;
    int file; /* -1: there is none yet */
    char *trouble;
};

struct piles *piles_new(void)
{
    struct piles *piles = g_new0(struct piles, 1);

    piles->all = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    piles->file = -1;
    piles->end = 1;
    return piles;
}

void piles_free(struct piles *piles)
{
    if (piles->file >= 0)
        close(piles->file);
    g_hash_table_unref(piles->all);
    g_free(piles->trouble);
    g_free(piles);
}

static struct pile *pile_at(const struct piles *piles, guint number)
{
    return g_hash_table_lookup(piles->all, GUINT_TO_POINTER(number));
}

static struct pile *make_pile(struct piles *piles, guint number)
{
    struct pile *pile = pile_at(piles, number);

    if (pile == NULL) {
        pile = g_new0(struct pile, 1);
        g_hash_table_insert(piles->all, GUINT_TO_POINTER(number), pile);
    }
    return pile;
}

static gboolean open_file(struct piles *piles)
{
    GError *error = NULL;

    if (piles->file < 0)
        piles->file = temporary_open(&error);
    if (piles->file >= 0)
        return TRUE;
    piles->trouble = g_strdup(error->message);
    g_error_free(error);
    return FALSE;
}

static void put(struct piles *piles, const void *data, gsize bytes, goffset where)
{
    ssize_t written = piles->trouble == NULL ? pwrite(piles->file, data, bytes, where) : 0;

    if (piles->trouble == NULL && written != (ssize_t)bytes)
        piles->trouble = g_strdup(g_strerror(written < 0 ? errno : ENOSPC));
}

void piles_add(struct piles *piles, guint number, const char *text)
{
    struct pile *pile = make_pile(piles, number);
    struct entry entry = {.bytes = strlen(text) + 1};

    if (piles->trouble != NULL || !open_file(piles))
        return;
    put(piles, &entry, sizeof entry, piles->end);
    put(piles, text, entry.bytes, piles->end + (goffset)sizeof entry);
    if (pile->count > 0)
        put(piles, &piles->end, sizeof piles->end, pile->last + (goffset)offsetof(struct entry, next));
    else
        pile->first = piles->end;
    pile->last = piles->end;
    pile->count++;
    piles->end += (goffset)(sizeof entry + entry.bytes);
}

guint piles_count(const struct piles *piles, guint number)
{
    const struct pile *pile = pile_at(piles, number);

    return pile != NULL ? pile->count : 0;
}

void piles_each(const struct piles *piles, guint number, void (*each)(const char *text, void *context), void *context)
{
    const struct pile *pile = pile_at(piles, number);
    goffset next = pile != NULL && piles->trouble == NULL ? pile->first : 0;
    struct entry entry;

    while (next != 0 && pread(piles->file, &entry, sizeof entry, next) == (ssize_t)sizeof entry) {
        char *text = g_malloc(entry.bytes);

        if (pread(piles->file, text, entry.bytes, next + (goffset)sizeof entry) == (ssize_t)entry.bytes)
            each(text, context);
        g_free(text);
        next = entry.next;
    }
}

const char *piles_trouble(const struct piles *piles)
{
    return piles->trouble;
}
