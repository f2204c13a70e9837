/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 6864: the Identification, and DF. */
#include "conformance/requirements.h"

static const struct ipip_requirement rows[] = {
    {
        .id = "S6864-4.1-01",
        .reference = "RFC 6864 section 4.1",
        .text = "An atomic datagram may carry any Identification.",
        .level = IPIP_MAY,
        .stimuli = "P",
        .end = IPIP_END_OF_ENTRY,
        .rules = {{&rule_621.about, IPIP_BEARING_APPLIES, IPIP_NOTE}},
        .when = IPIP_SHOWN_OUTER_DF,
    },
    {
        .id = "S6864-4.1-02",
        .reference = "RFC 6864 section 4.1",
        .text = "Nothing uses the Identification of an atomic datagram.",
        .level = IPIP_MUST,
        .stimuli = "P",
        .unseen = "what a receiver does with the field does not show",
    },
    {
        .id = "S6864-4.2-01",
        .reference = "RFC 6864 section 4.2",
        .text = "A retransmitted copy does not reuse the Identification of a datagram that is not atomic.",
        .level = IPIP_MUST_NOT,
        .stimuli = "R",
        .end = IPIP_END_OF_ENTRY,
        .rules = {{&rule_622.about, IPIP_BEARING_JUDGES, IPIP_NOTE}},
    },
    {
        .id = "S6864-4.3-01",
        .reference = "RFC 6864 section 4.3",
        .text =
            "No Identification occurs twice within the lifetime of a datagram, for one source, destination and protocol.",
        .level = IPIP_MUST_NOT,
        .stimuli = "R D",
        .end = IPIP_END_OF_ENTRY,
        .rules = {{&rule_621.about, IPIP_BEARING_JUDGES, IPIP_NOTE}, {&rule_624.about, IPIP_BEARING_JUDGES, IPIP_NOTE}},
        .only = IPIP_SHOWN_OUTER,
    },
    {
        .id = "S6864-4.3-02",
        .reference = "RFC 6864 section 4.3",
        .text = "A datagram with DF is not fragmented on its way.",
        .level = IPIP_MUST_NOT,
        .stimuli = "D M",
        .end = IPIP_END_OF_ENTRY,
        .rules = {{&rule_632.about, IPIP_BEARING_JUDGES, IPIP_NOTE}},
        .only = IPIP_SHOWN_OUTER,
        .when = IPIP_SHOWN_FRAGMENT,
    },
    {
        .id = "S6864-4.3-03",
        .reference = "RFC 6864 section 4.3",
        .text = "DF is not cleared on the way.",
        .level = IPIP_MUST_NOT,
        .stimuli = "D",
        .end = IPIP_END_OF_ENTRY,
        .rules = {{&rule_405.about, IPIP_BEARING_JUDGES, IPIP_NOTE}},
    },
    {
        .id = "S6864-5.2-01",
        .reference = "RFC 6864 section 5.2",
        .text =
            "A source of datagrams that are not atomic limits its rate so that no Identification comes back too soon.",
        .level = IPIP_MUST,
        .stimuli = "R",
        .end = IPIP_END_OF_ENTRY,
        .rules = {{&rule_623.about, IPIP_BEARING_JUDGES, IPIP_NOTE}},
        .only = IPIP_SHOWN_OUTER,
    },
    {
        .id = "S6864-6.3-01",
        .reference = "RFC 6864 section 6.3",
        .text = "The Identification of tunnel packets is what RFC 6864 permits.",
        .level = IPIP_STATED,
        .stimuli = "P R",
        .end = IPIP_END_OF_ENTRY,
        .rules = {{&rule_625.about, IPIP_BEARING_JUDGES, IPIP_NOTE}, {&rule_626.about, IPIP_BEARING_JUDGES, IPIP_NOTE}},
        .only = IPIP_SHOWN_OUTER,
    },
};

const struct requirement_list requirements_rfc6864 = {rows, sizeof rows / sizeof rows[0]};
