/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/fragment_ids.h"

#include "flow/state.h"
#include "ipip/age.h"
#include "packet/fingerprint.h"

static uint64_t hash_of_id(const struct lru *ids, const struct ipip_ip *outer)
{
    return fingerprint_of_kind(&ids->keys, fingerprint_of_addresses(&ids->keys, outer->src, outer->dst), IPIP_KIND_NONE,
                               outer->id);
}

struct other fragment_ids_take(struct flow *flow, const struct ipip_ip *outer, uint64_t content,
                               const struct ipip_packet *packet)
{
    bool is_new;
    struct fragment_id *before =
        lru_row(&flow->fragment_ids, lru_get(&flow->fragment_ids, hash_of_id(&flow->fragment_ids, outer), &is_new));
    struct other other = {.is_known = false};

    if (!is_new && before->content != content &&
        !ipip_age_exceeds(packet->time, before->time, FRAGMENT_IDS_SECONDS * IPIP_AGE_SECOND))
        other = (struct other){.frame = before->frame, .age = ipip_age(packet->time, before->time), .is_known = true};
    *before = (struct fragment_id){content, packet->frame, packet->time};
    return other;
}
