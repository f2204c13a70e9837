/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a rule may lack where it is unknown: the words for the bits that make it blind. */
#include "rules/rule.h"

struct lack {
    uint64_t bit;
    const char *words;
};

enum { LACKS_MAX = 20 };

/* Some bits mean one thing in a tunnel header and another one on the innermost layer (packet/facts.h): the words fit both. */
static const struct lack lacks[IPIP_SUBJECTS][LACKS_MAX] = {
    [IPIP_SUBJECT_TUNNEL] =
        {
            {FACT_INNER_CUT, "the header inside is not captured"},
            {FACT_INNER_UNSEEN, "the header inside is in another fragment, or beyond the nesting limit"},
            {FACT_VERSION_UNSEEN, "nothing of what is inside is captured"},
            {FACT_SHIM_CUT, "the headers between outer and inner header are not captured whole"},
            {FACT_HEADER_CUT, "the options are not captured whole"},
            {FACT_PAYLOAD_CUT, "the payload is not captured whole"},
            {FACT_HELD, "a fragment whose others are not captured yet"},
            {FACT_FEW, "too few packets of the tunnel"},
            {FACT_DIRECTION_FEW, "too few packets of the tunnel to miss the other direction"},
            {FACT_IDS_FEW, "too few Identifications in a row"},
            {FACT_ECT_FEW, "too few packets of a transport that uses ECN"},
            {FACT_OVER_UNKNOWN, "larger than the path MTU, maybe for a reason"},
            {FACT_HANDSHAKE_OPEN, "the other SYN of the connection, or the ports inside, are not captured"},
            {FACT_REQUEST_OPEN, "no answer, or no earlier sequence number, is captured"},
            {FACT_SEGMENT_OPEN, "no acknowledgement is captured, or too few packets of the flow"},
            {FACT_PORTS_FEW, "too few flows to compare source ports"},
            {FACT_SEQUENCE_OPEN, "no earlier sequence number is known"},
            {FACT_KEEPALIVE_OPEN, "the answer to a keepalive could not be seen"},
            {FACT_REGISTRATION_OPEN, "the registration may be older than the capture"},
            {FACT_KEYS_FEW, "too few packets to compare the keys of both directions"},
        },
    [IPIP_SUBJECT_ICMP] =
        {
            {ICMP_FACT_HISTORY_SHORT, "the capture begins too late to have the packet that it is about"},
            {ICMP_FACT_CAUSE_UNSEEN, "the error that it relays is not captured"},
            {ICMP_FACT_MTU_UNKNOWN, "the path MTU is not known"},
            {ICMP_FACT_WAITING, "the encapsulator had no time yet to relay it"},
            {ICMP_FACT_QUOTE_CUT, "the quoted packet is not captured whole"},
            {ICMP_FACT_DOUBTED, "the message contradicts the capture"},
        },
    [IPIP_SUBJECT_INNER] =
        {
            {INNER_SIDE_FACT_NO_SITE, "the addresses inside are not declared: --site"},
            {INNER_SIDE_FACT_REPORT_WAITING, "the encapsulator had no time yet to report it"},
            {INNER_SIDE_FACT_RELAY_WAITING, "the encapsulator had no time yet to relay the error"},
            {INNER_SIDE_FACT_LOSS_WAITING, "the sender had no time yet to send it again"},
            {INNER_SIDE_FACT_DIVISION_WAITING, "its fragments are not captured yet"},
        },
    [IPIP_SUBJECT_SIDES] =
        {
            {SIDES_FACT_AMBIGUOUS, "several packets may be the one on the other side"},
            {SIDES_FACT_HEADER_UNSEEN, "the header on the other side is not remembered"},
            {SIDES_FACT_ROUTERS, "routers may be between the capture point and the tunnel's end"},
            {SIDES_FACT_FEW, "too few packets are seen on both sides"},
        },
    [IPIP_SUBJECT_UDP] =
        {
            {UDP_FACT_FEW, "too few packets between the two ports"},
            {UDP_FACT_OPEN, "what is behind UDP is not captured"},
        },
};

const char *ipip_rule_evidence(size_t index, unsigned ordinal)
{
    const struct rule *rule = index < RULE_COUNT ? rule_at(index) : NULL;

    if (rule == NULL)
        return NULL;
    if (rule->needs_entry && ordinal-- == 0)
        return "routers may have changed the TOS octet: --vantage entry tells that none did";
    for (const struct lack *lack = lacks[rule->about.subject]; lack->bit != 0; lack++) {
        if ((rule->blind & lack->bit) != 0 && ordinal-- == 0)
            return lack->words;
    }
    return NULL;
}
