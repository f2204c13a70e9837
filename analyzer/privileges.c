/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "refuse.h"

/* The user whose rights are left; NULL and `*error` where there is none of the name. */
static const struct passwd *user_left(gboolean writes_files, GError **error)
{
    const char *caller = g_getenv("SUDO_UID");
    const struct passwd *user;
    guint64 number = 0;

    if (writes_files && caller != NULL && !g_ascii_string_to_unsigned(caller, 10, 0, UINT32_MAX - 1, &number, error))
        return NULL;
    user = writes_files ? getpwuid((uid_t)number) : getpwnam("nobody");
    if (user == NULL)
        refuse(error, NULL, "privileges can't be dropped: there is no user %s",
               !writes_files    ? "nobody"
               : caller != NULL ? caller
                                : "root");
    return user;
}

/* Where a user namespace knows root alone, it stays root, without capabilities. */
static gboolean become(const struct passwd *user)
{
    return (user->pw_uid == 0 || setgroups(0, NULL) == 0 || errno == EPERM) &&
           (setresgid(user->pw_gid, user->pw_gid, user->pw_gid) == 0 || errno == EINVAL) &&
           (setresuid(user->pw_uid, user->pw_uid, user->pw_uid) == 0 || errno == EINVAL);
}

gboolean privileges_drop(gboolean writes_files, GError **error)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}};

    const struct passwd *user = NULL;

    if (geteuid() == 0 && (user = user_left(writes_files, error)) == NULL)
        return FALSE;
    if ((user != NULL && !become(user)) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_capset, &header, none) != 0)
        return refuse(error, NULL, "privileges can't be dropped: %s", g_strerror(errno));
    return TRUE;
}
