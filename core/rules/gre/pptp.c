/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The enhanced GRE header of PPTP, of which nothing else is read (RFC 2637 section 4.1). */
#include "ipip/gre.h"
#include "rules/rule.h"

enum {
    /* Checksum, routing, strict source route and recursion control. */
    CLEAR = IPIP_GRE_CHECKSUM | IPIP_GRE_ROUTING | IPIP_GRE_STRICT_ROUTE | IPIP_GRE_RECURSION,
    PAYLOAD_LENGTH = 16, /* bits of the key above those of the call */
};

/* What is wrong with the header, first that of its flags. */
enum fault { FAULT_NONE, FAULT_UNSEEN, FAULT_FLAG_SET, FAULT_NO_KEY, FAULT_NO_SEQUENCE, FAULT_LENGTH, FAULT_SHORT };

struct pptp {
    struct ipip_gre gre;
    uint32_t payload; /* octets, as the header says */
    uint32_t there;   /* as the outer header says */
    enum fault fault;
};

static enum fault fault_of_flags(unsigned flags)
{
    if ((flags & CLEAR) != 0)
        return FAULT_FLAG_SET;
    return (flags & IPIP_GRE_KEY) == 0 ? FAULT_NO_KEY : FAULT_NONE;
}

static enum fault fault_of_lengths(const struct pptp *pptp)
{
    if (pptp->payload > 0 && (pptp->gre.flags & IPIP_GRE_SEQUENCE) == 0)
        return FAULT_NO_SEQUENCE;
    return pptp->payload > pptp->there ? FAULT_LENGTH : FAULT_NONE;
}

static struct pptp pptp_of(const struct ipip_rule_input *c)
{
    struct ipip_bytes at = ipip_layer_inside(&c->stack->layers[c->layer]);
    struct pptp pptp = {.fault = FAULT_UNSEEN};
    enum ipip_status status = ipip_gre_read(&pptp.gre, at);
    enum fault of_flags = fault_of_flags(pptp.gre.flags);

    if (of_flags != FAULT_NONE) {
        pptp.fault = of_flags;
    } else if (status == IPIP_MALFORMED) {
        pptp.fault = FAULT_SHORT;
    } else if (status == IPIP_OK) {
        pptp.payload = pptp.gre.key >> PAYLOAD_LENGTH;
        pptp.there = at.wire - pptp.gre.header_bytes;
        pptp.fault = fault_of_lengths(&pptp);
    }
    return pptp;
}

static void check_format(const struct ipip_rule_input *c, struct ruling *ruling)
{
    enum fault fault = pptp_of(c).fault;

    if (fault == FAULT_UNSEEN)
        ruling->verdict = IPIP_UNKNOWN;
    else if (fault == FAULT_NONE)
        ruling->verdict = IPIP_PASS;
}

static const struct {
    const char *word, *message, *expected;
} faults[] = {
    [FAULT_NONE] = {"none", "", ""},
    [FAULT_UNSEEN] = {"unseen", "", ""},
    [FAULT_FLAG_SET] = {"flag", "the GRE header of PPTP has flags set that must be clear",
                        "checksum, routing, strict source route and recursion control clear"},
    [FAULT_NO_KEY] = {"key", "the GRE header of PPTP has no key, which is length and call there", "the key flag set"},
    [FAULT_NO_SEQUENCE] = {"sequence", "a PPTP packet has a payload, and no sequence number", "the sequence flag set"},
    [FAULT_LENGTH] = {"length", "the payload of a PPTP packet is longer than what is there",
                      "no more than what is there"},
    [FAULT_SHORT] = {"header", "the GRE header of PPTP is longer than the outer payload", "a whole header"},
};

static void describe_format(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct pptp pptp = pptp_of(c);

    SAY(text->message, "%s", faults[pptp.fault].message);
    SAY(text->expected, "%s", faults[pptp.fault].expected);
    if (pptp.fault == FAULT_LENGTH)
        SAY(text->actual, "%u octets, with %u there", pptp.payload, pptp.there);
    else
        SAY(text->actual, "flags 0x%04x", pptp.gre.flags);
}

VALUE_WORD(static, pptp_fault, faults[pptp_of(c).fault].word)

const struct rule rule_811 = {
    .about.id = "IPIP811",
    .about.slug = "pptp-gre-format",
    .about.title = "the GRE header of PPTP is not as it must be",
    .about.reference = "RFC 2637 section 4.1",
    .about.severity = IPIP_ERROR,
    .about.subject = IPIP_SUBJECT_NAMED,
    .about.usual_cause = "a broken PPTP implementation, or corruption",
    .about.kinds = KIND_OF(PPTP),
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .outer = IPIP_FIELD_PROTOCOL,
    .check = check_format,
    .describe = describe_format,
    .values = {&value_pptp_fault},
};
