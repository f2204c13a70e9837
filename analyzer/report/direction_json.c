/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "carriers.h"
#include "direction.h"
#include "ipip/address.h"
#include "ipip/path_length.h"
#include "jsonl.h"
#include "statements.h"
#include "timestamp.h"
#include "vantage.h"

static json_t *number_or_null(unsigned number)
{
    return number != 0 ? json_integer(number) : json_null();
}

static json_t *string_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static json_t *inference_object(const struct ipip_inferences *inferences, enum ipip_inferred_field field)
{
    const struct ipip_inference *s = ipip_inference_of(inferences, field);
    char text[IPIP_INFERENCE_TEXT];
    const char *words = ipip_inference_words(text, inferences, field);
    json_t *object =
        json_pack("{s:s, s:s, s:I, s:I, s:I}", "behaviour", words, "confidence", ipip_inference_confidence(s, field),
                  "agree", (json_int_t)s->agree, "packets", (json_int_t)s->packets, "margin", (json_int_t)s->margin);

    return object;
}

static json_t *path_object(const struct ipip_path *path, const struct ipip_direction_stats *back)
{
    struct ipip_path_length length = ipip_path_length(path, back != NULL ? &back->stats : NULL);
    json_t *object = json_pack("{s:s}", "confidence", ipip_path_confidence_name(length.confidence));

    if (length.confidence != IPIP_PATH_NOT_OBSERVABLE)
        json_object_set_new(object, "routers", json_integer((json_int_t)length.routers));
    json_object_set_new(object, "mtu", number_or_null(path->mtu));
    return object;
}

/* Of a fixed TTL; null where it is not known. */
static json_t *entry_ttl_object(const struct ipip_entry_ttl *entry)
{
    if (entry->ttl == 0)
        return json_null();
    return json_pack("{s:i, s:s, s:s, s:[i, i]}", "ttl", entry->ttl, "confidence", ipip_entry_ttl_confidence(entry),
                     "by", ipip_entry_ttl_by_name(entry->by), "routers", entry->ttl - entry->captured_max,
                     entry->ttl - entry->captured);
}

static json_t *inferences_object(json_t *object, const struct direction *d)
{
    for (int field = 0; field < IPIP_INFERRED_FIELDS; field++) {
        if (direction_shows(d, (enum ipip_inferred_field)field))
            json_object_set_new(object, ipip_inferred_field_name((enum ipip_inferred_field)field),
                                inference_object(&d->inferences, (enum ipip_inferred_field)field));
    }
    if (d->entry.captured != 0 && direction_shows(d, IPIP_INFERRED_TTL))
        json_object_set_new(json_object_get(object, "ttl"), "entry", entry_ttl_object(&d->entry));
    if (d->inferences.encapsulators > 0)
        json_object_set_new(object, "encapsulators", json_integer(d->inferences.encapsulators));
    return object;
}

static json_t *sizes_object(const struct direction *d)
{
    const struct ipip_sizes *sizes = &d->seen->sizes;
    json_t *object = json_object();
    json_t *lost = json_array();
    char text[IPIP_SIZES_TEXT];

    for (unsigned i = 0; i < IPIP_SIZES_LOST; i++) {
        if (sizes->lost_flows[i] > 0 && sizes->lost[i] > sizes->acknowledged)
            json_array_append_new(
                lost, json_pack("{s:i, s:I}", "octets", sizes->lost[i], "flows", (json_int_t)sizes->lost_flows[i]));
    }
    json_object_set_new(object, "mss",
                        sizes->handshakes > 0 ? json_pack("[i, i]", sizes->mss_min, sizes->mss_max) : json_null());
    json_object_set_new(object, "handshakes", json_integer((json_int_t)sizes->handshakes));
    json_object_set_new(object, "answered", number_or_null(sizes->acknowledged));
    json_object_set_new(object, "unanswered", lost);
    json_object_set_new(object, "arithmetic", string_or_null(ipip_size_arithmetic_words(text, &d->sizes)));
    json_object_set_new(object, "mtu", number_or_null(d->sizes.inner_mtu));
    json_object_set_new(object, "by", string_or_null(ipip_size_basis_name(d->sizes.basis)));
    json_object_set_new(object, "advice", string_or_null(ipip_size_advice_words(text, &d->sizes)));
    return object;
}

void direction_print_json(const struct direction *d)
{
    const struct ipip_direction_stats *t = d->seen;
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];
    char first[TIMESTAMP_TEXT];
    char last[TIMESTAMP_TEXT];
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:s}", "type", d->group != NULL ? "sources" : "tunnel", "mode",
                  ipip_kind_about((enum ipip_kind)t->kind)->name, "src", ipip_address_text(src, t->src), "dst",
                  ipip_address_text(dst, t->dst), "packets", (json_int_t)d->packets, "bytes", (json_int_t)t->bytes,
                  "first", timestamp_text(first, t->first), "last", timestamp_text(last, t->last));

    if (d->group != NULL) {
        json_object_set_new(object, "src", json_sprintf("%s/%d", src, IPIP_GROUP_PREFIX_BITS));
        json_object_set_new(object, "sources", json_integer((json_int_t)d->group->sources));
    }
    if (t->copies > 0)
        json_object_set_new(object, "copies", json_integer((json_int_t)t->copies));
    carriers_add_tunnel_json(object, d->carriers);
    if (d->vantage.by != IPIP_VANTAGE_BY_NOTHING)
        json_object_set_new(object, "vantage", vantage_object(&d->vantage));
    inferences_object(object, d);
    statements_add_json(object, d);
    json_object_set_new(object, "overhead", json_pack("[i, i]", t->stats.overhead_min, t->stats.overhead_max));
    json_object_set_new(object, "largest", json_integer(t->stats.largest));
    json_object_set_new(object, "fragments",
                        json_pack("{s:I, s:I}", "outer", (json_int_t)t->outer_fragments, "inner",
                                  (json_int_t)t->stats.inner_fragments));
    json_object_set_new(object, "path", path_object(&d->path, d->back));
    json_object_set_new(object, "sizes", sizes_object(d));
    json_object_set_new(object, "profile", string_or_null(*d->profiles != '\0' ? d->profiles : NULL));
    if (d->group == NULL)
        json_object_set_new(object, "command", string_or_null(d->command));
    if (d->note != NULL)
        json_object_set_new(object, "command_note", json_string(d->note));
    jsonl_print(stdout, object);
}
