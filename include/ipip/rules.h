/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The catalogue of conformance rules. A rule has an id (IPIP105) and a slug (df-not-propagated) that never change their
 * meaning and are never given to another rule. Allocates nothing.
 */
#ifndef IPIP_RULES_H
#define IPIP_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* No more rules than this, so that tables by rule index can be arrays. */
enum { IPIP_RULES_MAX = 256 };

enum ipip_severity {
    IPIP_NOTE,    /* legal but risky, or informative */
    IPIP_WARNING, /* a SHOULD contradicted, or a MUST that may have an innocent explanation */
    IPIP_ERROR,   /* a MUST contradicted by the octets themselves */
};

enum ipip_confidence { IPIP_HEURISTIC, IPIP_LIKELY, IPIP_CERTAIN };

/* What evidence a rule needs. */
enum ipip_scope {
    IPIP_SCOPE_PACKET, /* one packet */
    IPIP_SCOPE_FLOW,   /* several packets of one capture */
    IPIP_SCOPE_PAIR,   /* two captures of the same traffic */
};

/* What a rule counts: its four verdicts add up to the number of these. */
enum ipip_subject {
    IPIP_SUBJECT_TUNNEL, /* tunnel packets */
    IPIP_SUBJECT_ICMP,   /* ICMP errors about tunnel packets, and to the senders of what is tunnelled */
    IPIP_SUBJECT_INNER,  /* packets without tunnel header that are about to enter a tunnel, or come out of one */
    IPIP_SUBJECT_SIDES, /* datagrams seen beside a tunnel and inside it, or twice inside; and some that should have been */
    IPIP_SUBJECT_NAMED, /* packets of tunnels of which nothing is read but what they are */
    IPIP_SUBJECT_UDP, /* UDP beside tunnels, where it is looked at for what looks like one (is_guessing of policy.h) */
    IPIP_SUBJECTS
};

/* In order of gravity: the verdict on a packet is the gravest of those on its layers. */
enum ipip_verdict {
    IPIP_NOT_APPLICABLE, /* the rule is not about such a packet */
    IPIP_PASS,
    IPIP_UNKNOWN, /* it does, but the evidence is missing: truncated, a fragment, vantage unknown */
    IPIP_FAIL,
    IPIP_VERDICTS
};

struct ipip_rule {
    const char *id;
    const char *slug;
    const char *title;
    const char *reference; /* standard and section */
    enum ipip_scope scope;
    enum ipip_subject subject;
    enum ipip_severity severity; /* the usual one; a finding may have another */
    const char *usual_cause;     /* the usual cause */
    bool is_habit;               /* about what many packets have in common: unknown while there are few */
    uint32_t kinds;              /* of tunnels that it is about, as IPIP_KIND_BIT() (kind.h); 0: IPv4 in IPv4 alone */
};

/* How many rules there are, at most IPIP_RULES_MAX. Their order is that of the ids. */
size_t ipip_rules_count(void);

/* The rule at `index`, NULL past the last. */
const struct ipip_rule *ipip_rule_at(size_t index);

/*
 * What `ipip explain` prints of the rule at `index`: the requirement, why it matters, which implementations break it,
 * what to do, an example. Markdown, with a heading each. "" past the last rule; every rule has a page.
 */
const char *ipip_rule_explanation(size_t index);

/* The usual severity of the rule at `index` with a tunnel of this kind (enum ipip_kind), and the standard that it refers to. */
enum ipip_severity ipip_rule_severity(size_t index, unsigned kind);
const char *ipip_rule_reference(size_t index, unsigned kind);

/* The kinds of tunnels that it is about, as IPIP_KIND_BIT(). */
uint32_t ipip_rule_kinds(size_t index);

/*
 * What the rule at `index` may lack where its verdict is IPIP_UNKNOWN, such as "the header inside is not captured": the `ordinal`-th
 * reason, NULL past the last. Rules that decide by several packets may have others, too: see their pages.
 */
const char *ipip_rule_evidence(size_t index, unsigned ordinal);

/* The index of the rule with this id, number (318) or slug, in any case of letters; ipip_rules_count() where there is none. */
size_t ipip_rule_find(const char *name);

/* "note", "warning", "error"; "heuristic", "likely", "certain"; "packet", "flow", "pair"; "not_applicable", "pass", ... */
const char *ipip_severity_name(enum ipip_severity severity);
const char *ipip_confidence_name(enum ipip_confidence confidence);
const char *ipip_scope_name(enum ipip_scope scope);

/* "tunnel packets", "icmp messages", "inner packets", "matched packets", "named packets", "udp packets". */
const char *ipip_subject_name(enum ipip_subject subject);
const char *ipip_verdict_name(enum ipip_verdict verdict);

#ifdef __cplusplus
}
#endif

#endif
