/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts that are kept by a number until the end of the run: in a temporary file, so that memory is taken by piles only. */
#ifndef IPIP_ANALYZER_REPORT_PILES_H
#define IPIP_ANALYZER_REPORT_PILES_H

#include <glib.h>

struct piles;

struct piles *piles_new(void);
void piles_free(struct piles *piles);

void piles_add(struct piles *piles, guint number, const char *text);

/* How many texts it has. */
guint piles_count(const struct piles *piles, guint number);

/* Calls `each` for its texts, in the order in which they came. */
void piles_each(const struct piles *piles, guint number, void (*each)(const char *text, void *context), void *context);

/* Why texts were lost; NULL: none were. */
const char *piles_trouble(const struct piles *piles);

#endif
