/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sections [tunnel SRC DST] of the policy file that fit no tunnel packet. */
#ifndef IPIP_REPORT_UNUSED_TUNNELS_H
#define IPIP_REPORT_UNUSED_TUNNELS_H

#include "ipip/judge.h"

/* One line on stderr, where there are some. */
void unused_tunnels_say(const struct ipip_judge *judge, const struct ipip_policy *policy);

#endif
