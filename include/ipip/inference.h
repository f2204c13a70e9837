/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was inferred of a tunnel, in words. Allocates nothing. */
#ifndef IPIP_INFERENCE_H
#define IPIP_INFERENCE_H

#include <stdint.h>

#include "ipip/address.h"
#include "ipip/entry_ttl.h"
#include "ipip/infer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The header fields that are inferred. */
enum ipip_inferred_field {
    IPIP_INFERRED_TTL,
    IPIP_INFERRED_TOS,
    IPIP_INFERRED_ECN,
    IPIP_INFERRED_DF,
    IPIP_INFERRED_ID,
    IPIP_INFERRED_FIELDS
};

enum {
    IPIP_INFERENCE_TEXT = 96,
    IPIP_COMMAND_TEXT = 160,
    IPIP_COMMAND_NOTE_TEXT = 320,
    IPIP_PROFILES_TEXT = 160,
};

/* "ttl", "tos", "ecn", "df", "id". */
const char *ipip_inferred_field_name(enum ipip_inferred_field field);

struct ipip_direction_stats;

/* Whether packets of this direction can show it: IPv6 has no DF and no Identification, and of what is encrypted nothing inside is known. */
bool ipip_inferred_field_applies(enum ipip_inferred_field field, const struct ipip_direction_stats *seen);

const struct ipip_inference *ipip_inference_of(const struct ipip_inferences *inferences,
                                               enum ipip_inferred_field field);

/* The candidates that explain the packets, by name and separated by " or ", such as "fixed 64" or "set or copy". */
const char *ipip_inference_words(char text[IPIP_INFERENCE_TEXT], const struct ipip_inferences *inferences,
                                 enum ipip_inferred_field field);

/* What DF is in all outer headers, "clear" or "set", where the policy behind it can't be observed because it is the same in all inner ones; else NULL. */
const char *ipip_inference_df_seen(const struct ipip_inferences *inferences);

/* "certain", "likely", "not observable" or "varies". */
const char *ipip_inference_confidence(const struct ipip_inference *inference, enum ipip_inferred_field field);

/* The same of the outer TTL, and of a fixed one whether it is no more than what was captured: "fixed 61 as captured". */
const char *ipip_inference_ttl_words(char text[IPIP_INFERENCE_TEXT], const struct ipip_inferences *inferences,
                                     const struct ipip_entry_ttl *entry);

/* The implementations that make such packets, separated by ", "; "" where none is known. */
const char *ipip_inferences_profiles(char text[IPIP_PROFILES_TEXT], const struct ipip_inferences *inferences);

/* The `ip tunnel add` line that makes such packets, with what is known only; NULL where `ip tunnel` can't configure it. */
const char *ipip_inferences_command(char text[IPIP_COMMAND_TEXT], const struct ipip_inferences *inferences,
                                    const struct ipip_entry_ttl *entry, struct ipip_addr src, struct ipip_addr dst);

/* What that line leaves out, separated by "; ", such as "tos is left out: fixed 0x28 or inherit"; NULL where nothing is. */
const char *ipip_inferences_command_note(char text[IPIP_COMMAND_NOTE_TEXT], const struct ipip_inferences *inferences,
                                         const struct ipip_entry_ttl *entry);

#ifdef __cplusplus
}
#endif

#endif
