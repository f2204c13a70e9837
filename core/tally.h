/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many packets got which verdict of each rule.
 *
 * What a rule says of a packet without triggers follows from the facts of its layers. So packets are counted by the facts
 * they have, which is one addition, and only when a count is wanted are they turned into verdicts. Where a rule was asked and
 * said something else, that is a correction.
 */
#ifndef IPIP_CORE_TALLY_H
#define IPIP_CORE_TALLY_H

#include "rule.h"

enum {
    /* Facts of a packet: one mask a layer, two for a layer that was reassembled. */
    TALLY_MASKS_MAX = 2 * IPIP_STACK_MAX,
    TALLY_SLOTS = 64,
};

struct tally_key {
    unsigned count;
    uint64_t masks[TALLY_MASKS_MAX];
};

/* What a policy makes of a rule before any packet is looked at. */
enum rule_mode {
    RULE_ASKED,
    RULE_BLIND, /* unknown wherever it applies: the capture was taken in the wrong place */
    RULE_IDLE,  /* not applicable: switched off, or of no use to the profile */
};

struct tally {
    enum rule_mode modes[IPIP_RULES_MAX];
    uint64_t verdicts[IPIP_RULES_MAX][IPIP_VERDICTS];
    struct {
        uint64_t packets;
        struct tally_key key;
    } slots[TALLY_SLOTS];
};

void tally_init(struct tally *tally, const struct ipip_policy *policy);

/* What the rule at `index` says of a layer with these facts if it is not triggered. */
enum ipip_verdict tally_untriggered(const struct tally *tally, size_t index, uint64_t facts);

/* Counts a packet. */
void tally_add(struct tally *tally, const struct tally_key *key);

/* The rule at `index` said `final` of a packet counted as `key`, where its untriggered verdict was another. */
void tally_correct(struct tally *tally, size_t index, const struct tally_key *key, enum ipip_verdict final);

/* Turns all that is counted into `verdicts`. */
void tally_settle(struct tally *tally);

#endif
