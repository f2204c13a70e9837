/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What packets show of the requirements (ipip/requirement.h): the verdicts of the rules, packet by packet, which datagrams a tunnel's end
 * did not let through, and which ICMP errors came from inside. Counted for each tunnel direction by itself, since one end is the entry of
 * one direction and the exit of the other.
 */
#ifndef IPIP_ANALYZER_EVIDENCE_H
#define IPIP_ANALYZER_EVIDENCE_H

#include <glib.h>

#include "ipip/judge.h"
#include "ipip/pair.h"
#include "ipip/requirement.h"

enum { EVIDENCE_FRAMES = 3, EVIDENCE_DIRECTIONS = 256 };

/* Packets, the first of them by their numbers in the run. */
struct evidence_packets {
    uint64_t count;
    uint64_t last; /* frame */
    uint64_t frames[EVIDENCE_FRAMES];
};

/* Findings. */
struct evidence_violation {
    struct evidence_packets packets;
    enum ipip_severity severity;  /* the gravest */
    const struct ipip_rule *rule; /* of the first */
    char message[256];
};

/* Of one requirement. */
struct evidence_row {
    struct evidence_packets held;
    gboolean is_prompted;               /* the ICMP error that it is about was there */
    struct evidence_violation violated; /* but for findings that a baseline has */
    uint64_t known;
    struct evidence_violation by_errors; /* which count as well, unless the tester made the ICMP errors */
};

struct evidence;

/* `shown`: of enum ipip_shown, what is known of all packets. It observes the judge, which has to stay until evidence_end(). */
struct evidence *evidence_new(struct ipip_judge *judge, uint32_t shown);
void evidence_free(struct evidence *evidence); /* NULL: nothing happens */

/* A finding, during the call of the judge's sink. */
void evidence_finding(struct evidence *evidence, const struct ipip_finding *finding, gboolean is_known);

/* What became of a datagram. */
void evidence_event(struct evidence *evidence, const struct ipip_pair_event *event);

/* Both have ended. */
void evidence_end(struct evidence *evidence);

/* What there is of the requirement at `index`, of the directions for which `pair` shows that it is the duty of this end; NULL: of all. */
struct evidence_row evidence_of(const struct evidence *evidence, size_t index, const struct ipip_pair *pair);

#endif
