/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/size_story.h"

#include <stdio.h>

#include "ipip/inventory.h"
#include "ipip/ipv4.h"
#include "ipip/ipv6.h"
#include "ipip/path.h"
#include "packet/fitting_mtu.h"

enum {
    TCP_HEADER = 20,
    MTU_USUAL = 1500,
    IPV6_MTU_MIN = 1280, /* RFC 8200 section 5 */
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
    return story->mss != 0 ? (unsigned)story->mss + story->tcp_overhead + story->overhead : 0;
}

/* Whether larger packets were or will be sent than the path that ICMP reported takes. */
static bool is_over(const struct ipip_size_story *story)
{
    return agreed(story) > story->path_mtu || story->largest > story->path_mtu || story->unanswered != 0;
}

static enum ipip_size_basis basis_of(const struct ipip_size_story *story, bool loses_large)
{
    if (story->path_mtu != 0)
        return is_over(story) ? IPIP_SIZE_BASIS_ICMP : IPIP_SIZE_BASIS_NONE;
    if (story->unanswered != 0 && loses_large)
        return IPIP_SIZE_BASIS_ANSWERS;
    return agreed(story) > MTU_USUAL ? IPIP_SIZE_BASIS_MSS : IPIP_SIZE_BASIS_NONE;
}

static uint16_t inner_mtu(const struct ipip_size_story *story)
{
    if (story->basis == IPIP_SIZE_BASIS_NONE)
        return 0;
    if (story->basis == IPIP_SIZE_BASIS_MSS)
        return (uint16_t)(MTU_USUAL - story->overhead);
    return fitting_mtu(story->path_mtu, story->acknowledged, story->overhead);
}

/* Minimal encapsulation folds the header that was there. */
static uint16_t overhead_of(const struct ipip_direction_stats *seen)
{
    return (uint16_t)(seen->stats.overhead_max - (seen->kind == IPIP_KIND_MINIMAL ? IPIP_IPV4_HEADER_MIN : 0));
}

static bool is_opaque(const struct ipip_kind_stats *more)
{
    return more != NULL && more->opaque == more->packets;
}

static uint16_t tcp_overhead(const struct ipip_kind_stats *more)
{
    bool is_ipv6 = more != NULL && more->over_ipv6 > 0 && more->over_ipv6 == more->packets - more->opaque;

    return TCP_HEADER + (is_ipv6 ? IPIP_IPV6_HEADER : IPIP_IPV4_HEADER_MIN);
}

struct ipip_size_story ipip_size_story(const struct ipip_direction_stats *seen, const struct ipip_kind_stats *more,
                                       const struct ipip_direction_stats *back, const struct ipip_path *path)
{
    uint16_t overhead = overhead_of(seen);
    struct ipip_size_story story = {.overhead = overhead,
                                    .tcp_overhead = tcp_overhead(more),
                                    .largest = seen->stats.largest,
                                    .path_mtu = path->mtu > overhead && !is_opaque(more) ? path->mtu : 0,
                                    .mss = smaller_mss(seen->sizes.mss_max, back != NULL ? back->sizes.mss_max : 0),
                                    .acknowledged = seen->sizes.acknowledged};

    find_unanswered(&story, &seen->sizes);
    story.basis = basis_of(&story, path->loses_large);
    story.inner_mtu = inner_mtu(&story);
    if (story.inner_mtu != 0 && more != NULL && more->over_ipv6 > 0 && story.inner_mtu < IPV6_MTU_MIN)
        story.inner_mtu = IPV6_MTU_MIN;
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
                 s->path_mtu - s->overhead, s->mss, s->mss + s->tcp_overhead);
    else if (s->path_mtu != 0)
        snprintf(text, IPIP_SIZES_TEXT, "path MTU %u - %u = inner MTU %u", s->path_mtu, s->overhead,
                 s->path_mtu - s->overhead);
    else if (s->basis == IPIP_SIZE_BASIS_ANSWERS)
        snprintf(text, IPIP_SIZES_TEXT, "%u + %u got through, %u + %u did not: path MTU %u to %u", s->acknowledged,
                 s->overhead, s->unanswered, s->overhead, s->acknowledged + s->overhead,
                 s->unanswered + s->overhead - 1);
    else if (s->basis == IPIP_SIZE_BASIS_MSS)
        snprintf(text, IPIP_SIZES_TEXT, "MSS %u + %d + %u = %u: more than the usual %d", s->mss, s->tcp_overhead,
                 s->overhead, agreed(s), MTU_USUAL);
    else
        return NULL;
    return text;
}

const char *ipip_size_basis_name(enum ipip_size_basis basis)
{
    static const char *const names[] = {NULL, "icmp", "answers", "mss"};

    return names[basis];
}

enum { BASIS_TEXT = sizeof "for a path MTU of 4294967295" };

static void basis_words(char text[static BASIS_TEXT], const struct ipip_size_story *s)
{
    if (s->basis == IPIP_SIZE_BASIS_ICMP)
        snprintf(text, BASIS_TEXT, "path MTU %u by ICMP", s->path_mtu);
    else if (s->basis == IPIP_SIZE_BASIS_ANSWERS)
        snprintf(text, BASIS_TEXT, "the largest size answered");
    else
        snprintf(text, BASIS_TEXT, "for a path MTU of %d", MTU_USUAL);
}

const char *ipip_size_advice_words(char text[static IPIP_SIZES_TEXT], const struct ipip_size_story *s)
{
    const char *also = s->basis == IPIP_SIZE_BASIS_ANSWERS ? "; find the router that drops without ICMP 3/4" : "";
    char basis[BASIS_TEXT];

    if (s->basis == IPIP_SIZE_BASIS_ANSWERS && s->inner_mtu == 0) {
        snprintf(text, IPIP_SIZES_TEXT, "measure the path MTU (tracepath, ping -M do)%s", also);
        return text;
    }
    if (s->inner_mtu <= s->tcp_overhead)
        return NULL;
    basis_words(basis, s);
    snprintf(text, IPIP_SIZES_TEXT, "ip link set tun0 mtu %u, or clamp TCP MSS to %u (%s)%s", s->inner_mtu,
             s->inner_mtu - s->tcp_overhead, basis, also);
    return text;
}
