/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "baseline_file.h"
#include "capture/input.h"
#include "choice.h"
#include "finding_values.h"
#include "option_words.h"
#include "refuse.h"

enum { LINE_BYTES_MAX = 1 << 16 };

/* The version of the baseline of which this is the first line; 0: it is none. */
static json_int_t version_of(const json_t *object)
{
    const char *type = json_string_value(json_object_get(object, "type"));

    return g_strcmp0(type, BASELINE_TYPE) == 0 ? json_integer_value(json_object_get(object, "version")) : 0;
}

static gboolean understand_first(const json_t *object, GError **error)
{
    json_int_t version = version_of(object);

    if (version < 1)
        return refuse(error, NULL, "not a baseline: its first line must be {\"type\":\"%s\",\"version\":%d}",
                      BASELINE_TYPE, (int)BASELINE_VERSION);
    if (version < BASELINE_VERSION)
        return refuse(error, NULL, "version %d of a baseline, which compares words; make it anew with --write-baseline",
                      (int)version);
    return version == BASELINE_VERSION ||
           refuse(error, NULL, "version %lld of a baseline, which this ipip can't read; it reads version %d",
                  (long long)version, (int)BASELINE_VERSION);
}

static gboolean understand_rule(struct finding_key *key, const json_t *value, GError **error)
{
    const char *name = json_string_value(value);

    if (name == NULL)
        return refuse(error, "rule", "it must be the id of a rule, such as \"IPIP105\"");
    key->rule_index = ipip_rule_find(name);
    return key->rule_index < ipip_rules_count() || refuse(error, "rule", "no such rule; `ipip rules` lists them");
}

/* Without one, however grave. */
static gboolean understand_severity(enum ipip_severity *severity, const json_t *value, GError **error)
{
    const char *name = json_string_value(value);
    int index = value == NULL ? IPIP_ERROR : name != NULL ? choice_find(name, option_severity_name) : -1;

    *severity = (enum ipip_severity)index;
    return index >= 0 || refuse(error, "severity", "it must be one of note, warning, error");
}

static gboolean understand_address(struct ipip_addr *address, const json_t *object, const char *key, GError **error)
{
    const char *text = json_string_value(json_object_get(object, key));

    return (text != NULL && ipip_address_parse(address, text)) ||
           refuse(error, key, "it must be an IP address, such as \"192.0.2.1\"");
}

/* A number up to `most`; absent: `*is_there` is FALSE. */
static gboolean understand_number(json_int_t *number, gboolean *is_there, json_int_t most, const json_t *object,
                                  const char *key, GError **error)
{
    const json_t *value = json_object_get(object, key);

    *is_there = value != NULL;
    *number = json_integer_value(value);
    return value == NULL || (json_is_integer(value) && *number >= 0 && *number <= most) ||
           refuse(error, key, "it must be a number from 0 to %" JSON_INTEGER_FORMAT, most);
}

/* The kind of tunnel, IPv4 in IPv4 where none is named, and what tells it from others between the same addresses. */
static gboolean understand_kind(struct ipip_tunnel_direction *direction, const json_t *object, GError **error)
{
    const json_t *mode = json_object_get(object, "mode");
    json_int_t key, port;
    gboolean has_key, has_port;

    direction->kind = IPIP_KIND_IPIP;
    if (mode != NULL)
        direction->kind = json_is_string(mode) ? ipip_kind_find(json_string_value(mode)) : IPIP_KIND_NONE;
    if (direction->kind == IPIP_KIND_NONE)
        return refuse(error, "mode", "it must be the name of a kind of tunnel, such as \"gre\"");
    if (!understand_number(&key, &has_key, UINT32_MAX, object, "key", error) ||
        !understand_number(&port, &has_port, UINT16_MAX, object, "port", error))
        return FALSE;
    direction->discriminator = ipip_discriminator(has_key, (uint32_t)key, (uint16_t)port);
    return TRUE;
}

static gboolean understand_finding(struct baseline *baseline, const json_t *object, GError **error)
{
    const json_t *layer = json_object_get(object, "layer");
    struct baseline_finding f = {0};

    if (!understand_rule(&f.key, json_object_get(object, "rule"), error) ||
        !understand_severity(&f.known_severity, json_object_get(object, "severity"), error) ||
        !understand_address(&f.key.direction.src, object, "src", error) ||
        !understand_address(&f.key.direction.dst, object, "dst", error) ||
        !understand_kind(&f.key.direction, object, error) ||
        !finding_values_read(&f.key, json_object_get(object, "values"), error))
        return FALSE;
    if (!json_is_integer(layer) || json_integer_value(layer) < 0 || json_integer_value(layer) > G_MAXINT)
        return refuse(error, "layer", "it must be the ordinal of a header, 0 for the outermost");
    f.key.layer = (unsigned)json_integer_value(layer);
    return baseline_add(baseline, &f) ||
           refuse(error, NULL, "a baseline may have at most %d findings", (int)BASELINE_FINDINGS_MAX);
}

/* The length of the next line; -1 at the end, and with `*error` where it can't be read. */
static gssize find_line(struct input *input, GError **error)
{
    size_t bytes = 0;
    GError *unreadable = NULL;

    while (bytes <= LINE_BYTES_MAX && input_need(input, bytes + 1, &unreadable) && input->next[bytes] != '\n')
        bytes++;
    if (unreadable != NULL)
        g_propagate_error(error, unreadable);
    else if (bytes > LINE_BYTES_MAX)
        refuse(error, NULL, "a line must have at most %d octets", (int)LINE_BYTES_MAX);
    else if (input->end > input->next)
        return (gssize)bytes;
    return -1;
}

static gboolean is_blank(const uint8_t *line, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        if (!g_ascii_isspace(line[i]))
            return FALSE;
    }
    return TRUE;
}

static gboolean understand_line(struct baseline *baseline, const uint8_t *line, size_t bytes, gboolean is_first,
                                GError **error)
{
    json_t *object;
    gboolean is_good;

    if (is_blank(line, bytes) && !is_first)
        return TRUE;
    object = json_loadb((const char *)line, bytes, JSON_REJECT_DUPLICATES, NULL);
    if (object == NULL && is_first)
        return understand_first(NULL, error);
    if (object == NULL)
        return refuse(error, NULL, "a line must be a JSON object");
    is_good = is_first ? understand_first(object, error) : understand_finding(baseline, object, error);
    json_decref(object);
    return is_good;
}

/* FALSE where a line is wrong: `*number` is its number, from 1. */
static gboolean understand_lines(struct baseline *baseline, struct input *input, unsigned *number, GError **error)
{
    GError *wrong = NULL;
    gssize bytes;

    for (*number = 1; (bytes = find_line(input, &wrong)) >= 0; (*number)++) {
        if (!understand_line(baseline, input->next, (size_t)bytes, *number == 1, error))
            return FALSE;
        input_skip(input, MIN((size_t)bytes + 1, (size_t)(input->end - input->next)));
    }
    if (wrong != NULL) {
        g_propagate_error(error, wrong);
        return FALSE;
    }
    return *number > 1 || understand_first(NULL, error); /* it is empty */
}

gboolean baseline_file_read(struct baseline *baseline, const char *path, GError **error)
{
    GError *unreadable = NULL;
    struct input *input = input_open(path, &unreadable);
    gboolean is_good = FALSE;
    unsigned number;

    if (input == NULL) {
        g_propagate_prefixed_error(error, unreadable, "%s: ", path);
    } else {
        is_good = understand_lines(baseline, input, &number, error);
        if (!is_good)
            g_prefix_error(error, "%s:%u: ", path, number);
        input_close(input);
    }
    return is_good;
}

/* Whether the file begins as a baseline that this version can read or has written before. */
static gboolean is_baseline(struct input *input)
{
    gssize bytes = find_line(input, NULL);
    json_t *object = bytes >= 0 ? json_loadb((const char *)input->next, (size_t)bytes, 0, NULL) : NULL;
    json_int_t version = version_of(object);

    json_decref(object);
    return version >= 1 && version <= BASELINE_VERSION;
}

gboolean baseline_file_may_replace(const char *path, GError **error)
{
    struct stat status;
    struct input *input;
    gboolean is_replaced;

    if (strcmp(path, "-") == 0 || stat(path, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0)
        return TRUE;
    input = input_open(path, error);
    if (input == NULL)
        return FALSE;
    is_replaced = is_baseline(input);
    input_close(input);
    return is_replaced || refuse(error, NULL, "it is not a baseline, so it is not replaced; name another file");
}
