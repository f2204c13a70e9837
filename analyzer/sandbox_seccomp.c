/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "sandbox_parts.h"

/* What goes on with open files, memory and threads, ends the process, or only looks. */
/* clang-format off */
static const char *const always[] = {
    /* files that are open */
    "read", "readv", "pread64", "write", "writev", "pwrite64", "lseek", "_llseek", "close", "close_range",
    "fsync", "fdatasync", "fallocate", "ftruncate", "ftruncate64", "sync_file_range", "fadvise64", "fadvise64_64",
    "fcntl", "fcntl64", "pipe2", "poll", "ppoll", "ppoll_time64", "select", "pselect6",
    /* their names */
    "fstat", "fstat64", "newfstatat", "fstatat64", "statx", "stat", "stat64", "lstat", "lstat64", "access",
    "faccessat", "faccessat2", "readlink", "readlinkat", "getcwd", "link", "linkat", "rename", "renameat",
    "renameat2", "unlink", "unlinkat",
    /* memory */
    "brk", "munmap", "mremap", "madvise",
    /* threads */
    "futex", "futex_time64", "futex_waitv", "rseq", "set_robust_list", "membarrier", "sched_yield",
    "sched_getaffinity", "gettid", "getpid", "exit", "exit_group",
    /* signals */
    "restart_syscall", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigreturn", "sigaltstack",
    /* the time, and what the machine is */
    "clock_gettime", "clock_gettime64", "clock_getres", "clock_nanosleep", "clock_nanosleep_time64", "nanosleep",
    "gettimeofday", "time", "getrandom", "sysinfo", "uname", "getrusage", "getuid", "geteuid", "getgid",
    "getegid", "getuid32", "geteuid32", "getrlimit", "ugetrlimit", "setrlimit",
};
/* clang-format on */

/* Nothing that opens one. */
static const char *const of_sockets[] = {
    "recvfrom", "recvmsg", "recvmmsg", "recv", "send", "sendto", "sendmsg", "getsockopt", "setsockopt", "getsockname",
};

/* open() without what writes or makes a file: where there is no Landlock, this is what is left of the rule for files. */
enum { MAKES_OR_WRITES = O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY) };

gboolean seccomp_is_there(void)
{
    return seccomp_api_get() > 0;
}

static void allow(scmp_filter_ctx filter, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int number = seccomp_syscall_resolve_name(names[i]);

        if (number != __NR_SCMP_ERROR) /* this libseccomp knows the name */
            seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
    }
}

/* Some are needed, but not with all that can be asked of them. */
static void allow_in_part(scmp_filter_ctx filter, gboolean has_sockets)
{
    static const int of_memory[] = {SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(mprotect)};

    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                     SCMP_A2(SCMP_CMP_MASKED_EQ, MAKES_OR_WRITES, O_RDONLY));
    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, MAKES_OR_WRITES, O_RDONLY));
    /* Threads, not processes. The flags of clone3() can't be seen: the C library does without it. */
    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                     SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    /* Memory that is no code. */
    for (size_t i = 0; i < G_N_ELEMENTS(of_memory); i++)
        seccomp_rule_add(filter, SCMP_ACT_ALLOW, of_memory[i], 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    /* What isatty() asks, and how wide the terminal is. */
    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, TCGETS, 0));
    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, TIOCGWINSZ, 0));
    /* Whether the interface is still up. */
    if (has_sockets)
        seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, SIOCGIFFLAGS, 0));
    /* How many files it may have open at once, up to the hard limit that it was given. */
    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, SCMP_A0(SCMP_CMP_EQ, 0, 0));
    /* raise(), abort() */
    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
}

void seccomp_enter(gboolean has_sockets)
{
    /* As of a kernel that has not heard of it: the C library knows what to do then. */
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));

    if (filter == NULL)
        return;
    allow(filter, always, G_N_ELEMENTS(always));
    if (has_sockets)
        allow(filter, of_sockets, G_N_ELEMENTS(of_sockets));
    allow_in_part(filter, has_sockets);
    seccomp_load(filter);
    seccomp_release(filter);
}
