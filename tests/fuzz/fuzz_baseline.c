/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A baseline of any octets: what is accepted is written, and what is read of that is as much; what is not is refused with its file. */
#include <string.h>

#include "baseline_file.h"
#include "in_memory.h"

static const char name[] = "baseline.json";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    in_memory_enter();
    return 0;
}

static void write_to(const struct baseline *baseline)
{
    struct ipip_policy policy = ipip_policy_default();
    GError *error = NULL;
    struct output *output = output_open(name, &error);

    must(output != NULL && baseline_file_write(baseline, &policy, output, &error));
    must(output_commit(output, &error));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct baseline *baseline = baseline_new(TRUE);
    struct baseline *again = baseline_new(TRUE);
    char path[IN_MEMORY_PATH];
    GError *error = NULL;
    int fd = in_memory(path, data, size);

    if (baseline_file_read(baseline, path, &error)) {
        /* Nothing has been read, so that what is known may still exist: all of it is kept. */
        baseline_cut_short(baseline);
        write_to(baseline);
        must(baseline_file_read(again, name, &error));
        must(baseline_entries(again) == baseline_entries(baseline));
        must(unlink(name) == 0);
    } else {
        must(error != NULL && strncmp(error->message, path, strlen(path)) == 0);
        must(g_utf8_validate(error->message, -1, NULL) && strpbrk(error->message, "\r\n\033") == NULL);
        g_error_free(error);
    }
    baseline_free(baseline);
    baseline_free(again);
    close(fd);
    return 0;
}
