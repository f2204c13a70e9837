/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carriers, for people and for programs. */
#ifndef IPIP_ANALYZER_CARRIERS_H
#define IPIP_ANALYZER_CARRIERS_H

#include <glib.h>
#include <jansson.h>

#include "../tunnel_carriers.h"
#include "../wrap.h"
#include "ipip/carrier.h"

/* Whether there are any; NULL: none. */
static inline gboolean carriers_are(const struct ipip_carriers *carriers)
{
    return carriers != NULL && carriers->count > 0;
}

/* "in ERSPAN 10.9.9.1 > 10.9.9.2 session 5"; nothing where there are none. */
void carriers_print(struct wrap *line, const struct ipip_carriers *carriers);

/*
 * "carrier": {"kind": "erspan", "src": ..., "dst": ..., "session": ...} for the nearest carrier, which has a "carrier" of its own where
 * it comes in another one. Nothing where there are none.
 */
void carriers_add_json(json_t *object, const struct ipip_carriers *carriers);

/* Tunnel packets in carriers, by kind of carrier. */
void carriers_print_counts(FILE *out, const uint64_t *carried);
void carriers_add_counts_json(json_t *object, const uint64_t *carried);

/* Of a tunnel direction; NULL: no packet came in a carrier. */
void carriers_print_tunnel(const struct tunnel_carriers *carriers);
void carriers_add_tunnel_json(json_t *object, const struct tunnel_carriers *carriers);

#endif
