/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chart.h"

static void merge_ttl(void *to, const void *in)
{
    const struct chart_ttl *from = in;
    struct chart_ttl *ttl = to;

    if (from->packets > 0) {
        ttl->outer_min = ttl->packets > 0 ? MIN(ttl->outer_min, from->outer_min) : from->outer_min;
        ttl->outer_max = MAX(ttl->outer_max, from->outer_max);
    }
    if (from->inner > 0) {
        ttl->inner_min = ttl->inner > 0 ? MIN(ttl->inner_min, from->inner_min) : from->inner_min;
        ttl->inner_max = MAX(ttl->inner_max, from->inner_max);
    }
    ttl->packets += from->packets;
    ttl->inner += from->inner;
}

struct chart *chart_new(void)
{
    struct chart *chart = g_new0(struct chart, 1);

    chart->ttl = timeline_new(sizeof(struct chart_ttl), merge_ttl);
    return chart;
}

void chart_free(struct chart *chart)
{
    if (chart != NULL)
        timeline_clear(&chart->ttl);
    g_free(chart);
}

static void add_size(struct chart *chart, const struct ipip_layer *outer, const struct ipip_layer *inner)
{
    enum { LARGEST = 65535 };
    uint32_t bytes = outer->ip.total_bytes;

    if (bytes > chart->largest) {
        chart->largest = bytes;
        chart->largest_inner = inner != NULL ? inner->ip.total_bytes : 0;
    }
    if (bytes > LARGEST)
        chart->larger++;
    else
        chart->sizes[bytes < SIZES_EXACT ? bytes : SIZES_EXACT + (bytes - SIZES_EXACT) / SIZES_STEP]++;
}

static void add_inner(struct chart *chart, const struct ipip_layer *outer, const struct ipip_layer *inner)
{
    chart->inner_packets++;
    chart->dscp[ipip_ip_dscp(&inner->ip)][ipip_ip_dscp(&outer->ip)]++;
    chart->ecn[ipip_ip_ecn(&inner->ip)][ipip_ip_ecn(&outer->ip)]++;
}

void chart_add(struct chart *chart, int64_t time, const struct ipip_layer *outer, const struct ipip_layer *inner)
{
    struct chart_ttl ttl = {.packets = 1, .outer_min = outer->ip.ttl, .outer_max = outer->ip.ttl};

    if (ipip_ip_is_fragment(&outer->ip) && !outer->is_reassembled) {
        chart->fragments++;
        return;
    }
    chart->packets++;
    add_size(chart, outer, inner);
    if (inner != NULL) {
        add_inner(chart, outer, inner);
        ttl.inner = 1;
        ttl.inner_min = ttl.inner_max = inner->ip.ttl;
    }
    merge_ttl(timeline_at(&chart->ttl, time), &ttl);
    if (outer->ip.version == 4)
        samples_add(&chart->ids, time, outer->ip.id);
}

uint64_t chart_sizes(const struct chart *chart, uint32_t from, uint32_t to)
{
    uint64_t count = 0;

    for (uint32_t bytes = from; bytes <= to && bytes < SIZES_EXACT; bytes++)
        count += chart->sizes[bytes];
    for (uint32_t i = 0; i < SIZES_STEPS; i++) {
        uint32_t begin = SIZES_EXACT + i * SIZES_STEP;

        if (begin >= from && begin + SIZES_STEP - 1 <= to)
            count += chart->sizes[SIZES_EXACT + i];
    }
    return count;
}
