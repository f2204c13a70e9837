/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kept_findings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "say.h"
#include "temporary.h"

/* Findings, each followed by its texts, in the memory's own layout: only this process reads the file. */
struct block {
    size_t used;
    char octets[(1 << 20) - sizeof(size_t)];
};

struct kept_findings {
    struct block *last; /* those before it are in the file */
    FILE *file;         /* NULL: the last block is the first one */
    unsigned written;
    char *trouble; /* why findings were lost; NULL: none were */
};

enum { TEXTS = 3 };

struct kept_findings *kept_findings_new(void)
{
    struct kept_findings *kept = g_new0(struct kept_findings, 1);

    kept->last = g_new(struct block, 1);
    kept->last->used = 0;
    return kept;
}

void kept_findings_free(struct kept_findings *kept)
{
    if (kept->file != NULL)
        fclose(kept->file);
    g_free(kept->last);
    g_free(kept->trouble);
    g_free(kept);
}

static gboolean open_file(struct kept_findings *kept)
{
    GError *error = NULL;
    int file = temporary_open(&error);

    if (file < 0) {
        kept->trouble = g_strdup(error->message);
        g_error_free(error);
        return FALSE;
    }
    kept->file = fdopen(file, "w+b");
    if (kept->file == NULL) {
        kept->trouble = g_strdup(g_strerror(errno));
        close(file);
        return FALSE;
    }
    setvbuf(kept->file, NULL, _IONBF, 0);
    return TRUE;
}

/* Makes room in memory. After the first trouble the file is left alone: it ends with a whole block. */
static void write_last(struct kept_findings *kept)
{
    if (kept->trouble == NULL && (kept->file != NULL || open_file(kept))) {
        if (fwrite(kept->last, sizeof *kept->last, 1, kept->file) == 1)
            kept->written++;
        else
            kept->trouble = g_strdup(g_strerror(errno));
    }
    kept->last->used = 0;
}

void kept_findings_add(struct kept_findings *kept, const struct report_finding *finding)
{
    const char *const texts[TEXTS] = {finding->message, finding->expected, finding->actual};
    size_t sizes[TEXTS];
    size_t bytes = sizeof *finding;
    char *next;

    for (int i = 0; i < TEXTS; i++)
        bytes += sizes[i] = strlen(texts[i]) + 1;
    if (kept->last->used + bytes > sizeof kept->last->octets)
        write_last(kept);
    next = kept->last->octets + kept->last->used;
    kept->last->used += bytes;
    memcpy(next, finding, sizeof *finding);
    next += sizeof *finding;
    for (int i = 0; i < TEXTS; i++) {
        memcpy(next, texts[i], sizes[i]);
        next += sizes[i];
    }
}

static void each_of_last(const struct kept_findings *kept, void (*each)(struct report_finding *finding, void *context),
                         void *context)
{
    const char *end = kept->last->octets + kept->last->used;

    for (const char *next = kept->last->octets; next < end;) {
        struct report_finding finding;
        const char **const texts[TEXTS] = {&finding.message, &finding.expected, &finding.actual};

        memcpy(&finding, next, sizeof finding);
        next += sizeof finding;
        for (int i = 0; i < TEXTS; i++) {
            *texts[i] = next;
            next += strlen(next) + 1;
        }
        each(&finding, context);
    }
}

gboolean kept_findings_each(struct kept_findings *kept, void (*each)(struct report_finding *finding, void *context),
                            void *context)
{
    if (kept->file != NULL) {
        write_last(kept);
        rewind(kept->file);
        for (unsigned i = 0; i < kept->written && fread(kept->last, sizeof *kept->last, 1, kept->file) == 1; i++)
            each_of_last(kept, each, context);
        if (kept->trouble == NULL && (ferror(kept->file) || feof(kept->file)))
            kept->trouble = g_strdup(g_strerror(errno));
    } else
        each_of_last(kept, each, context);
    if (kept->trouble != NULL)
        say("findings on tunnels were lost: they can't be kept in a temporary file: %s", kept->trouble);
    return kept->trouble == NULL;
}
