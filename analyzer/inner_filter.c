/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inner_filter.h"

#include "frames.h"
#include "ipip/reassembly.h"
#include "ipip/stack.h"
#include "out_of_memory.h"
#include "seed.h"

/* With what the judge needs for the same fragments, 10,000 tunnels take less than 32 MiB in all. */
enum { INNER_BYTES = IPIP_REASSEMBLY_DEFAULT_BYTES / 4 };

struct inner_filter {
    const struct options *options;
    struct ipip_reassembly *reassembly;
};

struct inner_filter *inner_filter_new(const struct options *options)
{
    struct inner_filter *filter;

    if (options->inner == NULL)
        return NULL;
    filter = g_new0(struct inner_filter, 1);
    filter->options = options;
    filter->reassembly = ipip_reassembly_new(INNER_BYTES, random_seed());
    if (filter->reassembly == NULL)
        out_of_memory();
    return filter;
}

void inner_filter_free(struct inner_filter *filter)
{
    if (filter != NULL)
        ipip_reassembly_free(filter->reassembly);
    g_free(filter);
}

gboolean inner_filter_passes(struct inner_filter *filter, const struct ipip_packet *packet)
{
    struct ipip_stack stack;
    struct ipip_whole whole;

    ipip_stack_read(&stack, filter->options->policy.kinds, packet->ip);
    while (stack.count > 0 && stack.end == IPIP_END_FRAGMENT) {
        if (ipip_reassembly_add(filter->reassembly, &stack.layers[stack.count - 1], packet->frame, packet->time,
                                &whole) != IPIP_REASSEMBLY_COMPLETE)
            return FALSE;
        ipip_stack_resume(&stack, filter->options->policy.kinds, whole.datagram, whole.ecn);
    }
    return frames_inner_matches(filter->options, packet, &stack);
}
