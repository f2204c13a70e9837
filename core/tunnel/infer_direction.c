/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kind of a direction makes of its inferences. */
#include <string.h>

#include "ipip/inference.h"
#include "ipip/inventory.h"

enum {
    FIELDS_ALL = (1 << IPIP_INFERRED_FIELDS) - 1,
    FIELDS_IPV4 = 1 << IPIP_INFERRED_DF | 1 << IPIP_INFERRED_ID, /* of the outer header */
};

/* A minimal tunnel keeps the sender's header, and nothing inside of what is opaque can be read. */
static unsigned fields_of(enum ipip_kind kind)
{
    if (kind == IPIP_KIND_MINIMAL)
        return 0;
    return ipip_kind_about(kind)->payload == IPIP_PAYLOAD_OPAQUE ? 1 << IPIP_INFERRED_ID : FIELDS_ALL;
}

bool ipip_inferred_field_applies(enum ipip_inferred_field field, const struct ipip_direction_stats *seen)
{
    unsigned fields = fields_of((enum ipip_kind)seen->kind);

    if (!ipip_address_is_ipv4(seen->dst))
        fields &= ~(unsigned)FIELDS_IPV4;
    return (fields >> field & 1) != 0;
}

/* Linux' habits are those of its IPv4 in IPv4, but for the ECN field of GRE over IPv6. */
static bool is_linux(const struct ipip_inferences *i, const struct ipip_direction_stats *seen)
{
    unsigned ecn = 1U << ipip_tunnel_linux((enum ipip_kind)seen->kind).ecn;
    bool is_over_ipv4 = ipip_address_is_ipv4(seen->dst);

    if (fields_of((enum ipip_kind)seen->kind) != FIELDS_ALL)
        return false;
    if (ecn == 1U << IPIP_ECN_COMPATIBILITY)
        ecn |= 1U << IPIP_ECN_COPY;
    return i->ttl.candidates != 0 && i->dscp.candidates != 0 && (i->ecn.candidates & ecn) != 0 &&
           (!is_over_ipv4 || (i->df.candidates != 0 && (i->id.candidates & 1U << IPIP_ID_COUNTER) != 0));
}

struct ipip_inferences ipip_infer_direction(const struct ipip_inventory *inventory,
                                            const struct ipip_direction_stats *seen)
{
    struct ipip_inferences inferences = ipip_infer(&seen->stats);
    const struct ipip_kind_stats *more = ipip_inventory_kind_stats(inventory, seen);
    const struct ipip_profile *profile;

    if (more == NULL)
        return inferences;
    if (more->over_ipv6 == more->packets - more->opaque && inferences.df.candidates != 1U << IPIP_DF_SET)
        inferences.df.candidates &= ~(1U << IPIP_DF_COPY); /* there is nothing to copy */
    if (!ipip_address_is_ipv4(seen->dst))
        inferences.df = inferences.id = (struct ipip_inference){0};
    inferences.profiles = 0;
    for (unsigned i = 0; !inferences.is_few && (profile = ipip_profile_at(i)) != NULL; i++) {
        if (strcmp(profile->name, "linux") == 0 && is_linux(&inferences, seen))
            inferences.profiles |= 1U << i;
    }
    return inferences;
}
