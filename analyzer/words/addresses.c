/* SPDX-License-Identifier: GPL-2.0-or-later */
/* local and remote. */
#include "ipip/address.h"

#include <string.h>

#include "refuse.h"
#include "words/word.h"

enum end { LOCAL, REMOTE };

/* No address: the other end is computed, or not known. */
static gboolean is_any(const char *value)
{
    return strcmp(value, "any") == 0 || strcmp(value, "all") == 0 || strcmp(value, "default") == 0;
}

static gboolean refuse_version(struct description *d, const struct word *word, const char *value)
{
    char *mode = mode_text(d->mode);
    const char *other = d->mode->other;

    refuse(d->error, NULL, "%s %s is an IPv%d address, and %s makes tunnels over IPv%d%s%s", word->name, value,
           d->mode->is_over_ipv6 ? 4 : 6, mode, d->mode->is_over_ipv6 ? 6 : 4,
           other != NULL ? "; over the other version it is " : "", other != NULL ? other : "");
    g_free(mode);
    return FALSE;
}

static gboolean take_address(struct description *d, const struct word *word, const char *value)
{
    struct ipip_addr address = {0, 0};

    if (!is_any(value)) {
        if (!ipip_address_parse(&address, value))
            return refuse(d->error, NULL, "%s %s is no IPv%d address", word->name, value,
                          d->mode->is_over_ipv6 ? 6 : 4);
        if (ipip_address_is_ipv4(address) == d->mode->is_over_ipv6)
            return refuse_version(d, word, value);
    }
    if (ipip_address_kind(address) == IPIP_ADDRESS_UNSPECIFIED)
        address = (struct ipip_addr){0, 0};
    if (word->argument == LOCAL)
        d->tunnel.local = address;
    else
        d->tunnel.remote = address;
    return TRUE;
}

const struct word words_of_addresses[] = {
    {"local", IPIP_DRIVER_ALL, COMMAND_ADD, TRUE, take_address, LOCAL},
    {"remote", IPIP_DRIVER_ALL, COMMAND_ADD, TRUE, take_address, REMOTE},
    {0},
};
