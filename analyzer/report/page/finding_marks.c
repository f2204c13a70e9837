/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "finding_marks.h"

#include <string.h>

#include "../finding_words.h"
#include "seed.h"

static const struct {
    const char *inner;
    const char *outer;
} names[MARK_KINDS] = {
    [MARK_DSCP] = {"inner_dscp", "outer_dscp"},
    [MARK_ECN] = {"inner_ecn", "outer_ecn"},
};

struct finding_marks {
    GHashTable *all; /* struct finding_mark is its own key */
};

static guint hash_of(gconstpointer key)
{
    const struct finding_mark *mark = key;

    return hash_tunnel(&mark->direction) ^ (mark->inner << 16 | mark->outer << 8 | mark->kind) * 2654435761U;
}

static gboolean is_same(gconstpointer a, gconstpointer b)
{
    const struct finding_mark *x = a, *y = b;

    return x->kind == y->kind && x->inner == y->inner && x->outer == y->outer &&
           ipip_tunnel_direction_equal(&x->direction, &y->direction);
}

struct finding_marks *finding_marks_new(void)
{
    struct finding_marks *marks = g_new0(struct finding_marks, 1);

    marks->all = g_hash_table_new_full(hash_of, is_same, g_free, NULL);
    return marks;
}

void finding_marks_free(struct finding_marks *marks)
{
    g_hash_table_unref(marks->all);
    g_free(marks);
}

/* FALSE where the finding has no such value. */
static gboolean value_of(uint32_t *number, const struct finding_words *words, const char *name)
{
    for (unsigned i = 0; i < words->value_count; i++) {
        if (words->values[i].kind == IPIP_VALUE_NUMBER && strcmp(words->values[i].name, name) == 0) {
            *number = words->values[i].number;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean add(struct finding_marks *marks, const struct finding_mark *mark)
{
    if (g_hash_table_contains(marks->all, mark))
        return TRUE;
    if (g_hash_table_size(marks->all) == MARKS_MAX)
        return FALSE;
    g_hash_table_add(marks->all, g_memdup2(mark, sizeof *mark));
    return TRUE;
}

gboolean finding_marks_add(struct finding_marks *marks, const struct report_finding *finding)
{
    struct finding_mark mark = {.direction = finding->direction, .rule_index = finding->rule_index};
    struct finding_words words;
    gboolean has_room = TRUE;

    finding_words(&words, finding);
    for (int kind = 0; kind < MARK_KINDS; kind++) {
        mark.kind = (enum mark_kind)kind;
        if (value_of(&mark.inner, &words, names[kind].inner) && value_of(&mark.outer, &words, names[kind].outer))
            has_room = add(marks, &mark) && has_room;
    }
    return has_room;
}

int finding_marks_find(const struct finding_marks *marks, const struct finding_mark *mark)
{
    const struct finding_mark *found = g_hash_table_lookup(marks->all, mark);

    return found != NULL ? (int)found->rule_index : -1;
}
