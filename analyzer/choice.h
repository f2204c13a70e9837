/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of which one is to be chosen, on the command line or in a policy file. */
#ifndef IPIP_ANALYZER_CHOICE_H
#define IPIP_ANALYZER_CHOICE_H

#include <glib.h>

/* The word at `index`; NULL past the last. */
typedef const char *choice_name(int index);

/* The position of `text` among the words; -1 where it is none of them. */
int choice_find(const char *text, choice_name *name_at);

/* "one of a, b, c"; to be freed. */
char *choice_list(choice_name *name_at);

/* The word that was probably meant by `text`, which is none of them; NULL: none is near. */
const char *choice_nearest(const char *text, choice_name *name_at);

/*
 * Sets `*error` to "it must be one of a, b, c", and which of them was probably meant. Returns FALSE, so that it can be returned.
 */
gboolean choice_refuse(const char *text, choice_name *name_at, GError **error);

/*
 * The position of `text`, which stands behind the option, among the words; `*value` is untouched where `text` is NULL. FALSE and `*error`
 * where it is none of them.
 */
gboolean choice_of_option(const char *option, const char *text, choice_name *name_at, int *value, GError **error);

#endif
