/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests: what ipip_encap() makes of packets, to be compared with what a kernel made of them.
 *
 * Each line of standard input is "tunnel TEXT", the tunnel from here on, as after --tunnel. Or "packet TYPE ID PORT SEQUENCE LABEL OCTETS":
 * numbers in decimal, octets in hexadecimal. Of each packet a line tells the status in words, or the octets of the outer datagram.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipip/encap.h"
#include "tunnel_words.h"

enum { OCTETS_MAX = 65536 };

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

static bool begin(struct ipip_tunnel *tunnel, const char *text)
{
    GError *error = NULL;

    if (tunnel_from_words(text, tunnel, &error))
        return true;
    fprintf(stderr, "%s\n", error->message);
    g_error_free(error);
    return false;
}

int main(void)
{
    struct ipip_tunnel tunnel = {0};
    bool is_good = true;
    size_t room = 0;
    char *line = NULL;

    while (is_good && getline(&line, &room, stdin) > 0) {
        char *rest;
        char *word = strtok_r(line, " \n", &rest);

        if (word != NULL && strcmp(word, "packet") == 0)
            push(&tunnel, rest);
        else if (word != NULL)
            is_good = begin(&tunnel, rest);
    }
    free(line);
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
