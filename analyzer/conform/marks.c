/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "marks.h"

#include <string.h>

/* At the beginning of the payload of the UDP datagram. */
static size_t mark_at(const uint8_t *payload, uint32_t captured)
{
    size_t count = ipip_requirements_count(), i = 0;

    if (captured == 0 || payload[0] != 'S')
        return count;
    for (; i < count; i++) {
        const char *id = ipip_requirement_at(i)->id;
        size_t length = strlen(id);

        if (captured > length && memcmp(payload, id, length) == 0 && payload[length] == ' ')
            break;
    }
    return i;
}

size_t mark_of(const struct ipip_stack *stack)
{
    enum { UDP_HEADER = 8 };
    struct ipip_bytes datagram;

    if (stack->count == 0 || stack->layers[stack->count - 1].ip.protocol != IPIP_PROTOCOL_UDP)
        return ipip_requirements_count();
    datagram = ipip_layer_payload(&stack->layers[stack->count - 1]);
    return datagram.captured > UDP_HEADER ? mark_at(datagram.data + UDP_HEADER, datagram.captured - UDP_HEADER)
                                          : ipip_requirements_count();
}

gboolean mark_is_quoted(struct ipip_bytes message)
{
    enum { BEFORE_PAYLOAD = 8 + 2 * IPIP_IPV4_HEADER_MIN + 8 };

    return message.captured > BEFORE_PAYLOAD &&
           mark_at(message.data + BEFORE_PAYLOAD, message.captured - BEFORE_PAYLOAD) < ipip_requirements_count();
}
