/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../refuse.h"
#include "devices.h"

/* Where a user namespace knows root alone, it stays root, without capabilities. */
static gboolean become_nobody(void)
{
    const struct passwd *nobody = getpwnam("nobody");

    if (nobody == NULL) {
        errno = ENOENT;
        return FALSE;
    }
    return (setgroups(0, NULL) == 0 || errno == EPERM) &&
           (setresgid(nobody->pw_gid, nobody->pw_gid, nobody->pw_gid) == 0 || errno == EINVAL) &&
           (setresuid(nobody->pw_uid, nobody->pw_uid, nobody->pw_uid) == 0 || errno == EINVAL);
}

gboolean privileges_drop(GError **error)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}};

    if ((geteuid() == 0 && !become_nobody()) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_capset, &header, none) != 0)
        return refuse(error, NULL, "privileges can't be dropped: %s", g_strerror(errno));
    return TRUE;
}
