/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loaded before the C library (LD_PRELOAD), does what a capture would that has taken over the program that reads it: in each
 * thread that reads the file IPIP_HIJACK_AT, as soon as it does. IPIP_HIJACK_REPORT is told what came of it, a line for each
 * attempt: its name and errno, 0 where it worked. The attempts are in the folder IPIP_HIJACK_FOLDER, with a file victim in it, and
 * in that of IPIP_HIJACK_OUTPUT. With IPIP_HIJACK_OLD_KERNEL there is no Landlock.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *folder, *output;
static char victim[4096], made[4096], beside[4096];
static struct stat capture;
static int report = -1;
static bool is_old_kernel;

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("IPIP_HIJACK_AT"), *path = getenv("IPIP_HIJACK_REPORT");

    is_old_kernel = getenv("IPIP_HIJACK_OLD_KERNEL") != NULL;
    folder = getenv("IPIP_HIJACK_FOLDER");
    output = getenv("IPIP_HIJACK_OUTPUT");
    if (at == NULL || path == NULL || folder == NULL || output == NULL)
        return;
    report = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (report < 0 || stat(at, &capture) != 0)
        abort();
    snprintf(victim, sizeof victim, "%s/victim", folder);
    snprintf(made, sizeof made, "%s/made", folder);
    snprintf(beside, sizeof beside, "%s/made", output);
}

static long system_call(long number, long a, long b, long c, long d)
{
    static long (*real)(long, ...);

    if (real == NULL) {
        void *next = dlsym(RTLD_NEXT, "syscall");

        memcpy(&real, &next, sizeof real);
    }
    return real(number, a, b, c, d);
}

long syscall(long number, ...)
{
    va_list arguments;
    long a, b, c, d;

    va_start(arguments, number);
    a = va_arg(arguments, long);
    b = va_arg(arguments, long);
    c = va_arg(arguments, long);
    d = va_arg(arguments, long);
    va_end(arguments);
    if (is_old_kernel && number >= SYS_landlock_create_ruleset && number <= SYS_landlock_restrict_self) {
        errno = ENOSYS;
        return -1;
    }
    return system_call(number, a, b, c, d);
}

static void tell(const char *name, long result)
{
    dprintf(report, "%s %d\n", name, result < 0 ? errno : 0);
}

static long started(pid_t child)
{
    if (child == 0)
        _exit(0);
    if (child > 0)
        waitpid(child, NULL, 0);
    return child;
}

static void try_all(void)
{
    void *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *const none[] = {NULL};

    tell("read", open("/etc/passwd", O_RDONLY));
    tell("read-folder", open(folder, O_RDONLY | O_DIRECTORY));
    tell("write", open(victim, O_WRONLY));
    tell("append", open(victim, O_RDWR | O_APPEND));
    tell("make", open(made, O_WRONLY | O_CREAT, 0666));
    tell("make-beside-output", open(beside, O_WRONLY | O_CREAT, 0666));
    tell("make-nameless", open(output, O_WRONLY | O_TMPFILE, 0666));
    tell("truncate", truncate(victim, 0));
    tell("chmod", chmod(victim, 04777));
    tell("symlink", symlink("/", made));
    tell("mkdir", mkdir(made, 0777));
    tell("socket", socket(AF_INET, SOCK_STREAM, 0));
    tell("unix-socket", socket(AF_UNIX, SOCK_DGRAM, 0));
    tell("execute", system_call(SYS_execveat, -1, (long)"/", (long)none, (long)none));
    tell("process", started((pid_t)system_call(SYS_clone, SIGCHLD, 0, 0, 0)));
    tell("kill", kill(getppid(), 0));
    tell("code", mprotect(code, 4096, PROT_READ | PROT_EXEC));
    tell("namespace", system_call(SYS_unshare, 0, 0, 0, 0));
    tell("unlink", unlink(victim));
}

ssize_t read(int fd, void *buffer, size_t bytes)
{
    static _Thread_local bool is_done;
    void *next = dlsym(RTLD_NEXT, "read");
    ssize_t (*real)(int, void *, size_t);
    struct stat status;

    memcpy(&real, &next, sizeof real);
    if (report >= 0 && !is_done && fstat(fd, &status) == 0 && status.st_ino == capture.st_ino &&
        status.st_dev == capture.st_dev) {
        is_done = true;
        try_all();
    }
    return real(fd, buffer, bytes);
}
