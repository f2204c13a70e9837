/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 1191, as far as it binds a tunnel. */
#include "conformance/requirements.h"

static const struct ipip_requirement rows[] = {
    {
        .id = "S1191-3-01",
        .reference = "RFC 1191 section 3",
        .text = "After datagram too big the estimate goes down, and no more such messages are provoked.",
        .level = IPIP_MUST,
        .stimuli = "M",
        .end = IPIP_END_OF_ENTRY,
        .rules = {{&rule_312.about, IPIP_BEARING_JUDGES}},
    },
    {
        .id = "S1191-3-02",
        .reference = "RFC 1191 section 3",
        .text = "The estimate is not raised because of such a message.",
        .level = IPIP_MUST_NOT,
        .stimuli = "I M",
        .end = IPIP_END_OF_ENTRY,
        .rules = {{&rule_312.about, IPIP_BEARING_SHOWS}},
    },
    {
        .id = "S1191-3-03",
        .reference = "RFC 1191 section 3",
        .text = "The estimate is never below 68 octets.",
        .level = IPIP_MUST_NOT,
        .stimuli = "I",
        .unseen = "what is sent in fragments that small shows no estimate",
    },
    {
        .id = "S1191-3-04",
        .reference = "RFC 1191 section 3",
        .text = "A larger size is not tried within 5 minutes of such a message, nor within 1 minute of a raise.",
        .level = IPIP_MUST_NOT,
        .stimuli = "M",
        .end = IPIP_END_OF_ENTRY,
        .rules = {{&rule_312.about, IPIP_BEARING_SHOWS}},
    },
    {
        .id = "S1191-3-05",
        .reference = "RFC 1191 section 3",
        .text = "10 and 2 minutes are recommended.",
        .level = IPIP_SHOULD,
        .stimuli = "M",
        .unseen = "a capture does not show when a probe would have been due",
    },
    {
        .id = "S1191-4-01",
        .reference = "RFC 1191 section 4",
        .text = "A router puts the MTU of the next hop into the low 16 bits of the message.",
        .level = IPIP_MUST,
        .stimuli = "M",
        .rules = {{&rule_315.about, IPIP_BEARING_SHOWS}},
    },
    {
        .id = "S1191-6-01",
        .reference = "RFC 1191 section 6",
        .text = "The estimate is kept for each tunnel, and grows old.",
        .level = IPIP_STATED,
        .stimuli = "M",
        .end = IPIP_END_OF_ENTRY,
        .rules = {{&rule_312.about, IPIP_BEARING_SHOWS}, {&rule_318.about, IPIP_BEARING_SHOWS}},
    },
    {
        .id = "S1191-6-02",
        .reference = "RFC 1191 section 6",
        .text = "Packets that were already sent with DF may provoke more messages, for a moment.",
        .level = IPIP_STATED,
        .stimuli = "M",
        .end = IPIP_END_OF_ENTRY,
        .rules = {{&rule_312.about, IPIP_BEARING_SHOWS}},
    },
    {
        .id = "S1191-6-03",
        .reference = "RFC 1191 section 6",
        .text = "After the estimate has grown old, the first larger packet may be lost.",
        .level = IPIP_STATED,
        .stimuli = "M",
        .end = IPIP_END_OF_ENTRY,
        .rules = {{&rule_312.about, IPIP_BEARING_SHOWS}},
    },
    {
        .id = "S1191-x-01",
        .reference = "RFC 1191 section 8",
        .text = "A message that quotes a packet that was never sent is ignored where possible.",
        .level = IPIP_STATED,
        .stimuli = "IB",
        .rules = {{&rule_302.about, IPIP_BEARING_SHOWS}},
    },
};

const struct requirement_list requirements_rfc1191 = {rows, sizeof rows / sizeof rows[0]};
