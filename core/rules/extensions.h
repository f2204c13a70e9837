/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The extension headers of the IPv6 header that a rule is about. */
#ifndef IPIP_CORE_RULES_EXTENSIONS_H
#define IPIP_CORE_RULES_EXTENSIONS_H

#include "packet/extensions.h"
#include "rules/rule.h"

/* Tunnels with an IPv6 header outside or inside; of what is mirrored nothing is judged. */
#define KINDS_WITH_IPV6 (KINDS_READ & ~(KINDS_OF_MIRRORS | KINDS_OF_MINIMAL | IPIP_KIND_BIT(IPIP_KIND_IPIP)))

/* The rule is about an IPv6 header that has extension headers. */
#define RULE_OF_EXTENSIONS                                                                                          \
    .about.kinds = KINDS_WITH_IPV6, .applies = FACT_WELL_FORMED | FACT_IPV6 | FACT_OPTIONS, .excludes = FACT_WHOLE, \
    .triggers = TRIGGER_OPTIONS

static inline bool extension_has_options(const struct ipip_extension *extension)
{
    return extension->type == IPIP_PROTOCOL_HOP_BY_HOP || extension->type == IPIP_PROTOCOL_DESTINATION_OPTIONS;
}

/* The walk ended because the capture does. */
static inline bool extensions_are_cut(const struct ipip_extension_walk *walk)
{
    enum { EXTENSION_MIN = 8 };

    return (walk->next == IPIP_PROTOCOL_AH || ipip_ipv6_is_extension(walk->next)) && !walk->is_behind_first &&
           walk->count < IPIP_IPV6_EXTENSIONS_MAX && walk->rest.captured < EXTENSION_MIN &&
           walk->rest.wire >= EXTENSION_MIN;
}

#endif
