/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rules on datagrams seen on both sides of a tunnel's end have in common. */
#ifndef IPIP_CORE_RULES_SIDES_H
#define IPIP_CORE_RULES_SIDES_H

#include "rules/rule.h"

/* The conditions of a rule on what an encapsulator does to a datagram. */
#define RULE_OF_ENTRY .about.scope = IPIP_SCOPE_FLOW, .about.subject = IPIP_SUBJECT_SIDES, .applies = SIDES_FACT_IN

/* " in frame N" or " in frame N, on interface M" of the other sight; "" where there is none. */
enum { SIDES_OTHER_TEXT = 64 };
const char *sides_other_text(char text[static SIDES_OTHER_TEXT], const struct ipip_rule_input *c);

/* The packet that this one stands beside. */
void sides_show_other(const struct ipip_rule_input *c, struct ruling *ruling);

#endif
