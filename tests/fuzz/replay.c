/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a fuzz target once on each file of a folder: what was found before, without libFuzzer, so with any compiler. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

enum { PATH_MAX_OCTETS = 4096, FILE_MAX = 1 << 20 };

#pragma weak LLVMFuzzerInitialize

/* Each has memory of its own size, so that one octet too far is seen. */
static void replay(const char *path)
{
    static uint8_t room[FILE_MAX];
    FILE *file = fopen(path, "rb");
    uint8_t *octets;
    size_t size;

    must(file != NULL);
    size = fread(room, 1, sizeof room, file);
    must(size < sizeof room && !ferror(file));
    fclose(file);
    octets = malloc(size > 0 ? size : 1);
    must(octets != NULL);
    memcpy(octets, room, size);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(octets, size);
    free(octets);
}

int main(int argc, char **argv)
{
    char path[PATH_MAX_OCTETS];
    const struct dirent *entry;
    unsigned count = 0;
    DIR *folder;

    must(argc == 2);
    folder = opendir(argv[1]);
    must(folder != NULL);
    if (LLVMFuzzerInitialize != NULL)
        LLVMFuzzerInitialize(&argc, &argv);
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        replay(path);
        count++;
    }
    closedir(folder);
    fprintf(stderr, "%u files\n", count);
    return count > 0 ? 0 : 1;
}
