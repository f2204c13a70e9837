/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP errors: those from inside the tunnel, and those to the senders of inner packets (RFC 2003 sections 4 and 5). */
#include <sys/uio.h>

#include "endpoint.h"

enum {
    ICMP_HEADER = 8,
    TIME_EXCEEDED = 11,
    PARAMETER_PROBLEM = 12,
    SOURCE_QUENCH = 4,
    REDIRECT = 5,
    NETWORK_UNREACHABLE = 0,
    HOST_UNREACHABLE = 1,
    FRAGMENTATION_NEEDED = 4,
    TOLD_MAX = 100,                      /* in a second */
    MTU_SECONDS = 600,                   /* RFC 1191 section 6.3 */
    REPORT_SECONDS = 30,                 /* as Linux does */
    QUOTED_MAX = 576 - 20 - ICMP_HEADER, /* RFC 1812 section 4.3.2.3 */
};

/* RFC 1191 section 7.1: for routers that name no MTU. */
static const uint16_t plateaus[] = {32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68};

/* RFC 2003 section 4. */
static const struct endpoint_answer conforming[ERROR_KINDS] = {
    [ERROR_NETWORK] = {ICMP_UNREACHABLE, NETWORK_UNREACHABLE},
    [ERROR_HOST] = {ICMP_UNREACHABLE, HOST_UNREACHABLE},
    [ERROR_PROTOCOL] = {ICMP_UNREACHABLE, NETWORK_UNREACHABLE},
    [ERROR_UNREACHABLE] = {ICMP_UNREACHABLE, HOST_UNREACHABLE},
    [ERROR_TIME_EXCEEDED] = {ICMP_UNREACHABLE, HOST_UNREACHABLE},
};

void endpoint_conform(struct endpoint *e)
{
    memcpy(e->answers, conforming, sizeof conforming);
}

int64_t endpoint_now(void)
{
    return g_get_monotonic_time() * 1000;
}

static unsigned word(const uint8_t *octets)
{
    return (unsigned)octets[0] << 8 | octets[1];
}

/* RFC 1122 section 3.2.2: no error about an error, a later fragment, or what came from no one host. */
static gboolean draws_error(struct ipip_bytes packet)
{
    uint32_t header = (uint32_t)(packet.data[0] & 15) * 4;
    uint8_t source = packet.data[12];

    if (packet.data[0] >> 4 != 4 || packet.captured < header || header < IPIP_IPV4_HEADER_MIN ||
        (word(packet.data + 6) & 0x1fff) != 0)
        return FALSE;
    if (source == 0 || source == 127 || source >= 224 || packet.data[16] >= 224)
        return FALSE;
    if (packet.data[9] != IPPROTO_ICMP || packet.captured == header)
        return TRUE;
    switch (packet.data[header]) {
    case ICMP_UNREACHABLE:
    case SOURCE_QUENCH:
    case REDIRECT:
    case TIME_EXCEEDED:
    case PARAMETER_PROBLEM:
        return FALSE;
    default:
        return TRUE;
    }
}

static gboolean is_within_rate(struct endpoint *e)
{
    int64_t second = endpoint_now() / (int64_t)IPIP_AGE_SECOND;

    if (second != e->second) {
        e->second = second;
        e->told_in_second = 0;
    }
    return e->told_in_second++ < TOLD_MAX;
}

void endpoint_tell(struct endpoint *e, uint8_t type, uint8_t code, uint16_t rest, struct ipip_bytes packet)
{
    uint8_t message[ICMP_HEADER + QUOTED_MAX] = {type, code, 0, 0, 0, 0, (uint8_t)(rest >> 8), (uint8_t)rest};
    struct sockaddr_in to = {.sin_family = AF_INET};
    size_t quoted = MIN(packet.captured, QUOTED_MAX);
    uint16_t sum;

    if (packet.captured < IPIP_IPV4_HEADER_MIN || !draws_error(packet) || !is_within_rate(e))
        return;
    memcpy(message + ICMP_HEADER, packet.data, quoted);
    sum = ipip_checksum(message, ICMP_HEADER + quoted);
    message[2] = (uint8_t)(sum >> 8);
    message[3] = (uint8_t)sum;
    memcpy(&to.sin_addr, packet.data + 12, 4);
    if (sendto(e->icmp, message, ICMP_HEADER + quoted, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof to) >= 0)
        e->counts.told++;
}

/* Down only, and only to what the packet can have met. */
static void learn_mtu(struct endpoint *e, uint16_t mtu, unsigned length)
{
    for (size_t i = 0; mtu == 0; i++) {
        if (plateaus[i] < length || i + 1 == G_N_ELEMENTS(plateaus))
            mtu = plateaus[i];
    }
    if (mtu >= length || mtu >= e->tunnel.mtu)
        return;
    e->tunnel.mtu = MAX(mtu, ENDPOINT_MTU_MIN);
    e->mtu_until = endpoint_now() + MTU_SECONDS * (int64_t)IPIP_AGE_SECOND;
}

/* The quoted tunnel packet, from its IP header on; nothing where it is none that this end sent. */
static struct ipip_bytes quoted_of(const struct endpoint *e, struct ipip_bytes message)
{
    static const struct ipip_bytes none = {NULL, 0, 0};
    struct ipip_bytes quoted = ipip_bytes_after(message, ICMP_HEADER);
    uint8_t local[IPIP_ADDRESS_OCTETS];

    if (quoted.captured < IPIP_IPV4_HEADER_MIN || ipip_checksum(message.data, message.captured) != 0)
        return none;
    ipip_address_octets(local, e->tunnel.local);
    if (quoted.data[0] != 0x45 || quoted.data[9] != IPPROTO_IPIP || (word(quoted.data + 6) & 0x1fff) != 0 ||
        memcmp(quoted.data + 12, local + 12, 4) != 0 || memcmp(quoted.data + 16, &e->remote.sin_addr, 4) != 0)
        return none;
    return quoted;
}

/* To the sender of the inner packet, where it is quoted with the 8 octets that its sender needs, else to the next one. */
static void relay(struct endpoint *e, struct endpoint_answer answer, struct ipip_bytes inner)
{
    if (answer.type == 0)
        return;
    if (inner.captured >= IPIP_IPV4_HEADER_MIN + 8) {
        endpoint_tell(e, answer.type, answer.code, 0, inner);
        return;
    }
    e->report = answer;
    e->report_until = endpoint_now() + REPORT_SECONDS * (int64_t)IPIP_AGE_SECOND;
}

/* Where it isn't quoted, the next packet that is too large draws the answer. */
static void relay_too_big(struct endpoint *e, struct ipip_bytes inner)
{
    uint16_t mtu = ipip_tunnel_icmp_mtu(&e->tunnel, IPIP_PAYLOAD_IPV4);

    if (!e->is_silent_about_mtu && inner.captured >= IPIP_IPV4_HEADER_MIN + 8 && (inner.data[6] & 0x40) != 0 &&
        word(inner.data + 2) > mtu)
        endpoint_tell(e, ICMP_UNREACHABLE, FRAGMENTATION_NEEDED, (uint16_t)(mtu + e->mtu_told_more), inner);
}

/* ERROR_KINDS: none that is heard. */
static enum endpoint_error error_of(const uint8_t *message)
{
    switch (message[0]) {
    case ICMP_UNREACHABLE:
        return message[1] < ERROR_UNREACHABLE ? (enum endpoint_error)message[1] : ERROR_UNREACHABLE;
    case TIME_EXCEEDED:
        return ERROR_TIME_EXCEEDED;
    case SOURCE_QUENCH:
        return ERROR_SOURCE_QUENCH;
    case REDIRECT:
        return ERROR_REDIRECT;
    case PARAMETER_PROBLEM:
        return ERROR_PARAMETER;
    default:
        return ERROR_KINDS;
    }
}

void endpoint_receive_icmp(struct endpoint *e, struct ipip_bytes packet)
{
    struct ipip_bytes message, quoted, inner;
    enum endpoint_error error;

    if (packet.captured < IPIP_IPV4_HEADER_MIN)
        return;
    message = ipip_bytes_after(packet, (uint32_t)(packet.data[0] & 15) * 4);
    quoted = quoted_of(e, message);
    if (quoted.captured == 0)
        return;
    e->counts.errors++;
    inner = ipip_bytes_after(quoted, IPIP_IPV4_HEADER_MIN);
    error = error_of(message.data);
    if (error == ERROR_TOO_BIG) {
        learn_mtu(e, (uint16_t)word(message.data + 6), word(quoted.data + 2));
        relay_too_big(e, inner);
    } else if (error != ERROR_KINDS) {
        relay(e, e->answers[error], inner);
    }
}
