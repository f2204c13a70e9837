/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/embedding.h"

struct embedded embedded_of(struct ipip_addr address)
{
    if (embedded_is_6to4(address))
        return (struct embedded){EMBEDDING_6TO4, ipip_address_ipv4(embedded_6to4(address))};
    if (embedded_is_isatap(address))
        return (struct embedded){EMBEDDING_ISATAP, ipip_address_ipv4(embedded_last(address))};
    return (struct embedded){EMBEDDING_NONE, {0, 0}};
}

bool embedding_is_idle(const struct tunnel_policy *tunnel_policy)
{
    return tunnel_policy->expectation != NULL && tunnel_policy->expectation->is_configured;
}

bool embedding_is_from_router(const struct ipip_rule_input *c)
{
    return c->flow->tunnel->is_from_router || DECLARED_IN(c, prl, input_outer(c)->src);
}

const char *embedding_name(enum embedding by)
{
    static const char *const names[] = {"none", "6rd", "6to4", "ISATAP"};

    return names[by];
}

/* `travels`: "comes from" the source, "is sent to" the destination. */
static void describe_end(enum embedding by, uint32_t ipv4, struct ipip_addr outer, const char *end, const char *travels,
                         struct ipip_text *text)
{
    char named[IPIP_ADDRESS_TEXT];
    char found[IPIP_ADDRESS_TEXT];

    ipip_address_text(named, ipip_address_ipv4(ipv4));
    ipip_address_text(found, outer);
    SAY(text->message, "the %s %s names %s, but the packet %s %s", embedding_name(by), end, named, travels, found);
    SAY(text->expected, "outer %s %s", end, named);
    SAY(text->actual, "outer %s %s", end, found);
}

void describe_source_end(const struct ipip_rule_input *c, enum embedding by, uint32_t ipv4, struct ipip_text *text)
{
    describe_end(by, ipv4, input_outer(c)->src, "source", "comes from", text);
}

void describe_destination_end(const struct ipip_rule_input *c, enum embedding by, uint32_t ipv4, struct ipip_text *text)
{
    describe_end(by, ipv4, input_outer(c)->dst, "destination", "is sent to", text);
}
