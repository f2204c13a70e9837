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

const char *embedding_name(enum embedding by)
{
    static const char *const names[] = {"none", "6rd", "6to4", "ISATAP"};

    return names[by];
}
