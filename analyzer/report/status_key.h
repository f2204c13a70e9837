/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What programs call an enum ipip_status. */
#ifndef IPIP_ANALYZER_STATUS_KEY_H
#define IPIP_ANALYZER_STATUS_KEY_H

#include "ipip/status.h"

/* "truncated"; never changes its meaning. */
const char *status_key(enum ipip_status status);

#endif
