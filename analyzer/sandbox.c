/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sandbox.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sandbox_parts.h"
#include "seed.h"
#include "temporary.h"

/* Where an output gets its name; what is no regular file is open, and stays as it is. */
static void allow_output(const struct landlock_files *files, const char *path)
{
    struct stat status;
    char *folder, *real;

    if (path == NULL || strcmp(path, "-") == 0 || (stat(path, &status) == 0 && !S_ISREG(status.st_mode)))
        return;
    real = realpath(path, NULL);
    folder = g_path_get_dirname(real != NULL ? real : path);
    landlock_name_in(files, folder);
    g_free(folder);
    free(real);
}

static void allow_files(const struct landlock_files *files, const struct options *options)
{
    for (int i = 0; i < options->path_count; i++)
        landlock_read(files, options->paths[i]);
    allow_output(files, options->output);
    allow_output(files, options->new_baseline);
    allow_output(files, options->live.keep);
    for (unsigned i = 0; i < options->output_count; i++)
        allow_output(files, options->outputs[i].path);
    for (unsigned i = 0; i < temporary_reserved(); i++)
        landlock_read_open(files, temporary_reserved_at(i));
}

/* One for what is kept until the end, one for each report, and one for each capture that can be read once only. */
static unsigned temporaries(const struct options *options)
{
    unsigned count = 2 + options->output_count;
    struct stat status;

    for (int i = 0; i < options->path_count; i++)
        count += stat(options->paths[i], &status) != 0 || !S_ISREG(status.st_mode);
    return count;
}

/* What libraries read files for when it is first used. */
static void prepare_libraries(const struct options *options)
{
    random_seed();
    json_object_seed(0);
    filter_prepare(options->filter);
}

void sandbox_enter(const struct options *options, unsigned use)
{
    struct landlock_files files;

    if (options->is_without_sandbox)
        return;
    prepare_libraries(options);
    if ((use & SANDBOX_TEMPORARIES) != 0)
        temporary_reserve(temporaries(options));
    files = landlock_begin();
    allow_files(&files, options);
    landlock_enter(&files);
    seccomp_enter((use & SANDBOX_SOCKETS) != 0 || options->source != NULL);
}

const char *sandbox_text(void)
{
    static const char *const texts[2][2] = {
        {"none: this kernel has neither Landlock nor seccomp", "seccomp alone: this kernel has no Landlock"},
        {"Landlock alone: this kernel has no seccomp", "Landlock and seccomp"},
    };

    return texts[landlock_is_there()][seccomp_is_there()];
}
