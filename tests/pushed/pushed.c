/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests: what ipip_encap() makes of packets, to be compared with what a kernel made of them.
 *
 * Each line of standard input is "tunnel KEY VALUE ...", the configuration from here on: what Linux makes of `kind`, and what other keys
 * change of it. Or "packet TYPE ID PORT SEQUENCE LABEL OCTETS": numbers in decimal, octets in hexadecimal. Of each packet a line tells
 * the status in words, or the octets of the outer datagram.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipip/encap.h"

enum { OCTETS_MAX = 65536 };

static void set_number(struct ipip_tunnel *t, const char *key, unsigned long value)
{
    const struct {
        const char *key;
        uint8_t *octet;
        bool *flag;
        uint16_t *port;
    } fields[] = {
        {"ttl", &t->ttl, NULL, NULL},
        {"tos", &t->tos, NULL, NULL},
        {"tos_inherit", NULL, &t->tos_inherit, NULL},
        {"has_limit", NULL, &t->has_limit, NULL},
        {"has_key", NULL, &t->out.has_key, NULL},
        {"has_checksum", NULL, &t->out.has_checksum, NULL},
        {"has_sequence", NULL, &t->out.has_sequence, NULL},
        {"has_udp_checksum", NULL, &t->has_udp_checksum, NULL},
        {"is_isatap", NULL, &t->is_isatap, NULL},
        {"source_port", NULL, NULL, &t->source_port},
        {"destination_port", NULL, NULL, &t->destination_port},
    };

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcmp(key, fields[i].key) != 0)
            continue;
        if (fields[i].octet != NULL)
            *fields[i].octet = (uint8_t)value;
        if (fields[i].flag != NULL)
            *fields[i].flag = value != 0;
        if (fields[i].port != NULL)
            *fields[i].port = (uint16_t)value;
        return;
    }
    if (strcmp(key, "df") == 0)
        t->df = (enum ipip_df_policy)value;
    else if (strcmp(key, "id") == 0)
        t->id = (enum ipip_id_policy)value;
    else if (strcmp(key, "ecn") == 0)
        t->ecn = (enum ipip_ecn_encap)value;
    else if (strcmp(key, "encap") == 0)
        t->encap = (enum ipip_udp_encap)value;
    else if (strcmp(key, "key") == 0)
        t->out.key = (uint32_t)value;
    else if (strcmp(key, "erspan_index") == 0)
        t->erspan_index = (uint32_t)value;
    else
        fprintf(stderr, "%s is not known\n", key);
}

static void set(struct ipip_tunnel *t, const char *key, const char *value)
{
    if (strcmp(key, "kind") == 0)
        *t = ipip_tunnel_linux(ipip_kind_find(value));
    else if (strcmp(key, "also") == 0)
        t->kinds |= IPIP_KIND_BIT(ipip_kind_find(value));
    else if (strcmp(key, "local") == 0)
        ipip_address_parse(&t->local, value);
    else if (strcmp(key, "remote") == 0)
        ipip_address_parse(&t->remote, value);
    else if (strcmp(key, "prefix") == 0)
        ipip_prefix_parse(&t->prefix, value);
    else
        set_number(t, key, strtoul(value, NULL, 10));
}

static uint32_t octets_of(uint8_t *out, const char *hex)
{
    uint32_t count = 0;
    unsigned octet;

    while (count < OCTETS_MAX && sscanf(hex + (size_t)2 * count, "%2x", &octet) == 1)
        out[count++] = (uint8_t)octet;
    return count;
}

static void print_octets(const uint8_t *data, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        printf("%02x", data[i]);
}

static void push(const struct ipip_tunnel *tunnel, char *rest)
{
    static uint8_t octets[OCTETS_MAX];
    unsigned long numbers[5];
    uint8_t head[IPIP_ENCAP_HEAD_MAX];
    struct ipip_encap_values values;
    struct ipip_rewrite out;
    enum ipip_status status;
    uint32_t bytes;

    for (int i = 0; i < 5; i++)
        numbers[i] = strtoul(rest, &rest, 10);
    bytes = octets_of(octets, rest + strspn(rest, " "));
    values = (struct ipip_encap_values){.id = (uint16_t)numbers[1],
                                        .source_port = (uint16_t)numbers[2],
                                        .sequence = (uint32_t)numbers[3],
                                        .label = (uint32_t)numbers[4]};
    status = ipip_encap(&out, head, sizeof head, tunnel, &values, (enum ipip_payload)numbers[0],
                        (struct ipip_bytes){octets, bytes, bytes});
    if (status == IPIP_OK) {
        print_octets(head, out.head_bytes);
        print_octets(out.rest.data, out.rest.captured);
        putchar('\n');
    } else {
        puts(ipip_status_text(status));
    }
}

int main(void)
{
    struct ipip_tunnel tunnel = {0};
    size_t room = 0;
    char *line = NULL;

    while (getline(&line, &room, stdin) > 0) {
        char *save;
        char *word = strtok_r(line, " \n", &save);

        if (word == NULL)
            continue;
        if (strcmp(word, "packet") == 0) {
            push(&tunnel, save);
            continue;
        }
        while ((word = strtok_r(NULL, " \n", &save)) != NULL)
            set(&tunnel, word, strtok_r(NULL, " \n", &save));
    }
    free(line);
    return EXIT_SUCCESS;
}
