/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the packets of a tunnel direction show of its kind (kind_stats.h), one statement for each thing that a configuration may say of it:
 * keys, checksums, sequence numbers, the encapsulation limit, UDP ports. What all kinds have is in infer.h. Allocates nothing.
 */
#ifndef IPIP_STATEMENT_H
#define IPIP_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipip/kind_stats.h"
#include "ipip/tunnel.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ipip_certainty {
    IPIP_CERTAINTY_NOT_OBSERVABLE,
    IPIP_CERTAINTY_VARIES,
    IPIP_CERTAINTY_LIKELY,
    IPIP_CERTAINTY_CERTAIN
};

enum { IPIP_STATEMENT_TEXT = 128 };

struct ipip_statement {
    const char *name;               /* "udp_csum": as a member of JSON */
    const char *title;              /* "UDP csum": for people */
    char text[IPIP_STATEMENT_TEXT]; /* "always", "fixed 4", "per flow, 32768..60999" */
    enum ipip_certainty certainty;
    uint32_t agree;   /* packets that this explains */
    uint32_t packets; /* of so many */
    uint32_t margin;  /* how many more than the next best explanation */
};

/* How many statements there are in all, of any kind. */
size_t ipip_statement_count(void);

/* The `index`-th one. False where there is no such thing in this direction, of the kind `kind`. */
bool ipip_statement_make(struct ipip_statement *statement, size_t index, enum ipip_kind kind,
                         const struct ipip_kind_stats *stats);

/* "not observable", "varies", "likely", "certain". */
const char *ipip_certainty_name(enum ipip_certainty certainty);

/*
 * Sets what the statements show of the configuration: kinds, key, checksums, sequence numbers, encapsulation limit, flow label, UDP, ERSPAN,
 * 6to4 and ISATAP. What they do not show stays as it was. `*tunnel` has both addresses.
 */
void ipip_statements_configure(struct ipip_tunnel *tunnel, enum ipip_kind kind, const struct ipip_kind_stats *stats);

#ifdef __cplusplus
}
#endif

#endif
