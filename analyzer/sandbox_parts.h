/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For sandbox.c: the parts of the sandbox, each of which a kernel may lack. */
#ifndef IPIP_ANALYZER_SANDBOX_PARTS_H
#define IPIP_ANALYZER_SANDBOX_PARTS_H

#include <glib.h>

gboolean landlock_is_there(void);
gboolean seccomp_is_there(void);

/* The files that may be used, by Landlock. Without it each of these does nothing. */
struct landlock_files {
    int ruleset;
};

struct landlock_files landlock_begin(void);

/* A file that may be read, by its path or as it is open. What can't be looked at can't be read either. */
void landlock_read(const struct landlock_files *files, const char *path);
void landlock_read_open(const struct landlock_files *files, int file);

/* The folder of a file that is about to get its name. */
void landlock_name_in(const struct landlock_files *files, const char *folder);

/* From here on. */
void landlock_enter(struct landlock_files *files);

/* Of system calls, only those that are needed to go on with what is open; more of them with `has_sockets`. */
void seccomp_enter(gboolean has_sockets);

#endif
