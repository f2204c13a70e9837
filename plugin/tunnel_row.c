/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "tunnel_row.h"

#include "ipip/address.h"
#include "ipip/tunnel_direction.h"
#include "ipip/vantage.h"
#include "session.h"

/* "fixed 64 (certain)", "set or copy (not observable)", "varies". */
static void write_inference(char *text, size_t size, const struct ipip_inferences *inferences,
                            const struct ipip_entry_ttl *entry, enum ipip_inferred_field field)
{
    const struct ipip_inference *inference = ipip_inference_of(inferences, field);
    const char *confidence = ipip_inference_confidence(inference, field);
    char words[IPIP_INFERENCE_TEXT];

    if (field == IPIP_INFERRED_TTL)
        ipip_inference_ttl_words(words, inferences, entry);
    else
        ipip_inference_words(words, inferences, field);
    if (inference->packets == 0)
        *text = '\0';
    else if (inference->candidates == 0 && inference->constant == 0)
        snprintf(text, size, "%s", confidence);
    else
        snprintf(text, size, "%s (%s)", words, confidence);
}

static void write_entry_ttl(struct tunnel_row *row, const struct ipip_entry_ttl *entry)
{
    char words[IPIP_ENTRY_TTL_TEXT];

    *row->entry_ttl = '\0';
    if (ipip_entry_ttl_words(words, entry) != NULL)
        snprintf(row->entry_ttl, sizeof row->entry_ttl, "%s (%s)", words, ipip_entry_ttl_confidence(entry));
}

static void write_path(struct tunnel_row *row, const struct ipip_path *path, const struct ipip_direction_stats *back)
{
    struct ipip_path_length length = ipip_path_length(path, back != NULL ? &back->stats : NULL);
    char words[IPIP_PATH_TEXT];

    *row->path = *row->path_mtu = '\0';
    if (ipip_path_length_words(words, length) != NULL)
        snprintf(row->path, sizeof row->path, "%s (%s)", words,
                 length.confidence == IPIP_PATH_LIKELY ? "likely" : "certain");
    if (path->mtu != 0)
        snprintf(row->path_mtu, sizeof row->path_mtu, "%u", path->mtu);
}

static void write_sizes(struct tunnel_row *row, const struct ipip_inventory *inventory,
                        const struct ipip_direction_stats *seen, const struct ipip_path *path)
{
    struct ipip_size_story story =
        ipip_size_story(seen, ipip_inventory_kind_stats(inventory, seen), ipip_inventory_back(inventory, seen), path);

    *row->mss = *row->unanswered = *row->advice = '\0';
    ipip_sizes_mss_words(row->mss, &seen->sizes);
    ipip_size_unanswered_words(row->unanswered, &story);
    ipip_size_advice_words(row->advice, &story);
}

/* "entry (likely)" */
static void write_vantage(struct tunnel_row *row, const struct ipip_direction_vantage *vantage)
{
    *row->vantage = '\0';
    if (vantage->by != IPIP_VANTAGE_BY_NOTHING)
        snprintf(row->vantage, sizeof row->vantage, "%s (%s)", ipip_vantage_name(vantage->place),
                 ipip_direction_vantage_confidence(vantage));
}

/* "gre key 42", "fou port 5555" */
static void write_kind(struct tunnel_row *row, const struct ipip_inventory *inventory,
                       const struct ipip_direction_stats *seen)
{
    const char *name = ipip_kind_about((enum ipip_kind)seen->kind)->name;
    const struct ipip_kind_stats *more = ipip_inventory_kind_stats(inventory, seen);
    uint64_t discriminator = more != NULL ? more->discriminator : 0;
    uint16_t port = ipip_discriminator_port(discriminator);
    uint32_t key;

    if (port != 0)
        snprintf(row->kind, sizeof row->kind, "%s port %u", name, port);
    else if (ipip_discriminator_key(discriminator, &key))
        snprintf(row->kind, sizeof row->kind, "%s key %u", name, key);
    else
        snprintf(row->kind, sizeof row->kind, "%s", name);
}

void tunnel_row_write(struct tunnel_row *row, const struct ipip_inventory *inventory,
                      const struct ipip_direction_stats *seen)
{
    const struct ipip_direction_stats *back = ipip_inventory_back(inventory, seen);
    const struct ipip_tunnel_stats *o = &seen->stats;
    struct ipip_inferences inferences = ipip_infer_direction(inventory, seen);
    struct ipip_tunnel_direction direction = ipip_inventory_which(inventory, seen);
    struct ipip_tunnel_direction other = ipip_tunnel_direction_back(&direction);
    struct ipip_path path = session_path(&direction);
    struct ipip_path way_back = session_path(&other);
    struct ipip_direction_vantage vantage = ipip_direction_vantage(
        session_policy(), seen->src, seen->dst, &o->habits.ttl, back != NULL ? &back->stats.habits.ttl : NULL);
    struct ipip_entry_ttl entry = ipip_entry_ttl(&inferences, &way_back, vantage.declared);

    ipip_address_text(row->src, seen->src);
    ipip_address_text(row->dst, seen->dst);
    write_kind(row, inventory, seen);
    write_entry_ttl(row, &entry);
    write_vantage(row, &vantage);
    *row->encapsulators = '\0';
    if (inferences.encapsulators > 0)
        snprintf(row->encapsulators, sizeof row->encapsulators, "%u", inferences.encapsulators);
    for (int field = 0; field < IPIP_INFERRED_FIELDS; field++) {
        *row->inferences[field] = '\0';
        if (ipip_inferred_field_applies((enum ipip_inferred_field)field, seen))
            write_inference(row->inferences[field], sizeof row->inferences[field], &inferences, &entry,
                            (enum ipip_inferred_field)field);
    }
    if (o->overhead_min == o->overhead_max)
        snprintf(row->overhead, sizeof row->overhead, "%u", o->overhead_min);
    else
        snprintf(row->overhead, sizeof row->overhead, "%u to %u", o->overhead_min, o->overhead_max);
    write_path(row, &path, back);
    write_sizes(row, inventory, seen, &path);
    *row->profile = *row->command = '\0';
    if (o->habits.ttl.packets > 0) {
        ipip_inferences_profiles(row->profile, &inferences);
        if (inferences.is_few)
            snprintf(row->profile, sizeof row->profile, "too few packets");
    }
    if (ipip_direction_command(row->command, seen, ipip_inventory_kind_stats(inventory, seen), &inferences, &entry) ==
        NULL)
        *row->command = '\0';
}
