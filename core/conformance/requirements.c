/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conformance/requirements.h"

#include <string.h>

static const struct requirement_list *const lists[] = {&requirements_rfc2003_header, &requirements_rfc2003_icmp,
                                                       &requirements_rfc6040, &requirements_rfc6864,
                                                       &requirements_rfc1191};

const struct ipip_requirement *ipip_requirement_at(size_t index)
{
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (index < lists[i]->count)
            return &lists[i]->rows[index];
        index -= lists[i]->count;
    }
    return NULL;
}

size_t ipip_requirements_count(void)
{
    size_t count = 0;

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        count += lists[i]->count;
    return count;
}

size_t ipip_requirement_find(const char *id)
{
    size_t count = ipip_requirements_count(), i = 0;

    while (i < count && strcmp(ipip_requirement_at(i)->id, id) != 0)
        i++;
    return i;
}

const char *ipip_level_name(enum ipip_level level)
{
    static const char *const names[] = {
        [IPIP_STATED] = "stated",         [IPIP_MAY] = "MAY",   [IPIP_SHOULD] = "SHOULD",
        [IPIP_SHOULD_NOT] = "SHOULD NOT", [IPIP_MUST] = "MUST", [IPIP_MUST_NOT] = "MUST NOT"};

    return names[level];
}

static uint32_t shown_inside(const struct ipip_ip *ip)
{
    return ((ip->flags & IPIP_IP_DF) != 0 ? IPIP_SHOWN_DF : IPIP_SHOWN_NO_DF) |
           (ipip_ip_dscp(ip) != 0 ? IPIP_SHOWN_DSCP : 0U) | (ipip_ip_ecn(ip) != 0 ? IPIP_SHOWN_ECN : 0U) |
           ((ip->flags & IPIP_IP_OPTIONS) != 0 ? IPIP_SHOWN_OPTIONS : 0U) |
           ((ip->flags & IPIP_IP_FRAGMENT) != 0 ? IPIP_SHOWN_INNER_FRAGMENT : 0U);
}

static uint32_t shown_outside(const struct ipip_layer *outer)
{
    return ((outer->ip.flags & IPIP_IP_DF) != 0 ? IPIP_SHOWN_OUTER_DF : 0U) |
           ((outer->ip.flags & IPIP_IP_OPTIONS) != 0 ? IPIP_SHOWN_OUTER_OPTIONS : 0U) |
           ((outer->ip.flags & IPIP_IP_FRAGMENT) != 0 || outer->is_reassembled ? IPIP_SHOWN_FRAGMENT : 0U);
}

uint32_t ipip_shown(const struct ipip_stack *stack)
{
    const struct ipip_ip *outer = &stack->layers[0].ip;
    uint32_t shown;

    if (stack->count == 0)
        return 0;
    if (stack->count == 1)
        return stack->layers[0].kind == IPIP_KIND_NONE ? shown_inside(outer) : shown_outside(&stack->layers[0]);
    shown = shown_inside(&stack->layers[1].ip) | shown_outside(&stack->layers[0]);
    if ((shown & IPIP_SHOWN_ECN) != 0)
        shown |= ipip_ip_ecn(outer) == 0                                   ? IPIP_SHOWN_ECN_CLEARED
                 : ipip_ip_ecn(outer) == ipip_ip_ecn(&stack->layers[1].ip) ? IPIP_SHOWN_ECN_COPIED
                                                                           : 0U;
    return shown;
}
