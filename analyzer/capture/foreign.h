/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that hold captures, but in a form that is not read. */
#ifndef IPIP_ANALYZER_FOREIGN_H
#define IPIP_ANALYZER_FOREIGN_H

#include <stddef.h>
#include <stdint.h>

/* What a file that starts with these octets is, and what makes a capture of it; NULL where that is not known. */
const char *foreign_advice(const uint8_t *data, size_t bytes);

#endif
