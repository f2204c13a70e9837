/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/shim_excerpt.h"

#include "packet/ipsec.h"

enum {
    BYTES_UNREAD = 16, /* that are shown of a header that can't be read */
    IPCOMP_HEADER = 4,
    AH_SEQUENCE = 8,
    ESP_SEQUENCE = 4,
    BYTES_OF_NUMBER = 4, /* key and sequence number */
};

/* A header, and where the field is in it; all of it where the count is 0. */
struct place {
    uint8_t shim; /* of enum ipip_shim; with ESP also IPComp */
    struct ipip_octets octets;
};

static const struct place places[SHIM_FIELDS] = {
    [SHIM_GRE] = {IPIP_SHIM_GRE, {0, 0}},
    [SHIM_GRE_FLAGS] = {IPIP_SHIM_GRE, {0, 2}},
    [SHIM_GRE_VERSION] = {IPIP_SHIM_GRE, {1, 1}},
    [SHIM_GRE_TYPE] = {IPIP_SHIM_GRE, {2, 2}},
    [SHIM_GRE_CHECKSUM] = {IPIP_SHIM_GRE, {4, 2}},
    [SHIM_GRE_RESERVED1] = {IPIP_SHIM_GRE, {6, 2}},
    [SHIM_GRE_KEY] = {IPIP_SHIM_GRE, {0, 2}},
    [SHIM_GRE_SEQUENCE] = {IPIP_SHIM_GRE, {0, 2}},
    [SHIM_ERSPAN] = {IPIP_SHIM_ERSPAN, {0, 0}},
    [SHIM_UDP_SOURCE] = {IPIP_SHIM_UDP, {0, 2}},
    [SHIM_UDP_DESTINATION] = {IPIP_SHIM_UDP, {2, 2}},
    [SHIM_UDP_LENGTH] = {IPIP_SHIM_UDP, {4, 2}},
    [SHIM_UDP_CHECKSUM] = {IPIP_SHIM_UDP, {6, 2}},
    [SHIM_GUE] = {IPIP_SHIM_GUE, {0, 0}},
    [SHIM_MINIMAL_FLAGS] = {IPIP_SHIM_MINIMAL, {1, 1}},
    [SHIM_MINIMAL_CHECKSUM] = {IPIP_SHIM_MINIMAL, {2, 2}},
    [SHIM_MINIMAL_SOURCE] = {IPIP_SHIM_MINIMAL, {8, 4}},
    [SHIM_AH] = {IPIP_SHIM_AH, {0, 0}},
    [SHIM_ESP] = {IPIP_SHIM_ESP, {0, 0}},
    [SHIM_ESP_SPI] = {IPIP_SHIM_ESP, {0, 4}},
    [SHIM_IPCOMP_FLAGS] = {IPIP_SHIM_ESP, {1, 1}},
    [SHIM_IPSEC_SEQUENCE] = {IPIP_SHIM_ESP, {ESP_SEQUENCE, BYTES_OF_NUMBER}},
};

static const char *const names[IPIP_SHIMS] = {
    [IPIP_SHIM_AH] = "ah",         [IPIP_SHIM_UDP] = "udp",         [IPIP_SHIM_GUE] = "gue", [IPIP_SHIM_GRE] = "gre",
    [IPIP_SHIM_ERSPAN] = "erspan", [IPIP_SHIM_MINIMAL] = "minimal", [IPIP_SHIM_ESP] = "esp",
};

/* What is optional comes in this order (RFC 2890 section 2). */
static struct ipip_octets gre_octets(const struct ipip_gre *gre, enum shim_field field)
{
    enum { FIRST = 4 };
    struct ipip_octets octets = {FIRST, BYTES_OF_NUMBER};
    unsigned wanted = field == SHIM_GRE_KEY ? IPIP_GRE_KEY : IPIP_GRE_SEQUENCE;

    if ((gre->flags & wanted) == 0)
        return places[field].octets;
    if ((gre->flags & (IPIP_GRE_CHECKSUM | IPIP_GRE_ROUTING)) != 0)
        octets.offset += BYTES_OF_NUMBER;
    if (field == SHIM_GRE_SEQUENCE && (gre->flags & IPIP_GRE_KEY) != 0)
        octets.offset += BYTES_OF_NUMBER;
    return octets;
}

static struct place place_of(const struct ipip_rule_input *c, const struct tunnel_shims *shims, enum shim_field field)
{
    struct place place = places[field];

    if (field == SHIM_GRE_KEY || field == SHIM_GRE_SEQUENCE)
        place.octets = gre_octets(&shims->gre, field);
    else if (field == SHIM_IPSEC_SEQUENCE && c->flow->association.is_ah)
        place = (struct place){IPIP_SHIM_AH, {AH_SEQUENCE, BYTES_OF_NUMBER}};
    return place;
}

/* From its first octet on, as long as it is, or as much as is shown of one that can't be read. */
static struct ipip_bytes header_of(const struct tunnel_shims *shims, uint8_t kind, enum ipip_shim shim)
{
    const struct ipip_chain_link *link = ipip_chain_find(&shims->chain, shim);

    if (link != NULL)
        return ipip_bytes_first(shims->at[shim], link->bytes);
    if (shim == IPIP_SHIM_ESP && (kind == IPIP_KIND_ESP || kind == IPIP_KIND_IPCOMP))
        return ipip_bytes_first(shims->chain.inside, kind == IPIP_KIND_ESP ? IPSEC_ESP_HEADER : IPCOMP_HEADER);
    return ipip_bytes_first(shims->at[shim], BYTES_UNREAD);
}

struct ipip_excerpt shim_excerpt(const struct ipip_rule_input *c, enum shim_field field)
{
    const struct ipip_layer *layer = &c->stack->layers[c->layer];
    struct ipip_excerpt excerpt = {NULL, {NULL, 0, 0}, {0, 0}};
    struct tunnel_shims shims;
    struct place place;

    if (field == SHIM_FIELD_NONE || layer->kind == IPIP_KIND_NONE || layer->ip.fragment_offset != 0)
        return excerpt;
    tunnel_shims_read(&shims, c->policy->kinds, layer);
    place = place_of(c, &shims, field);
    excerpt.name = field == SHIM_IPCOMP_FLAGS ? "ipcomp" : names[place.shim];
    excerpt.header = ipip_bytes_first(header_of(&shims, layer->kind, (enum ipip_shim)place.shim), IPIP_EXCERPT_OCTETS);
    if (place.octets.count == 0)
        place.octets.count = (uint8_t)excerpt.header.captured;
    if (place.octets.offset + place.octets.count <= excerpt.header.captured)
        excerpt.marked = place.octets;
    return excerpt;
}
