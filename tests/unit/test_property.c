/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encapsulation and then decapsulation give back the datagram, for random datagrams with random options under random tunnels,
 * but for what RFC 6040 says of the ECN field when a router has marked the tunnel packet.
 *
 * The number of cases is the first argument, the seed the second; the seed is printed where a case fails.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipip/encap.h"
#include "ipip/tunnel.h"

static uint64_t seed;
static uint64_t state;

static uint32_t random32(void)
{
    state = state * 6364136223846793005 + 1442695040888963407;
    return (uint32_t)(state >> 33) ^ (uint32_t)(state >> 12);
}

static uint32_t below(uint32_t limit)
{
    return random32() % limit;
}

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* The checksum as RFC 1071 section 4.1 writes it, so that the core does not vouch for itself. */
static uint16_t checksum(const uint8_t *data, uint32_t bytes)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < bytes; i += 2)
        sum += (uint32_t)(data[i] << 8 | data[i + 1]);
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* A datagram of random content: every option octet, every flag, any protocol, a TTL of at least 2. */
static uint32_t make_datagram(uint8_t *out)
{
    uint32_t header_bytes = 20 + 4 * below(11);
    uint32_t bytes = header_bytes + (below(20) == 0 ? below(65516 - header_bytes) : below(64));

    for (uint32_t i = 1; i < header_bytes; i++)
        out[i] = (uint8_t)random32();
    for (uint32_t i = header_bytes; i < bytes; i++)
        out[i] = (uint8_t)(i * 7);
    out[0] = (uint8_t)(4 << 4 | header_bytes / 4);
    put16(out + 2, bytes);
    out[8] = (uint8_t)(2 + below(254));
    put16(out + 10, 0);
    if (below(10) > 0) /* one in ten keeps a wrong checksum, which must stay as wrong as it was */
        put16(out + 10, checksum(out, header_bytes));
    return bytes;
}

static struct ipip_tunnel make_tunnel(void)
{
    return (struct ipip_tunnel){
        .kinds = IPIP_KIND_BIT(IPIP_KIND_IPIP),
        .local = ipip_address_ipv4(random32()),
        .remote = ipip_address_ipv4(random32()),
        .ttl = (uint8_t)below(256),
        .tos = (uint8_t)random32(),
        .tos_inherit = below(2) == 0,
        .ecn = (enum ipip_ecn_encap)below(IPIP_ECN_ENCAP_COUNT),
        .df = (enum ipip_df_policy)below(IPIP_DF_POLICY_COUNT),
        .id = (enum ipip_id_policy)below(IPIP_ID_POLICY_COUNT),
        .decrements_ttl = below(2) == 0,
    };
}

static uint32_t join(uint8_t *out, const uint8_t *head, const struct ipip_rewrite *rewrite)
{
    memcpy(out, head, rewrite->head_bytes);
    memcpy(out + rewrite->head_bytes, rewrite->rest.data, rewrite->rest.captured);
    return rewrite->head_bytes + rewrite->rest.captured;
}

/* Whether the datagram that came out is the one that went in, with this ECN field and TTL. */
static bool is_same(const uint8_t *in, const uint8_t *out, uint32_t bytes, uint8_t ecn, uint8_t ttl)
{
    uint8_t expected[65536];
    uint32_t header_bytes = (in[0] & 15) * 4U;
    uint16_t wrong_by_before = checksum(in, header_bytes);

    memcpy(expected, in, bytes);
    expected[1] = (uint8_t)((in[1] & ~3) | ecn);
    expected[8] = ttl;
    /* The checksum may have either zero; it must be as right, or as wrong, as before. */
    memcpy(expected + 10, out + 10, 2);
    return memcmp(expected, out, bytes) == 0 && checksum(out, header_bytes) == wrong_by_before;
}

static const char *run_case(void)
{
    static uint8_t inner[65536], outer[65536], again[65536];
    uint8_t head[IPIP_ENCAP_HEAD_MAX];
    struct ipip_tunnel tunnel = make_tunnel();
    uint32_t bytes = make_datagram(inner);
    struct ipip_rewrite rewrite;
    enum ipip_payload type;
    struct ipip_stack stack;
    uint8_t ecn = inner[1] & 3;
    uint8_t ttl = (uint8_t)(inner[8] - (tunnel.decrements_ttl ? 1 : 0));
    bool is_marked;
    uint32_t outer_bytes;

    if (((uint32_t)inner[12] << 24 | (uint32_t)inner[13] << 16 | (uint32_t)inner[14] << 8 | inner[15]) ==
        (uint32_t)tunnel.remote.low)
        return NULL;
    if (ipip_encap(&rewrite, head, sizeof head, &tunnel, &(struct ipip_encap_values){.id = (uint16_t)random32()},
                   IPIP_PAYLOAD_IPV4, (struct ipip_bytes){inner, bytes, bytes}) != IPIP_OK)
        return "encapsulation refused";
    outer_bytes = join(outer, head, &rewrite);
    if (outer_bytes != bytes + 20 || checksum(outer, 20) != 0)
        return "the outer header is wrong";

    /* A router marks what is ECN-capable. */
    is_marked = below(2) == 0 && ((outer[1] & 3) == IPIP_ECT0 || (outer[1] & 3) == IPIP_ECT1);
    if (is_marked)
        outer[1] |= IPIP_CE;

    ipip_stack_read(&stack, ipip_kinds_ipip(), (struct ipip_bytes){outer, outer_bytes, outer_bytes});
    if (ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_ipip(), 1, IPIP_ECN_DECAP_RFC6040) != IPIP_OK)
        return "decapsulation refused";
    if (join(again, head, &rewrite) != bytes)
        return "another length";
    /* RFC 6040 section 4.2: CE outside or inside is CE; all else that these modes make leaves the inner field alone. */
    return is_same(inner, again, bytes, is_marked ? IPIP_CE : ecn, ttl) ? NULL : "another datagram";
}

int main(int argc, char **argv)
{
    uint64_t cases = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;

    seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 20030;
    state = seed;
    for (uint64_t i = 0; i < cases; i++) {
        const char *fault = run_case();

        if (fault != NULL) {
            fprintf(stderr, "case %" PRIu64 " of seed %" PRIu64 ": %s\n", i, seed, fault);
            return EXIT_FAILURE;
        }
    }
    printf("%" PRIu64 " cases of seed %" PRIu64 "\n", cases, seed);
    return cases > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
