/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the standards require of the two ends of a tunnel of IPv4 in IPv4, statement by statement: RFC 2003, and RFC 6040, 3168, 6864 and
 * 1191 as far as they bind a tunnel. Rules (rules.h) judge most of them; `ipip stimulus` sends what exercises them, `ipip conform` tells
 * which were violated. The ids never change their meaning. Allocates nothing.
 */
#ifndef IPIP_REQUIREMENT_H
#define IPIP_REQUIREMENT_H

#include "ipip/pair.h"
#include "ipip/rules.h"
#include "ipip/stack.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ipip_level {
    IPIP_STATED, /* a sentence without a key word of RFC 2119, which can be checked */
    IPIP_MAY,
    IPIP_SHOULD,
    IPIP_SHOULD_NOT,
    IPIP_MUST,
    IPIP_MUST_NOT,
};

/* "stated", "MAY", "SHOULD", ... */
const char *ipip_level_name(enum ipip_level level);

/* Whose duty it is. */
enum ipip_end_of { IPIP_END_OF_BOTH, IPIP_END_OF_ENTRY, IPIP_END_OF_EXIT };

/* What a verdict of a rule means for a requirement. */
enum ipip_bearing {
    IPIP_BEARING_SHOWS = 1 << 0, /* where the rule passes, the requirement is held */
    IPIP_BEARING_USED = 1 << 1,  /* likewise where it fails */
    IPIP_BEARING_FAILS = 1 << 2, /* where it fails, the requirement is violated */
    /* Where it fails, which it does by ICMP errors from inside the tunnel, the requirement is violated unless the tester made those. */
    IPIP_BEARING_BY_ERRORS = 1 << 3,
    IPIP_BEARING_APPLIES = 1 | 1 << 1, /* either verdict shows that it is held */
    IPIP_BEARING_JUDGES = 1 | 1 << 2,
};

/* What a packet shows, or is about, as bits. */
enum ipip_shown {
    IPIP_SHOWN_DF = 1 << 0, /* inner DF set */
    IPIP_SHOWN_NO_DF = 1 << 1,
    IPIP_SHOWN_DSCP = 1 << 2,        /* inner DSCP not 0 */
    IPIP_SHOWN_ECN = 1 << 3,         /* inner ECN field not 0 */
    IPIP_SHOWN_ECN_COPIED = 1 << 4,  /* and the same outside */
    IPIP_SHOWN_ECN_CLEARED = 1 << 5, /* and 0 outside */
    IPIP_SHOWN_OPTIONS = 1 << 6,     /* inner options */
    IPIP_SHOWN_OUTER_OPTIONS = 1 << 7,
    IPIP_SHOWN_FRAGMENT = 1 << 8, /* the tunnel packet is a fragment, or was reassembled */
    IPIP_SHOWN_OUTER_DF = 1 << 9,
    IPIP_SHOWN_INNER_FRAGMENT = 1 << 14,
    /* Known to the caller of the functions below: */
    IPIP_SHOWN_LAN = 1 << 10,      /* captured beside the tunnel on a network */
    IPIP_SHOWN_DEVICE = 1 << 11,   /* or at the tunnel device, where the TTL is already decremented */
    IPIP_SHOWN_OUTER = 1 << 13,    /* of a finding: it is not about a header further inside */
    IPIP_SHOWN_MARKED = 1 << 12,   /* the payload carries the id of the requirement */
    IPIP_SHOWN_UNMARKED = 1 << 15, /* or that of none */
};

/* In the set of reasons below: of packets that carry the id of the requirement, for whatever reason. */
#define IPIP_GONE_MARKED (UINT32_C(1) << 31)

enum { IPIP_ANY_CODE = 255, IPIP_REQUIREMENT_RULES = 8 };

/* What an ICMP error from inside the tunnel shows of the requirement that it is about. */
enum ipip_error_shows {
    IPIP_ERROR_SHOWS_NONE, /* that is left to the rules */
    IPIP_ERROR_SHOWS_HELD, /* that it is held, where there is no finding */
    IPIP_ERROR_SHOWS_ANSWER, /* likewise, where destination unreachable of code 0 or 1 goes to a sender within 5 seconds */
};

struct ipip_requirement {
    const char *id;        /* "S2003-3.1-06" */
    const char *reference; /* "RFC 2003 section 3.1" */
    const char *text;      /* in our words */
    enum ipip_level level;
    enum ipip_end_of end;
    const char *stimuli; /* letters of the packets that exercise it, with blanks between */
    struct {
        const struct ipip_rule *rule; /* NULL: no more */
        enum ipip_bearing bearing;
        enum ipip_severity least; /* of findings that count */
    } rules[IPIP_REQUIREMENT_RULES];
    uint32_t when; /* of enum ipip_shown: packets that show it, all of these */
    uint32_t only; /* and packets that it is about at all */
    /* Datagrams that were seen on this side of a pair and not on the other show it, for these reasons: bits of enum ipip_pair_reason. */
    enum ipip_pair_side gone_side;
    uint32_t gone;
    /* The ICMP error from inside the tunnel that it is about, without which nothing shows it; type 0: none. The code may be any. */
    struct {
        uint8_t type, code;
        enum ipip_error_shows shows;
    } icmp;
    const char *unseen; /* why no capture shows it; NULL: one can */
};

size_t ipip_requirements_count(void);

/* The requirement at `index`, NULL past the last. */
const struct ipip_requirement *ipip_requirement_at(size_t index);

/* The index of the one with this id; ipip_requirements_count() where there is none. */
size_t ipip_requirement_find(const char *id);

/* What the outermost tunnel header of a packet and the header inside show; of a packet without tunnel its own header. */
uint32_t ipip_shown(const struct ipip_stack *stack);

#ifdef __cplusplus
}
#endif

#endif
