/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may be a capture, through the verbs that read one, in each format: an octet of the command line, then the file. */
#include "in_memory.h"
#include "quiet.h"
#include "verb.h"

enum { WORDS_MAX = 10 };

static const struct {
    int (*run)(int argc, char **argv);
    const char *words[WORDS_MAX];
} lines[] = {
    {verb_check, {"check"}},
    {verb_check, {"check", "--format", "jsonl", "--kinds", "erspan,erspan6,gre,6in4"}},
    {verb_check, {"check", "--format", "jsonl", "--profile", "strict-rfc2003"}},
    {verb_check, {"check", "--format", "csv", "--vantage", "entry"}},
    {verb_check, {"check", "--format", "sarif", "--vantage", "exit"}},
    {verb_check, {"check", "--format", "junit"}},
    {verb_check, {"check", "--format", "github"}},
    {verb_check, {"check", "--format", "gitlab"}},
    {verb_check, {"check", "--format", "markdown"}},
    {verb_check, {"check", "--format", "html", "--inner-side", "lan"}},
    {verb_check, {"check", "--group-by", "tunnel", "--inner", "tcp", "--site", "10.0.0.0/8"}},
    {verb_check, {"check", "--jobs", "2", "--color", "always"}},
    {verb_report, {"report", "-w", "-"}},
    {verb_tunnels, {"tunnels"}},
    {verb_tunnels, {"tunnels", "--format", "jsonl"}},
    {verb_tunnels, {"tunnels", "--format", "jsonl", "--udp-tunnel", "5555=fou-gre"}},
    {verb_roundtrip, {"roundtrip"}},
    {verb_roundtrip, {"roundtrip", "--format", "jsonl", "--jobs", "2"}},
    {verb_pair, {"pair"}},
    {verb_pair, {"pair", "--format", "jsonl", "--matches"}},
    {verb_conform, {"conform"}},
    {verb_decap, {"decap", "-w", "-"}},
    {verb_decap, {"decap", "--all", "--drop-invalid", "--only-tunnel", "-w", "-"}},
    {verb_encap, {"encap", "--tunnel", "local 192.0.2.1 remote 192.0.2.2 ttl 64", "-w", "-"}},
    {verb_encap,
     {"encap", "--tunnel", "mode ip6gre local 2001:db8::1 remote 2001:db8::2 okey 7", "--mtu", "1280", "-w", "-"}},
    {verb_check, {"check", "--esp-null", "16", "--guess", "--all"}},
    {verb_tunnels, {"tunnels", "--all", "--esp-null", "16"}},
};

enum { LINES = sizeof lines / sizeof lines[0] };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    be_quiet();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *argv[WORDS_MAX + 2];
    char path[IN_MEMORY_PATH];
    unsigned line;
    int argc = 0;
    int status;
    int fd;

    if (size < 1)
        return 0;
    line = data[0] % LINES;
    fd = in_memory(path, data + 1, size - 1);
    for (; argc < WORDS_MAX && lines[line].words[argc] != NULL; argc++)
        argv[argc] = (char *)(uintptr_t)lines[line].words[argc];
    argv[argc++] = path;
    argv[argc] = NULL;
    status = run_verb(lines[line].run, argc, argv);
    must(status != EXIT_USAGE || lines[line].run == verb_conform); /* which so ends where there is nothing to judge */
    close(fd);
    return 0;
}
