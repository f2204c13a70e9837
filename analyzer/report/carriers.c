/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "carriers.h"

#include <inttypes.h>
#include <stdio.h>

void carriers_print(struct wrap *line, const struct ipip_carriers *carriers)
{
    char text[IPIP_CARRIERS_TEXT];

    if (carriers_are(carriers))
        wrap_format(line, "in %s", ipip_carriers_text(text, carriers));
}

void carriers_add_json(json_t *object, const struct ipip_carriers *carriers)
{
    json_t *outer = NULL;

    if (!carriers_are(carriers))
        return;
    for (unsigned i = 0; i < carriers->count; i++) {
        const struct ipip_carrier *carrier = &carriers->all[i];
        char src[IPIP_ADDRESS_TEXT], dst[IPIP_ADDRESS_TEXT];
        json_t *nearer = json_pack("{s:s, s:s, s:s}", "kind", ipip_carrier_kind_name(carrier->kind), "src",
                                   ipip_address_text(src, carrier->src), "dst", ipip_address_text(dst, carrier->dst));

        if (carrier->has_id)
            json_object_set_new(nearer, ipip_carrier_id_name(carrier->kind), json_integer(carrier->id));
        if (outer != NULL)
            json_object_set_new(nearer, "carrier", outer);
        outer = nearer;
    }
    json_object_set_new(object, "carrier", outer);
}

void carriers_print_counts(FILE *out, const uint64_t *carried)
{
    for (int kind = 0; kind < IPIP_CARRIER_KINDS; kind++) {
        if (carried[kind] > 0)
            fprintf(out, "  tunnel packets in %s: %" PRIu64 "\n", ipip_carrier_kind_title((enum ipip_carrier_kind)kind),
                    carried[kind]);
    }
}

void carriers_add_counts_json(json_t *object, const uint64_t *carried)
{
    json_t *counts = json_object();

    for (int kind = 0; kind < IPIP_CARRIER_KINDS; kind++) {
        if (carried[kind] > 0)
            json_object_set_new(counts, ipip_carrier_kind_name((enum ipip_carrier_kind)kind),
                                json_integer((json_int_t)carried[kind]));
    }
    if (json_object_size(counts) > 0)
        json_object_set(object, "carried", counts);
    json_decref(counts);
}

void carriers_print_tunnel(const struct tunnel_carriers *carriers)
{
    char text[IPIP_CARRIERS_TEXT];

    if (carriers != NULL)
        printf("  %-10s %s%s, %" PRIu64 " packet%s\n", "carrier", ipip_carriers_text(text, &carriers->first),
               carriers->has_others ? " and others" : "", carriers->packets, carriers->packets == 1 ? "" : "s");
}

void carriers_add_tunnel_json(json_t *object, const struct tunnel_carriers *carriers)
{
    if (carriers == NULL)
        return;
    carriers_add_json(object, &carriers->first);
    json_object_set_new(object, "other_carriers", json_boolean(carriers->has_others));
    json_object_set_new(object, "carried_packets", json_integer((json_int_t)carriers->packets));
}
