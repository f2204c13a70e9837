/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/inference.h"

#include <stddef.h>
#include <string.h>

#include "ipip/address.h"

enum {
    /* Packets that only one candidate explains, from which on they are no coincidence. */
    MARGIN_MIN = 3,
};

static const char *candidate_name(int candidate)
{
    static const char *const names[] = {"fixed", "inherit"};

    return candidate < IPIP_CANDIDATE_COUNT ? names[candidate] : NULL;
}

static const char *ecn_name(int mode)
{
    return ipip_ecn_encap_name((enum ipip_ecn_encap)mode);
}

static const char *df_name(int policy)
{
    return ipip_df_policy_name((enum ipip_df_policy)policy);
}

static const char *id_name(int policy)
{
    return ipip_id_policy_name((enum ipip_id_policy)policy);
}

static const struct {
    const char *name;
    size_t offset;
    const char *(*candidate_name)(int candidate);
} fields[IPIP_INFERRED_FIELDS] = {
    [IPIP_INFERRED_TTL] = {"ttl", offsetof(struct ipip_inferences, ttl), candidate_name},
    [IPIP_INFERRED_TOS] = {"tos", offsetof(struct ipip_inferences, dscp), candidate_name},
    [IPIP_INFERRED_ECN] = {"ecn", offsetof(struct ipip_inferences, ecn), ecn_name},
    [IPIP_INFERRED_DF] = {"df", offsetof(struct ipip_inferences, df), df_name},
    [IPIP_INFERRED_ID] = {"id", offsetof(struct ipip_inferences, id), id_name},
};

const char *ipip_inferred_field_name(enum ipip_inferred_field field)
{
    return fields[field].name;
}

const struct ipip_inference *ipip_inference_of(const struct ipip_inferences *inferences, enum ipip_inferred_field field)
{
    return (const struct ipip_inference *)((const char *)inferences + fields[field].offset);
}

/* Appends to a text in `size` octets, as far as there is room. Without printf, which takes ten times as long: a report has many of these. */
static void append(char *text, size_t size, const char *more)
{
    size_t used = strlen(text);
    size_t length = strlen(more);
    size_t room = size - 1 - used;

    if (length > room)
        length = room;
    memcpy(text + used, more, length);
    text[used + length] = '\0';
}

/* With `digits` at least. */
static void append_number(char *text, size_t size, unsigned number, unsigned base, unsigned digits)
{
    char reversed[sizeof number * 8];
    unsigned count = 0;
    size_t used = strlen(text);

    do {
        reversed[count++] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number > 0 || count < digits);
    while (count > 0 && used + 1 < size)
        text[used++] = reversed[--count];
    text[used] = '\0';
}

/* "set or copy": what separates it from what is there already. */
static void append_next(char *text, size_t size, const char *separator, const char *more)
{
    append(text, size, *text != '\0' ? separator : "");
    append(text, size, more);
}

static void append_range(char *text, const struct ipip_inference *s)
{
    append_number(text, IPIP_INFERENCE_TEXT, s->value, 10, 1);
    if (s->value_max == s->value)
        return;
    append(text, IPIP_INFERENCE_TEXT, "..");
    append_number(text, IPIP_INFERENCE_TEXT, s->value_max, 10, 1);
}

static void append_tos(char *text, size_t size, uint8_t dscp)
{
    append(text, size, " 0x");
    append_number(text, size, (unsigned)dscp << 2, 16, 2);
}

/* What a fixed value is, or how far an inherited one has come. */
static void append_value(char *text, const struct ipip_inference *s, enum ipip_inferred_field field, int candidate)
{
    if (field == IPIP_INFERRED_TTL && candidate == IPIP_CANDIDATE_FIXED) {
        append(text, IPIP_INFERENCE_TEXT, " ");
        append_range(text, s);
    } else if (field == IPIP_INFERRED_TTL && ipip_inference_is(s, candidate) && s->value_max > 0) {
        append(text, IPIP_INFERENCE_TEXT, ", ");
        append_range(text, s);
        append(text, IPIP_INFERENCE_TEXT, s->value_max == 1 && s->value == 1 ? " hop ago" : " hops ago");
    } else if (field == IPIP_INFERRED_TOS && candidate == IPIP_CANDIDATE_FIXED) {
        append_tos(text, IPIP_INFERENCE_TEXT, s->value);
    }
}

const char *ipip_inference_df_seen(const struct ipip_inferences *inferences)
{
    const struct ipip_inference *s = &inferences->df;
    const unsigned copy = 1U << IPIP_DF_COPY;

    return s->agree < s->packets                           ? NULL
           : s->candidates == (copy | 1U << IPIP_DF_CLEAR) ? "clear"
           : s->candidates == (copy | 1U << IPIP_DF_SET)   ? "set"
                                                           : NULL;
}

const char *ipip_inference_words(char text[static IPIP_INFERENCE_TEXT], const struct ipip_inferences *inferences,
                                 enum ipip_inferred_field field)
{
    const struct ipip_inference *s = ipip_inference_of(inferences, field);

    *text = '\0';
    if (s->constant != 0) {
        append(text, IPIP_INFERENCE_TEXT, "constant 0x");
        append_number(text, IPIP_INFERENCE_TEXT, s->constant, 16, 4);
    }
    for (int candidate = 0; fields[field].candidate_name(candidate) != NULL; candidate++) {
        if ((s->candidates & 1U << candidate) == 0)
            continue;
        append_next(text, IPIP_INFERENCE_TEXT, " or ", fields[field].candidate_name(candidate));
        append_value(text, s, field, candidate);
    }
    return text;
}

const char *ipip_inference_ttl_words(char text[static IPIP_INFERENCE_TEXT], const struct ipip_inferences *inferences,
                                     const struct ipip_entry_ttl *entry)
{
    ipip_inference_words(text, inferences, IPIP_INFERRED_TTL);
    if (ipip_inference_is(&inferences->ttl, IPIP_CANDIDATE_FIXED) && !ipip_entry_ttl_is_captured(entry))
        append(text, IPIP_INFERENCE_TEXT, " as captured");
    return text;
}

/* Candidates that give the same value for every packet can't be distinguished by traffic. */
static bool is_open(const struct ipip_inference *s, enum ipip_inferred_field field)
{
    static const unsigned same_ecn[] = {1U << IPIP_ECN_NORMAL | 1U << IPIP_ECN_COPY,
                                        1U << IPIP_ECN_COMPATIBILITY | 1U << IPIP_ECN_RFC3168_LIMITED};

    for (size_t i = 0; field == IPIP_INFERRED_ECN && i < sizeof same_ecn / sizeof same_ecn[0]; i++) {
        if (s->candidates == same_ecn[i])
            return false;
    }
    return ipip_inference_is_open(s);
}

const char *ipip_inference_confidence(const struct ipip_inference *inference, enum ipip_inferred_field field)
{
    if (inference->candidates == 0 && inference->constant == 0)
        return "varies";
    if (is_open(inference, field))
        return "not observable";
    return inference->agree == inference->packets && inference->margin >= MARGIN_MIN && !inference->is_tentative
               ? "certain"
               : "likely";
}

const char *ipip_inferences_profiles(char text[static IPIP_PROFILES_TEXT], const struct ipip_inferences *inferences)
{
    const struct ipip_profile *profile;

    *text = '\0';
    for (unsigned i = 0; (profile = ipip_profile_at(i)) != NULL; i++) {
        if ((inferences->profiles & 1U << i) != 0)
            append_next(text, IPIP_PROFILES_TEXT, ", ", profile->name);
    }
    return text;
}

const char *ipip_inferences_command(char text[static IPIP_COMMAND_TEXT], const struct ipip_inferences *i,
                                    const struct ipip_entry_ttl *entry, struct ipip_addr src, struct ipip_addr dst)
{
    char address[IPIP_ADDRESS_TEXT];
    bool is_ttl_fixed = ipip_inference_is(&i->ttl, IPIP_CANDIDATE_FIXED);
    bool is_df_copied = (i->df.candidates & 1U << IPIP_DF_SET) == 0;

    /* Linux propagates ECN as in RFC 3168, sets DF wherever the inner one is set, and always with a fixed TTL. */
    if (i->ttl.candidates == 0 || i->dscp.candidates == 0 || (i->ecn.candidates & 1U << IPIP_ECN_RFC3168_FULL) == 0 ||
        (i->df.candidates & (1U << IPIP_DF_SET | 1U << IPIP_DF_COPY)) == 0 || (is_ttl_fixed && is_df_copied))
        return NULL;
    *text = '\0';
    append(text, IPIP_COMMAND_TEXT, "ip tunnel add tun0 mode ipip local ");
    append(text, IPIP_COMMAND_TEXT, ipip_address_text(address, src));
    append(text, IPIP_COMMAND_TEXT, " remote ");
    append(text, IPIP_COMMAND_TEXT, ipip_address_text(address, dst));
    if (ipip_entry_ttl_is_known(entry)) {
        append(text, IPIP_COMMAND_TEXT, " ttl ");
        append_number(text, IPIP_COMMAND_TEXT, entry->ttl, 10, 1);
    }
    if (ipip_inference_is(&i->dscp, IPIP_CANDIDATE_INHERITED)) {
        append(text, IPIP_COMMAND_TEXT, " tos inherit");
    } else if (ipip_inference_is(&i->dscp, IPIP_CANDIDATE_FIXED) && i->dscp.value != 0) {
        append(text, IPIP_COMMAND_TEXT, " tos");
        append_tos(text, IPIP_COMMAND_TEXT, i->dscp.value);
    }
    if (is_df_copied)
        append(text, IPIP_COMMAND_TEXT, " nopmtudisc");
    return text;
}

static void append_open(char *text, const struct ipip_inferences *inferences, enum ipip_inferred_field field)
{
    char words[IPIP_INFERENCE_TEXT];

    append_next(text, IPIP_COMMAND_NOTE_TEXT, "; ", ipip_inferred_field_name(field));
    append(text, IPIP_COMMAND_NOTE_TEXT, " is left out: ");
    append(text, IPIP_COMMAND_NOTE_TEXT, ipip_inference_words(words, inferences, field));
}

const char *ipip_inferences_command_note(char text[static IPIP_COMMAND_NOTE_TEXT], const struct ipip_inferences *i,
                                         const struct ipip_entry_ttl *entry)
{
    unsigned both = 1U << IPIP_DF_SET | 1U << IPIP_DF_COPY; /* pmtudisc and nopmtudisc; a fixed TTL brings the first */
    bool is_df_open = (i->df.candidates & both) == both && !ipip_inference_is(&i->ttl, IPIP_CANDIDATE_FIXED);
    char why[IPIP_ENTRY_TTL_TEXT];

    *text = '\0';
    if (ipip_entry_ttl_why_left_out(why, entry) != NULL)
        append(text, IPIP_COMMAND_NOTE_TEXT, why);
    else if (ipip_inference_is_open(&i->ttl))
        append_open(text, i, IPIP_INFERRED_TTL);
    if (ipip_inference_is_open(&i->dscp))
        append_open(text, i, IPIP_INFERRED_TOS);
    if (is_df_open)
        append_open(text, i, IPIP_INFERRED_DF);
    return *text != '\0' ? text : NULL;
}
