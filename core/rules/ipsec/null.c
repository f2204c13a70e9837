/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ESP with the NULL cipher (RFC 2410): what is inside is in clear. */
#include "flow/esp_null.h"
#include "packet/esp_null.h"
#include "rules/rule.h"

static struct esp_null_inside inside_of(const struct ipip_rule_input *c)
{
    return esp_null_inside(tunnel_shims_opaque(c->shims), c->flow->esp_null.shape);
}

static void describe_clear(const struct ipip_rule_input *c, struct ipip_text *text)
{
    struct esp_null_inside inside = inside_of(c);
    char octets[OCTETS_TEXT];

    SAY(text->message,
        "ESP with SPI 0x%08x is not encrypted: %d packets in a row hold %s in clear, %s a check value of %u octets",
        c->flow->esp_null.spi, ESP_NULL_PACKETS, inside.protocol == IPIP_PROTOCOL_IPV6 ? "IPv6" : "IPv4",
        inside.vector_bytes != 0 ? "between 8 octets of an initialization vector and" : "before", inside.check_bytes);
    SAY(text->expected, "a cipher, unless NULL was meant");
    SAY(text->actual, "%s in clear", text_octets(octets, inside.packet.wire));
}

const struct rule rule_843 = {
    .about.id = "IPIP843",
    .about.slug = "esp-null-inner",
    .about.title = "ESP with the NULL cipher",
    .about.reference = "RFC 4303 sections 2.4 and 2.6; RFC 2410",
    .about.severity = IPIP_NOTE,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.usual_cause = "IPsec for authentication alone, or a test set-up that went into service",
    .about.kinds = KIND_OF(ESP),
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_ASSOCIATION,
    .excludes = FACT_FRAGMENT_HEADER,
    .blind = FACT_SHIM_CUT | FACT_INNER_UNSEEN | FACT_ESP_OPEN,
    .report = REPORT_ONCE,
    .shim = SHIM_ESP,
    .describe = describe_clear,
};
