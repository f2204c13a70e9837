/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures that a program wrote one after the other in one place, as `tcpdump -C` and `dumpcap -b` do: their names differ in numbers. */
#ifndef IPIP_ANALYZER_ROTATED_H
#define IPIP_ANALYZER_ROTATED_H

#include <glib.h>

struct rotated;

struct rotated *rotated_new(char **paths, unsigned count);
void rotated_free(struct rotated *rotated);

/* The file is read from now on. */
void rotated_begin(struct rotated *rotated, unsigned file);

/* It has ended: one that begins later may follow it. */
void rotated_end(struct rotated *rotated, unsigned file);

/* The first file of those of this one's place. */
unsigned rotated_first(const struct rotated *rotated, unsigned file);

#endif
