/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The MTU that a tunnel should have, where some sizes do not get through. */
#ifndef IPIP_CORE_FITTING_MTU_H
#define IPIP_CORE_FITTING_MTU_H

#include <stdint.h>

/* Hardly a path takes less (RFC 8200 section 5): that no more was answered shows only that no size between was tried. */
enum { PATH_MTU_LEAST = 1280 };

/* `path_mtu` by ICMP, or 0; `answered`: the largest inner datagram that got through. 0: the path MTU has to be measured. */
static inline uint16_t fitting_mtu(uint16_t path_mtu, uint16_t answered, uint16_t overhead)
{
    if (path_mtu > overhead)
        return (uint16_t)(path_mtu - overhead);
    return answered + overhead >= PATH_MTU_LEAST ? answered : 0;
}

#endif
