/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A fragment of a tunnel packet: judged as soon as the datagram is whole, or at once where it never will be. */
#ifndef IPIP_CORE_JUDGE_FRAGMENT_H
#define IPIP_CORE_JUDGE_FRAGMENT_H

#include "judge/judge_internal.h"

/* The innermost layer, a fragment of a tunnel packet, on its way through the judge. */
struct fragment_passage {
    enum ipip_reassembly_result result;
    struct ipip_whole whole; /* where it completes the datagram */
    bool has_partial;        /* it never will be complete: `partial` shows what can be seen of it */
    struct parsed_room partial;
};

/*
 * Its header is judged as it is, and the relation to what it carries once the datagram is complete, or at the first fragment where it
 * never will be. Returns the rules that it triggers.
 */
struct rule_set judge_fragment(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed,
                               struct fragment_passage *passage);

/* Its header has been judged. True where the datagram is whole: the stack goes on, and the layer is the whole one, which triggers these. */
bool judge_fragment_whole(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed,
                          struct fragment_passage *passage, struct rule_set *triggered);

#endif
