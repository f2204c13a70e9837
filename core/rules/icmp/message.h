/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rules on ICMP messages share. */
#ifndef IPIP_CORE_RULES_ICMP_MESSAGE_H
#define IPIP_CORE_RULES_ICMP_MESSAGE_H

#include "rules/rule.h"

/* Of tunnels that carry packets as their senders sent them, with a frame or without, so that an ICMP error can go to the sender. */
#define KINDS_OF_SENDERS (KINDS_OF_TWO_HEADERS | KINDS_OF_MINIMAL)

static inline const struct icmp_error *message_icmp(const struct ipip_rule_input *c)
{
    return &c->flow->icmp;
}

static inline const char *message_sender(char text[static IPIP_ADDRESS_TEXT], const struct ipip_rule_input *c)
{
    return ipip_address_text(text, message_icmp(c)->ip.src);
}

static inline bool message_is_relay(const struct ipip_rule_input *c)
{
    return (c->facts.context & ICMP_FACT_RELAY) != 0;
}

/* "ICMP", "ICMPv6"; by the family of who sends or gets it. */
static inline const char *message_protocol(const struct ipip_ip *ip)
{
    return ip->version == 6 ? "ICMPv6" : "ICMP";
}

/* "ICMP 3/1" */
enum { MESSAGE_TEXT = sizeof "ICMPv6 255/255" };
static inline const char *message_text(char text[static MESSAGE_TEXT], const struct icmp_error *error)
{
    text_say(text, MESSAGE_TEXT, "%s %u/%u", message_protocol(&error->ip), error->type, error->code);
    return text;
}

/* What a sender of this family should get where the exit can't be reached (RFC 2003 section 4.1, RFC 2473 section 8.3). */
static inline const char *message_unreachable(const struct ipip_ip *ip)
{
    return ip->version == 6 ? "ICMPv6 1/3" : "ICMP 3/1";
}

/* And where its packet is too big. */
static inline const char *message_too_big(const struct ipip_ip *ip)
{
    return ip->version == 6 ? "ICMPv6 2/0" : "ICMP 3/4";
}

/* It is not more than this. */
static inline void ruling_at_most(struct ruling *ruling, enum ipip_severity severity)
{
    if (ruling->severity > severity)
        ruling->severity = severity;
}

#endif
