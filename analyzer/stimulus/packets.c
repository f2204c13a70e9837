/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The octets of a stimulus. */
#include <stdio.h>
#include <string.h>

#include "ipip/ipv4.h"
#include "stimulus.h"

enum {
    IP_HEADER = IPIP_IPV4_HEADER_MIN,
    UDP_HEADER = 8,
    TEXT = 36, /* of the payload, so that it is there */
    PORT_SENDER = 40000,
    PORT_DISCARD = 9,
    TTL = 64,
};

const struct stimulus_option stimulus_options[STIMULUS_OPTIONS] = {
    {{1, 1, 1, 1}, 4},                             /* No Operation */
    {{7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 12},   /* Record Route */
    {{68, 12, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 12},  /* Timestamp */
    {{148, 4, 0, 0}, 4},                           /* Router Alert */
    {{130, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 12}, /* Security */
    {{131, 7, 4, 10, 2, 0, 1, 0}, 8},              /* Loose Source Route */
};

static void put16(uint8_t *p, unsigned value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

/* Words of the letters, with blanks between. */
static gboolean is_exercised(const struct ipip_requirement *requirement, const char *letter)
{
    size_t length = strlen(letter);

    for (const char *at = strstr(requirement->stimuli, letter); at != NULL; at = strstr(at + 1, letter)) {
        if ((at == requirement->stimuli || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return TRUE;
    }
    return FALSE;
}

static gboolean is_carried(const struct stimulus *s, size_t index)
{
    const struct ipip_requirement *requirement = ipip_requirement_at(index);
    enum ipip_end_of other = s->settings->is_exit ? IPIP_END_OF_ENTRY : IPIP_END_OF_EXIT;

    return requirement->end != other && is_exercised(requirement, s->letter);
}

unsigned stimulus_requirements(const struct stimulus *s)
{
    unsigned count = 0;

    for (size_t i = 0; i < ipip_requirements_count(); i++)
        count += is_carried(s, i) && ipip_requirement_at(i)->unseen == NULL;
    return count;
}

void stimulus_begin(struct stimulus *s, const char *letter)
{
    s->letter = letter;
    s->requirement = ipip_requirements_count() - 1;
    s->is_named = FALSE;
}

void stimulus_next(struct stimulus *s, const char *id)
{
    s->requirement = ipip_requirement_find(id);
    s->is_named = TRUE;
}

/* The requirements of a letter take turns: those that a capture shows, unless none does. */
static const char *next_id(struct stimulus *s)
{
    size_t count = ipip_requirements_count();
    gboolean is_any = stimulus_requirements(s) == 0;

    if (s->is_named) {
        s->is_named = FALSE;
        return ipip_requirement_at(s->requirement)->id;
    }
    for (size_t i = 0; i < count; i++) {
        s->requirement = (s->requirement + 1) % count;
        if (is_carried(s, s->requirement) && (is_any || ipip_requirement_at(s->requirement)->unseen == NULL))
            return ipip_requirement_at(s->requirement)->id;
    }
    return "-";
}

static void fill(struct stimulus *s, uint8_t *payload, size_t bytes)
{
    char text[TEXT + 1];
    size_t length = (size_t)snprintf(text, sizeof text, "%s ipip %s #%05u", next_id(s), s->letter, s->id);

    memset(payload, 0, bytes);
    memcpy(payload, text, MIN(MIN(length, sizeof text - 1), bytes));
}

/* RFC 768, with the pseudo header of the datagram `ip`. */
static void finish_udp(const uint8_t *ip, uint8_t *udp, size_t bytes)
{
    uint8_t sum[12 + STIMULUS_PACKET_MAX] = {0};
    unsigned checksum;

    put16(udp, PORT_SENDER);
    put16(udp + 2, PORT_DISCARD);
    put16(udp + 4, (unsigned)bytes);
    put16(udp + 6, 0);
    memcpy(sum, ip + 12, 8);
    sum[9] = IPIP_PROTOCOL_UDP;
    put16(sum + 10, (unsigned)bytes);
    memcpy(sum + 12, udp, bytes);
    checksum = ipip_checksum(sum, 12 + bytes);
    put16(udp + 6, checksum != 0 ? checksum : 0xffff);
}

static struct ipip_addr or_usual(struct ipip_addr address, struct ipip_addr usual)
{
    return address.high != 0 || address.low != 0 ? address : usual;
}

static void spoil(uint8_t *header)
{
    header[10] ^= 0x55;
}

size_t stimulus_datagram(struct stimulus *s, uint8_t out[static STIMULUS_PACKET_MAX], const struct datagram *d)
{
    size_t header = (size_t)IP_HEADER + d->option_bytes;
    size_t bytes = MIN(d->bytes != 0 ? d->bytes : header + UDP_HEADER + TEXT, STIMULUS_PACKET_MAX);
    struct ipip_ip ip = {
        .src = or_usual(d->src, s->settings->sender),
        .dst = or_usual(d->dst, s->settings->recipient),
        .total_bytes = (uint32_t)((int)bytes + d->excess),
        .id = s->id,
        .header_bytes = (uint16_t)header,
        .version = 4,
        .tclass = d->tos,
        .ttl = d->has_ttl ? d->ttl : TTL,
        .protocol = IPIP_PROTOCOL_UDP,
        .flags = d->has_df ? IPIP_IP_DF : 0,
    };

    ipip_ipv4_write(out, STIMULUS_PACKET_MAX, &ip, d->options, d->option_bytes);
    fill(s, out + header + UDP_HEADER, bytes - header - UDP_HEADER);
    finish_udp(out, out + header, bytes - header);
    if (d->is_broken)
        spoil(out);
    s->id++;
    return bytes;
}

size_t stimulus_outside(struct stimulus *s, uint8_t out[static STIMULUS_PACKET_MAX], const struct outside *o,
                        const uint8_t *inside, size_t bytes)
{
    struct ipip_ip ip = {
        .src = or_usual(o->src, s->settings->local),
        .dst = or_usual(o->dst, s->settings->remote),
        .total_bytes = (uint32_t)(IP_HEADER + bytes),
        .id = o->id != 0 ? o->id : (uint16_t)(s->id - 1), /* that of the datagram inside */
        .fragment_offset = o->offset,
        .header_bytes = IP_HEADER,
        .version = 4,
        .tclass = o->tos,
        .ttl = TTL,
        .protocol = o->protocol != 0 ? o->protocol : IPIP_PROTOCOL_IPIP,
        .flags = o->has_more ? IPIP_IP_MF : 0,
    };

    memmove(out + IP_HEADER, inside, bytes);
    ipip_ipv4_write(out, STIMULUS_PACKET_MAX, &ip, NULL, 0);
    if (o->is_broken)
        spoil(out);
    return IP_HEADER + bytes;
}

/* Little endian, whatever the machine: the same file everywhere. */
static void put32(uint8_t *p, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(value >> 8 * i);
}

void stimulus_send(struct stimulus *s, const uint8_t *packet, size_t bytes, int64_t wait)
{
    enum { RECORD = 16, ETHERNET = 14, SECOND = 1000000000, SECONDS = 946684800 /* 2000-01-01 */ };
    uint8_t head[RECORD + ETHERNET];

    if (s->error != NULL)
        return;
    put32(head, (uint32_t)(SECONDS + s->time / SECOND));
    put32(head + 4, (uint32_t)(s->time % SECOND / 1000));
    put32(head + 8, (uint32_t)(ETHERNET + bytes));
    put32(head + 12, (uint32_t)(ETHERNET + bytes));
    memcpy(head + RECORD, s->settings->mac_dst, MAC_OCTETS);
    memcpy(head + RECORD + MAC_OCTETS, s->settings->mac_src, MAC_OCTETS);
    put16(head + RECORD + MAC_OCTETS + MAC_OCTETS, 0x0800);
    if (output_write(s->output, head, sizeof head, &s->error))
        output_write(s->output, packet, bytes, &s->error);
    s->time += wait;
    s->packets++;
}

void stimulus_send_datagram(struct stimulus *s, const struct datagram *datagram, int64_t wait)
{
    uint8_t packet[STIMULUS_PACKET_MAX];
    size_t bytes = stimulus_datagram(s, packet, datagram);

    stimulus_send(s, packet, bytes, wait);
}
