/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words that set no octet of the packets, are read beforehand, or describe no tunnel at all. */
#include <string.h>

#include "refuse.h"
#include "words/word.h"

static gboolean take_external(struct description *d, const struct word *word, const char *value)
{
    (void)word;
    (void)value;
    return refuse(d->error, NULL,
                  "an external tunnel has no configuration of its own: give the words of the route (ip route ... encap "
                  "ip dst ADDRESS ttl N) as those of a tunnel");
}

/* The device of `ip tunnel 6rd` and `ip tunnel prl` is the tunnel itself. */
static gboolean take_same_device(struct description *d, const struct word *word, const char *value)
{
    (void)word;
    if (d->device == NULL || strcmp(d->device, value) == 0)
        return TRUE;
    return refuse(d->error, NULL, "dev %s: this line is about another device than the tunnel %s", value, d->device);
}

const struct word words_without_influence[] = {
    {"mode", IPIP_DRIVER_ALL, COMMAND_ADD, TRUE, NULL, 0},
    {"type", IPIP_DRIVER_ALL, COMMAND_LINK, TRUE, NULL, 0},
    {"name", IPIP_DRIVER_ALL, COMMAND_ADD, TRUE, NULL, 0},
    {"dev", IPIP_DRIVER_ALL, COMMAND_ADD | COMMAND_FOU, TRUE, NULL, 0},
    {"dev", IPIP_DRIVER_ALL, COMMAND_6RD | COMMAND_PRL, TRUE, take_same_device, 0},
    {"fwmark", IPIP_DRIVER_ALL, COMMAND_LINK, TRUE, NULL, 0},
    {"allow-localremote", IPIP_DRIVER_OVER_IPV6, COMMAND_ADD, FALSE, NULL, 0},
    {"noallow-localremote", IPIP_DRIVER_OVER_IPV6, COMMAND_ADD, FALSE, NULL, 0},
    {"external", IPIP_DRIVER_OVER_IP, COMMAND_LINK, FALSE, take_external, 0},
    /* Of every link, in front of `type`. */
    {"address", IPIP_DRIVER_ALL, COMMAND_LINK, TRUE, NULL, 0},
    {"alias", IPIP_DRIVER_ALL, COMMAND_LINK, TRUE, NULL, 0},
    {"broadcast", IPIP_DRIVER_ALL, COMMAND_LINK, TRUE, NULL, 0},
    {"group", IPIP_DRIVER_ALL, COMMAND_LINK, TRUE, NULL, 0},
    {"index", IPIP_DRIVER_ALL, COMMAND_LINK, TRUE, NULL, 0},
    {"link", IPIP_DRIVER_ALL, COMMAND_LINK, TRUE, NULL, 0},
    {"master", IPIP_DRIVER_ALL, COMMAND_LINK, TRUE, NULL, 0},
    {"mtu", IPIP_DRIVER_ALL, COMMAND_LINK, TRUE, NULL, 0},
    {"netns", IPIP_DRIVER_ALL, COMMAND_LINK, TRUE, NULL, 0},
    {"numrxqueues", IPIP_DRIVER_ALL, COMMAND_LINK, TRUE, NULL, 0},
    {"numtxqueues", IPIP_DRIVER_ALL, COMMAND_LINK, TRUE, NULL, 0},
    {"qlen", IPIP_DRIVER_ALL, COMMAND_LINK, TRUE, NULL, 0},
    {"txqueuelen", IPIP_DRIVER_ALL, COMMAND_LINK, TRUE, NULL, 0},
    {"up", IPIP_DRIVER_ALL, COMMAND_LINK, FALSE, NULL, 0},
    {"down", IPIP_DRIVER_ALL, COMMAND_LINK, FALSE, NULL, 0},
    {0},
};
