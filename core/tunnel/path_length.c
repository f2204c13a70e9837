/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/path_length.h"

#include <stdio.h>

#include "ipip/infer.h"
#include "wire/initial_ttl.h"

/* Routers that packets have passed, by their TTL: what an inherited one lacks, or a usual fixed one. */
static bool routers_passed(const struct ipip_tunnel_stats *stats, unsigned *routers)
{
    struct ipip_inferences inferences = ipip_infer(stats);
    const struct ipip_inference *ttl = &inferences.ttl;

    if (ttl->value != ttl->value_max)
        return false;
    if (ipip_inference_is(ttl, IPIP_CANDIDATE_INHERITED)) {
        *routers = ttl->value;
        return true;
    }
    return ipip_inference_is(ttl, IPIP_CANDIDATE_FIXED) &&
           initial_ttl_above(ttl->value, INITIAL_TTL_USUAL, routers) != 0;
}

struct ipip_path_length ipip_path_length(const struct ipip_path *path, const struct ipip_tunnel_stats *back)
{
    struct ipip_path_length length = {IPIP_PATH_NOT_OBSERVABLE, 0};

    if (path->has_hops)
        return (struct ipip_path_length){IPIP_PATH_CERTAIN, path->hops};
    if (back != NULL && routers_passed(back, &length.routers) && length.routers >= path->hops_min)
        length.confidence = IPIP_PATH_LIKELY;
    else if (path->hops_min > 0)
        length = (struct ipip_path_length){IPIP_PATH_AT_LEAST, path->hops_min};
    return length;
}

const char *ipip_path_length_words(char text[static IPIP_PATH_TEXT], struct ipip_path_length length)
{
    if (length.confidence == IPIP_PATH_NOT_OBSERVABLE)
        return NULL;
    snprintf(text, IPIP_PATH_TEXT, "%s%u router%s to the exit",
             length.confidence == IPIP_PATH_AT_LEAST ? "at least " : "", length.routers,
             length.routers == 1 ? "" : "s");
    return text;
}

const char *ipip_path_confidence_name(enum ipip_path_confidence confidence)
{
    static const char *const names[] = {"not observable", "at least", "likely", "certain"};

    return names[confidence];
}
