/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/size_story.h"

#include <stdio.h>

#include "ipip/inventory.h"
#include "ipip/path.h"

enum {
    TCP_OVERHEAD = 40, /* the headers of IPv4 and TCP without options */
    MTU_USUAL = 1500,
    MTU_EVERYWHERE = 576, /* below, no link that is still in use */
};

static uint16_t smaller_mss(uint16_t a, uint16_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

static void find_unanswered(struct ipip_size_story *story, const struct ipip_sizes *sizes)
{
    for (unsigned i = 0; i < IPIP_SIZES_LOST; i++) {
        bool is_lost = sizes->lost_flows[i] > 0 && sizes->lost[i] > sizes->acknowledged;

        if (is_lost && (story->unanswered == 0 || sizes->lost[i] < story->unanswered)) {
            story->unanswered = sizes->lost[i];
            story->unanswered_flows = sizes->lost_flows[i];
        }
    }
}

/* The largest outer packet that the two hosts agreed on. */
static unsigned agreed(const struct ipip_size_story *story)
{
    return story->mss != 0 ? (unsigned)story->mss + TCP_OVERHEAD + story->overhead : 0;
}

static uint16_t inner_mtu(const struct ipip_size_story *story)
{
    unsigned most = story->path_mtu != 0 ? story->path_mtu : MTU_USUAL;
    bool is_over = agreed(story) > most || (story->path_mtu != 0 && story->largest > most);

    if (story->path_mtu == 0 && story->unanswered != 0)
        return story->acknowledged + story->overhead >= MTU_EVERYWHERE ? story->acknowledged
                                                                       : (uint16_t)(MTU_EVERYWHERE - story->overhead);
    return is_over || story->unanswered != 0 ? (uint16_t)(most - story->overhead) : 0;
}

struct ipip_size_story ipip_size_story(const struct ipip_direction_stats *seen, const struct ipip_direction_stats *back,
                                       const struct ipip_path *path)
{
    struct ipip_size_story story = {.overhead = seen->stats.overhead_max,
                                    .largest = seen->stats.largest,
                                    .path_mtu = path->mtu > seen->stats.overhead_max ? path->mtu : 0,
                                    .mss = smaller_mss(seen->sizes.mss_max, back != NULL ? back->sizes.mss_max : 0),
                                    .acknowledged = seen->sizes.acknowledged};

    find_unanswered(&story, &seen->sizes);
    story.inner_mtu = inner_mtu(&story);
    return story;
}

const char *ipip_sizes_mss_words(char text[static IPIP_SIZES_TEXT], const struct ipip_sizes *sizes)
{
    const char *plural = sizes->handshakes == 1 ? "" : "s";

    if (sizes->handshakes == 0)
        return NULL;
    if (sizes->mss_min == sizes->mss_max)
        snprintf(text, IPIP_SIZES_TEXT, "%u in %u handshake%s", sizes->mss_max, sizes->handshakes, plural);
    else
        snprintf(text, IPIP_SIZES_TEXT, "%u to %u in %u handshakes", sizes->mss_min, sizes->mss_max, sizes->handshakes);
    return text;
}

const char *ipip_size_unanswered_words(char text[static IPIP_SIZES_TEXT], const struct ipip_size_story *story)
{
    if (story->unanswered == 0)
        return NULL;
    snprintf(text, IPIP_SIZES_TEXT, "inner packets of %u octets, in %u flow%s", story->unanswered,
             story->unanswered_flows, story->unanswered_flows == 1 ? "" : "s");
    return text;
}

const char *ipip_size_arithmetic_words(char text[static IPIP_SIZES_TEXT], const struct ipip_size_story *s)
{
    if (s->path_mtu != 0 && s->mss != 0)
        snprintf(text, IPIP_SIZES_TEXT, "path MTU %u - %u = inner MTU %u; MSS %u makes %u", s->path_mtu, s->overhead,
                 s->path_mtu - s->overhead, s->mss, s->mss + TCP_OVERHEAD);
    else if (s->path_mtu != 0)
        snprintf(text, IPIP_SIZES_TEXT, "path MTU %u - %u = inner MTU %u", s->path_mtu, s->overhead,
                 s->path_mtu - s->overhead);
    else if (s->unanswered != 0 && s->acknowledged != 0)
        snprintf(text, IPIP_SIZES_TEXT, "%u + %u got through, %u + %u did not: path MTU %u to %u", s->acknowledged,
                 s->overhead, s->unanswered, s->overhead, s->acknowledged + s->overhead,
                 s->unanswered + s->overhead - 1);
    else if (s->unanswered != 0)
        snprintf(text, IPIP_SIZES_TEXT, "%u + %u did not get through: path MTU %u at most", s->unanswered, s->overhead,
                 s->unanswered + s->overhead - 1);
    else if (agreed(s) > MTU_USUAL)
        snprintf(text, IPIP_SIZES_TEXT, "MSS %u + %d + %u = %u: more than the usual %d", s->mss, TCP_OVERHEAD,
                 s->overhead, agreed(s), MTU_USUAL);
    else
        return NULL;
    return text;
}

const char *ipip_size_advice_words(char text[static IPIP_SIZES_TEXT], const struct ipip_size_story *s)
{
    const char *also = s->path_mtu == 0 && s->unanswered != 0 ? "; find the router that drops without ICMP 3/4" : "";

    if (s->inner_mtu <= TCP_OVERHEAD)
        return NULL;
    snprintf(text, IPIP_SIZES_TEXT, "ip link set tun0 mtu %u, or clamp TCP MSS to %u%s", s->inner_mtu,
             s->inner_mtu - TCP_OVERHEAD, also);
    return text;
}
