/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/sizes.h"

/* That of this size, or else a free one, or that of the largest. */
static unsigned place_of(const struct ipip_sizes *sizes, uint16_t size)
{
    unsigned best = 0;

    for (unsigned i = 0; i < IPIP_SIZES_LOST; i++) {
        if (sizes->lost_flows[i] > 0 && sizes->lost[i] == size)
            return i;
        if (sizes->lost_flows[best] > 0 && (sizes->lost_flows[i] == 0 || sizes->lost[i] > sizes->lost[best]))
            best = i;
    }
    return best;
}

void ipip_sizes_add_lost(struct ipip_sizes *sizes, uint16_t size, uint32_t flows)
{
    unsigned i = place_of(sizes, size);

    if (sizes->lost_flows[i] > 0 && sizes->lost[i] < size)
        return;
    if (sizes->lost[i] != size)
        sizes->lost_flows[i] = 0;
    sizes->lost[i] = size;
    sizes->lost_flows[i] += flows;
}

void ipip_sizes_add(struct ipip_sizes *sizes, const struct ipip_sizes *more)
{
    if (more->handshakes > 0 && (sizes->handshakes == 0 || more->mss_min < sizes->mss_min))
        sizes->mss_min = more->mss_min;
    if (more->mss_max > sizes->mss_max)
        sizes->mss_max = more->mss_max;
    sizes->handshakes += more->handshakes;
    if (more->acknowledged > sizes->acknowledged)
        sizes->acknowledged = more->acknowledged;
    for (unsigned i = 0; i < IPIP_SIZES_LOST; i++) {
        if (more->lost_flows[i] > 0)
            ipip_sizes_add_lost(sizes, more->lost[i], more->lost_flows[i]);
    }
}

void ipip_sizes_remove_lost(struct ipip_sizes *sizes, uint16_t size)
{
    for (unsigned i = 0; i < IPIP_SIZES_LOST; i++) {
        if (sizes->lost[i] == size && sizes->lost_flows[i] > 0)
            sizes->lost_flows[i]--;
    }
}

void ipip_sizes_add_mss(struct ipip_sizes *sizes, uint16_t mss)
{
    if (sizes->handshakes++ == 0)
        sizes->mss_min = sizes->mss_max = mss;
    if (mss < sizes->mss_min)
        sizes->mss_min = mss;
    if (mss > sizes->mss_max)
        sizes->mss_max = mss;
}
