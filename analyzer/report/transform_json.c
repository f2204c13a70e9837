/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `ipip decap` or `ipip encap` did, as lines of JSON. */
#include "../say.h"
#include "jsonl.h"
#include "status_key.h"
#include "timestamp.h"
#include "transform.h"

static const char *const fate_names[] = {
    [TRANSFORM_KEPT] = "kept",
    [TRANSFORM_LEFT_OUT] = "left-out",
    [TRANSFORM_WAITED] = "waited",
    [TRANSFORM_TRANSFORMED] = "transformed",
};

/* Those that are no enum ipip_status. */
static const struct {
    const char *key;
    const char *text;
} reasons[TRANSFORM_REASONS] = {
    [TRANSFORM_NO_TUNNEL] = {"no_tunnel", "no tunnel header of a kind that is read"},
    [TRANSFORM_OTHER_TUNNEL] = {"other_tunnel", "a packet of another tunnel than that of --tunnel"},
    [TRANSFORM_NO_IP] = {"no_ip", "the frame carries no IP packet"},
    [TRANSFORM_LINK_TYPE] = {"link_type", "the link type is not read"},
    [TRANSFORM_INCOMPLETE] = {"incomplete", "a fragment of a datagram that is incomplete, or whose fragments overlap"},
    [TRANSFORM_REPEATED] = {"repeated", "a fragment that was captured before"},
};

static const char *const drop_keys[IPIP_DROP_WHY_COUNT] = {
    [IPIP_DROP_VERSION] = "version",
    [IPIP_DROP_HEADER] = "header_length",
    [IPIP_DROP_CHECKSUM] = "header_checksum",
    [IPIP_DROP_TOTAL_LONG] = "total_length_long",
    [IPIP_DROP_TOTAL_SHORT] = "total_length_short",
    [IPIP_DROP_SOURCE] = "source",
    [IPIP_DROP_DESTINATION] = "destination",
    [IPIP_DROP_OPTION] = "option",
    [IPIP_DROP_SOURCE_ROUTE] = "source_route",
    [IPIP_DROP_TTL] = "ttl",
    [IPIP_DROP_NO_ROOM] = "no_header",
    [IPIP_DROP_NOT_IPV6] = "not_ipv6",
    [IPIP_DROP_PAYLOAD_LONG] = "payload_length_long",
    [IPIP_DROP_EXTENSION] = "extension_header",
    [IPIP_DROP_HOP_LIMIT] = "hop_limit",
    [IPIP_DROP_SHIM] = "shim",
    [IPIP_DROP_GRE_VERSION] = "gre_version",
    [IPIP_DROP_GRE_ROUTING] = "gre_routing",
    [IPIP_DROP_GRE_RESERVED] = "gre_reserved",
    [IPIP_DROP_GRE_CHECKSUM] = "gre_checksum",
    [IPIP_DROP_UDP_LENGTH] = "udp_length",
    [IPIP_DROP_UDP_CHECKSUM] = "udp_checksum",
    [IPIP_DROP_GUE] = "gue",
    [IPIP_DROP_MINIMAL_CHECKSUM] = "minimal_checksum",
    [IPIP_DROP_PAYLOAD_ZERO] = "payload_length_zero",
    [IPIP_DROP_OTHER_TUNNEL] = "other_tunnel",
    [IPIP_DROP_GRE_CHECKSUM_USE] = "gre_checksum_use",
    [IPIP_DROP_GRE_SEQUENCE] = "gre_sequence",
    [IPIP_DROP_EMBEDDED] = "embedded_address",
};

static void add_reason(json_t *object, const struct transform_event *event)
{
    const char *key = drop_keys[event->drop.why], *text = ipip_drop_text(event->drop.why);

    if (event->reason >= IPIP_STATUS_COUNT) {
        key = reasons[event->reason].key;
        text = reasons[event->reason].text;
    } else if (event->reason != IPIP_OK) {
        key = status_key((enum ipip_status)event->reason);
        text = ipip_status_text((enum ipip_status)event->reason);
    } else {
        json_object_set_new(object, "header", json_string(event->drop.is_inner ? "inner" : "outer"));
    }
    json_object_set_new(object, "reason", json_string(key));
    json_object_set_new(object, "message", json_string(text));
}

static void print_packet(const struct options *options, const struct transform_event *event)
{
    char time[TIMESTAMP_TEXT];
    json_t *object = json_pack("{s:s, s:o, s:I, s:s, s:s}", "type", "packet", "file", json_text(options->names[0]),
                               "frame", (json_int_t)event->frame, "time", timestamp_text(time, event->time), "result",
                               fate_names[event->fate]);

    add_reason(object, event);
    say_before_print();
    jsonl_print(stdout, object);
}

static json_t *drops_object(const struct refusal drops[IPIP_DROP_WHY_COUNT])
{
    json_t *object = json_object();

    for (int why = IPIP_DROP_NOTHING + 1; why < IPIP_DROP_WHY_COUNT; why++) {
        if (drops[why].count > 0)
            json_object_set_new(object, drop_keys[why], json_integer((json_int_t)drops[why].count));
    }
    return object;
}

static json_t *refusals_object(const struct refusal refusals[IPIP_STATUS_COUNT])
{
    json_t *object = json_object();

    for (int why = IPIP_OK + 1; why < IPIP_STATUS_COUNT; why++) {
        if (refusals[why].count > 0)
            json_object_set_new(object, status_key((enum ipip_status)why),
                                json_integer((json_int_t)refusals[why].count));
    }
    return object;
}

static json_t *kinds_object(const struct transform_counts *c)
{
    json_t *object = json_object();

    for (int kind = IPIP_KIND_NONE + 1; kind < IPIP_KINDS; kind++) {
        if (c->kinds[kind] > 0)
            json_object_set_new(object, ipip_kind_about((enum ipip_kind)kind)->name,
                                json_integer((json_int_t)c->kinds[kind]));
    }
    return object;
}

static json_t *datagrams_object(const struct ipip_unwrapped *counts)
{
    return json_pack("{s:I, s:I}", "datagrams", (json_int_t)counts->datagrams, "fragments",
                     (json_int_t)counts->fragments);
}

static json_t *reassembled_object(const struct ipip_unwrapped *counts)
{
    json_t *object = datagrams_object(counts);

    json_object_set_new(object, "early", json_integer((json_int_t)counts->early));
    return object;
}

static void add_decap(json_t *object, const struct transform_report *report)
{
    const struct transform_counts *c = report->counts;
    const struct ipip_reassembly_counts *f = report->fragments;

    json_object_set_new(object, "kinds", kinds_object(c));
    json_object_set_new(object, "carried", json_integer((json_int_t)c->carried));
    json_object_set_new(object, "reassembled", reassembled_object(&c->unwrapped));
    json_object_set_new(object, "fragments",
                        json_pack("{s:I, s:I, s:I, s:I, s:I}", "incomplete_datagrams", (json_int_t)f->incomplete,
                                  "incomplete", (json_int_t)f->incomplete_fragments, "overlapping_datagrams",
                                  (json_int_t)f->overlapping, "too_large_datagrams", (json_int_t)f->too_large,
                                  "repeated", (json_int_t)f->duplicates));
    json_object_set_new(
        object, "ip_stack_drops",
        json_pack("{s:o, s:o}", "outer", drops_object(c->drops[0]), "inner", drops_object(c->drops[1])));
}

/* What ICMP tells the sender of a packet that is too large; null: none is. */
static json_t *mtu_value(const struct transform_report *report, gboolean is_ipv6)
{
    const struct ipip_tunnel *tunnel = &report->options->tunnel;
    gboolean has_frames = ipip_tunnel_kind(tunnel, IPIP_PAYLOAD_ETHERNET) != IPIP_KIND_NONE;
    enum ipip_payload type = has_frames ? IPIP_PAYLOAD_ETHERNET : is_ipv6 ? IPIP_PAYLOAD_IPV6 : IPIP_PAYLOAD_IPV4;

    return report->counts->beyond_mtu[is_ipv6] > 0 ? json_integer(ipip_tunnel_icmp_mtu(tunnel, type)) : json_null();
}

static void add_encap(json_t *object, const struct transform_report *report)
{
    json_object_set_new(object, "fragmented", datagrams_object(&report->counts->fragmented));
    json_object_set_new(object, "icmp_mtu",
                        json_pack("{s:o, s:o}", "ipv4", mtu_value(report, FALSE), "ipv6", mtu_value(report, TRUE)));
}

static void print_summary(const struct transform_report *report)
{
    const struct transform_counts *c = report->counts;
    const struct frame_counts *frames = report->frames;
    json_t *object = json_pack(
        "{s:s, s:i, s:o, s:o, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "type", "summary", "version", JSON_VERSION,
        "file", json_text(report->options->names[0]), "output", json_text(report->options->output), "interrupted",
        frames->is_interrupted, "packets", (json_int_t)frames->packets, "transformed", (json_int_t)c->done, "kept",
        (json_int_t)c->kept, "left_out", (json_int_t)c->left_out, "filtered", (json_int_t)frames->filtered,
        "unfilterable", (json_int_t)frames->unfilterable, "refused", refusals_object(c->refusals));

    if (report->fragments != NULL)
        add_decap(object, report);
    else
        add_encap(object, report);
    jsonl_print(stdout, object);
}

const struct transform_format_ops transform_jsonl = {print_packet, print_summary};
