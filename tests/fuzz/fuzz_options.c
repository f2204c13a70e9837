/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of a command line, a line each, of the verb that the first octet names: taken, or refused with a message. No file is read. */
#include <stdbool.h>
#include <string.h>

#include "in_memory.h"
#include "quiet.h"
#include "verb.h"

enum { WORDS_MAX = 32, OCTETS_MAX = 4096 };

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} verbs[] = {
    {"check", verb_check},     {"decap", verb_decap},     {"encap", verb_encap}, {"roundtrip", verb_roundtrip},
    {"pair", verb_pair},       {"conform", verb_conform}, {"rules", verb_rules}, {"report", verb_report},
    {"tunnels", verb_tunnels}, {"explain", verb_explain},
};

enum { VERBS = sizeof verbs / sizeof verbs[0] };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    be_quiet();
    in_memory_enter();
    return 0;
}

/* It would write files, or capture. */
static bool is_harmful(const char *word)
{
    return strchr(word, '/') != NULL || strncmp(word, "-i", 2) == 0 || strncmp(word, "--i", 3) == 0 ||
           strncmp(word, "-w", 2) == 0 || strncmp(word, "--w", 3) == 0 || strncmp(word, "--o", 3) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char octets[OCTETS_MAX];
    char *argv[WORDS_MAX + 2];
    char *rest = octets;
    int argc = 1;
    unsigned verb;

    if (size < 1 || size > sizeof octets)
        return 0;
    verb = data[0] % VERBS;
    memcpy(octets, data + 1, size - 1);
    octets[size - 1] = '\0';
    argv[0] = (char *)(uintptr_t)verbs[verb].name;
    while (rest != NULL && *rest != '\0' && argc <= WORDS_MAX) {
        argv[argc] = strsep(&rest, "\n");
        if (is_harmful(argv[argc++]))
            return 0;
    }
    argv[argc] = NULL;
    run_verb(verbs[verb].run, argc, argv);
    return 0;
}
