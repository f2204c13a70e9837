/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The header of a mirrored frame in GRE. */
#include "ipip/erspan.h"
#include "rules/gre/gre.h"

struct mirror {
    struct ipip_erspan header;
    enum ipip_status status;
    struct ipip_bytes at;
};

static struct mirror mirror_of(const struct ipip_rule_input *c)
{
    struct mirror mirror = {{0}, IPIP_TRUNCATED, {NULL, 0, 0}};

    if (c->shims->gre_status != IPIP_OK)
        return mirror;
    mirror.at = ipip_bytes_after(gre_at(c), c->shims->gre.header_bytes);
    mirror.status = ipip_erspan_read(&mirror.header, &c->shims->gre, mirror.at);
    return mirror;
}

/* By its GRE type: the version in the first 4 bits is 1 for type II, 2 for type III. */
static unsigned wanted_type(const struct ipip_rule_input *c)
{
    return c->shims->gre.type == IPIP_GRE_TYPE_ERSPAN_3 ? 3 : 2;
}

static void check_format(const struct ipip_rule_input *c, struct ruling *ruling)
{
    struct mirror mirror = mirror_of(c);

    ruling->is_of_tunnel = false;
    if (mirror.status == IPIP_MALFORMED)
        return;
    if (mirror.status == IPIP_OK && (mirror.header.type == 1 || mirror.header.is_cut)) {
        ruling->severity = IPIP_NOTE;
        ruling->is_of_tunnel = true;
    } else {
        ruling->verdict = mirror.status == IPIP_OK ? IPIP_PASS : IPIP_UNKNOWN;
    }
}

static void describe_format(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct mirror mirror = mirror_of(c);
    unsigned wanted = wanted_type(c);
    unsigned version = mirror.at.captured > 0 ? mirror.at.data[0] >> 4 : 0;

    if (mirror.status == IPIP_OK && mirror.header.type == 1) {
        SAY(text->message, "mirrored frames come without an ERSPAN header (type I)");
        SAY(text->expected, "type II or III");
        SAY(text->actual, "type I");
    } else if (mirror.status == IPIP_OK) {
        SAY(text->message, "the mirror has cut frames that were too long for it");
        SAY(text->expected, "T=0");
        SAY(text->actual, "T=1");
    } else if (mirror.at.captured > 0 && version != wanted - 1) {
        SAY(text->message, "the ERSPAN header has version %u, and the GRE header announces type %s", version,
            wanted == 2 ? "II" : "III");
        SAY(text->expected, "version %u", wanted - 1);
        SAY(text->actual, "version %u", version);
    } else {
        SAY(text->message, "the ERSPAN header is cut, or holds neither a frame nor an IP packet");
        SAY(text->expected, "an Ethernet frame behind it");
        SAY(text->actual, "%u octets behind the GRE header", mirror.at.wire);
    }
}

VALUE_NUMBER(static, erspan_version, mirror_of(c).at.captured > 0 ? mirror_of(c).at.data[0] >> 4 : 0)

const struct rule rule_816 = {
    .about.id = "IPIP816",
    .about.slug = "erspan-format",
    .about.title = "unusual ERSPAN header",
    .about.reference = "draft-foschiano-erspan section 4",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a mirror of another type than its GRE header announces, or one that cuts frames",
    .about.kinds = KINDS_OF_MIRRORS,
    RULE_OF_GRE,
    .triggers = TRIGGER_SHIM_ODD,
    .report = REPORT_ONCE,
    .shim = SHIM_ERSPAN,
    .check = check_format,
    .describe = describe_format,
    .values = {&value_erspan_version},
};
