/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which findings repeat: after the first few of a rule on a tunnel, the rest are counted. */
#ifndef IPIP_ANALYZER_FOLD_H
#define IPIP_ANALYZER_FOLD_H

#include <glib.h>
#include <stdint.h>

enum {
    FOLD_SHOWN = 3, /* findings of a rule on a tunnel that are shown in full */
};

/* A rule that was broken on a tunnel more often than is shown. */
struct fold {
    size_t rule_index;
    uint32_t src;
    uint32_t dst;
    uint64_t count;
    const char *last_file;
    uint64_t last_frame;
};

struct folds;

struct folds *folds_new(void);
void folds_free(struct folds *folds);

/* Counts a finding; TRUE where it is among the first few. */
gboolean folds_show(struct folds *folds, size_t rule_index, uint32_t src, uint32_t dst, const char *file,
                    uint64_t frame);

/* Calls `each` for every rule and tunnel with more findings than were shown, in order of appearance. */
void folds_each_hidden(const struct folds *folds, void (*each)(const struct fold *fold, void *context), void *context);

#endif
