/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ids of requirements in packets of `ipip stimulus`: a UDP payload begins with one, and a blank follows. */
#ifndef IPIP_ANALYZER_MARKS_H
#define IPIP_ANALYZER_MARKS_H

#include <glib.h>

#include "ipip/requirement.h"

/* The index of the one whose id is in the UDP datagram that is innermost in the packet; ipip_requirements_count() where there is none. */
size_t mark_of(const struct ipip_stack *stack);

/* An ICMP error quotes a tunnel packet with any of them. */
gboolean mark_is_quoted(struct ipip_bytes message);

#endif
