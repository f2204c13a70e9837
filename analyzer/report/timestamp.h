/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times as RFC 3339 has them. */
#ifndef IPIP_ANALYZER_TIMESTAMP_H
#define IPIP_ANALYZER_TIMESTAMP_H

#include <stdint.h>

enum { TIMESTAMP_TEXT = 40 };

/* "2022-05-15T10:50:27.125986000Z", of nanoseconds since 1970-01-01 UTC, into `text`; returns it. */
const char *timestamp_text(char text[static TIMESTAMP_TEXT], int64_t time);

#endif
