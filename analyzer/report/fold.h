/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which findings repeat: after the first few of a rule on a tunnel, the rest are counted. So are those on further
 * tunnels, once very many tunnels broke a rule.
 */
#ifndef IPIP_ANALYZER_FOLD_H
#define IPIP_ANALYZER_FOLD_H

#include <glib.h>
#include <stdint.h>

#include "ipip/tunnel_direction.h"

enum {
    FOLD_SHOWN = 3, /* findings of a rule on a tunnel that are shown in full */
    /*
     * Pairs of a rule and a tunnel that are counted by themselves. When there are as many, each rule still gets its
     * first few tunnels.
     */
    FOLD_PAIRS = 32768,
    FOLD_TUNNELS = 100,
};

/* A rule that was broken on a tunnel, or on tunnels that are counted together, more often than is shown. */
struct fold {
    size_t rule_index;
    struct ipip_tunnel_direction direction;
    gboolean is_of_many; /* `direction` is none then */
    unsigned shown;
    uint64_t hidden;
    const char *last_file;
    uint64_t last_frame;
};

struct folds;

struct folds *folds_new(void);
void folds_free(struct folds *folds);

/* Counts a finding; TRUE where it is among the first few. */
gboolean folds_show(struct folds *folds, size_t rule_index, const struct ipip_tunnel_direction *direction,
                    const char *file, uint64_t frame);

/* Calls `each` for every rule and tunnel with more findings than were shown, in order of appearance, then for rules on many. */
void folds_each_hidden(const struct folds *folds, void (*each)(const struct fold *fold, void *context), void *context);

#endif
