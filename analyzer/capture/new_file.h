/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that is complete or absent: it gets its name when all is in it and on the disk. Until then it has none (O_TMPFILE), so that
 * nothing stays behind however the process ends; where the file system can't do that it has another one in the same folder, which
 * signals remove. A file that it replaces hands down its owner, group and permissions.
 */
#ifndef IPIP_ANALYZER_NEW_FILE_H
#define IPIP_ANALYZER_NEW_FILE_H

#include <glib.h>

struct new_file {
    int fd;          /* to be written to */
    char *path;      /* behind symbolic links, so that not the link is replaced */
    char *temporary; /* the name that it has until then; NULL: none */
    goffset written; /* octets that were announced by new_file_expect() */
    goffset reserved;
    goffset saved;          /* octets that are on their way to the disk */
    gboolean is_unreserved; /* the file system can't reserve room, or has not that much */
};

/*
 * FALSE and `*error` where there can't be one, or where the file in its place must not be replaced: it is read-only, or
 * belongs to another user, to whom the new one can't be given.
 */
gboolean new_file_open(struct new_file *file, const char *path, GError **error);

/*
 * So many octets are written next. Room on the disk is reserved for them and more, MiBs at once: a third less work for the file system
 * than to find it as they are written. What is left of it is given back by new_file_commit(). The disk gets those before, so that
 * new_file_commit() does not wait for all.
 */
void new_file_expect(struct new_file *file, gsize bytes);

/* Writes it to the disk and gives it its name. FALSE and `*error` where that fails; it must be discarded then. */
gboolean new_file_commit(struct new_file *file, GError **error);

/* No file; what was in its place stays there. */
void new_file_discard(struct new_file *file);

/* For signal handlers that end the process. */
void new_file_remove_unfinished(void);

#endif
