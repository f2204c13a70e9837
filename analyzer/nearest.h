/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The word that was probably meant by a mistyped one. */
#ifndef IPIP_ANALYZER_NEAREST_H
#define IPIP_ANALYZER_NEAREST_H

#include <glib.h>

/*
 * The word that differs from `text` by few slips (a letter too many, too few, another, or two that changed places; any case), or the
 * only one that begins or ends with it, or that it begins with. NULL where none is near. `words` ends with NULL.
 */
const char *nearest(const char *text, const char *const *words);

#endif
