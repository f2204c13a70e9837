/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Landlock has no functions in the C library: https://docs.kernel.org/userspace-api/landlock.html */
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_parts.h"

/* Everything that its first version can forbid; links and renames between folders are then forbidden, too. */
static const struct landlock_ruleset_attr forbidden = {
    .handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
                         LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                         LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                         LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                         LANDLOCK_ACCESS_FS_MAKE_SYM,
};

gboolean landlock_is_there(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

struct landlock_files landlock_begin(void)
{
    return (struct landlock_files){(int)syscall(SYS_landlock_create_ruleset, &forbidden, sizeof forbidden, 0)};
}

static void allow(const struct landlock_files *files, int file, guint64 access)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = file};

    /* A pipe is of no file system: it takes no rule, and needs none. */
    syscall(SYS_landlock_add_rule, files->ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

static void allow_path(const struct landlock_files *files, const char *path, guint64 access)
{
    int file = files->ruleset >= 0 ? open(path, O_PATH | O_CLOEXEC) : -1;

    if (file < 0)
        return;
    allow(files, file, access);
    close(file);
}

void landlock_read(const struct landlock_files *files, const char *path)
{
    gboolean is_folder = g_file_test(path, G_FILE_TEST_IS_DIR); /* without captures: opened, to be refused */

    allow_path(files, path, is_folder ? LANDLOCK_ACCESS_FS_READ_DIR : LANDLOCK_ACCESS_FS_READ_FILE);
}

void landlock_read_open(const struct landlock_files *files, int file)
{
    if (files->ruleset >= 0)
        allow(files, file, LANDLOCK_ACCESS_FS_READ_FILE);
}

void landlock_name_in(const struct landlock_files *files, const char *folder)
{
    allow_path(files, folder, LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE);
}

void landlock_enter(struct landlock_files *files)
{
    if (files->ruleset < 0)
        return;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        syscall(SYS_landlock_restrict_self, files->ruleset, 0);
    close(files->ruleset);
    files->ruleset = -1;
}
