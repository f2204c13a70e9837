/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "finding_values.h"

#include "ipip/address.h"
#include "printable.h"
#include "refuse.h"

static json_t *json_of(const struct ipip_value *value)
{
    char address[IPIP_ADDRESS_TEXT];

    switch (value->kind) {
    case IPIP_VALUE_NUMBER:
        return json_integer(value->number);
    case IPIP_VALUE_ADDRESS:
        return json_string(ipip_address_text(address, value->address));
    case IPIP_VALUE_WORD:
        break;
    }
    return json_string(value->word);
}

json_t *finding_values_object(const struct ipip_value *values, unsigned count)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < count; i++)
        json_object_set_new(object, values[i].name, json_of(&values[i]));
    return object;
}

char *finding_values_text(const struct ipip_value *values, unsigned count)
{
    GString *text = g_string_new(NULL);
    char address[IPIP_ADDRESS_TEXT];

    for (unsigned i = 0; i < count; i++) {
        g_string_append_printf(text, "%s%s ", i > 0 ? ", " : "", values[i].name);
        if (values[i].kind == IPIP_VALUE_NUMBER)
            g_string_append_printf(text, "%u", values[i].number);
        else
            g_string_append(text, values[i].kind == IPIP_VALUE_ADDRESS ? ipip_address_text(address, values[i].address)
                                                                       : values[i].word);
    }
    return g_string_free(text, FALSE);
}

static gboolean read_value(struct ipip_value *value, const json_t *json)
{
    switch (value->kind) {
    case IPIP_VALUE_NUMBER:
        value->number = (uint32_t)json_integer_value(json);
        return json_is_integer(json) && json_integer_value(json) >= 0 && json_integer_value(json) <= UINT32_MAX;
    case IPIP_VALUE_ADDRESS:
        return json_is_string(json) && ipip_address_parse(&value->address, json_string_value(json));
    case IPIP_VALUE_WORD:
        break;
    }
    value->word = json_string_value(json);
    return value->word != NULL && is_printable(value->word);
}

gboolean finding_values_read(struct finding_key *key, const json_t *object, GError **error)
{
    static const char *const kinds[] = {
        [IPIP_VALUE_NUMBER] = "a number",
        [IPIP_VALUE_ADDRESS] = "an IP address",
        [IPIP_VALUE_WORD] = "a string without control characters",
    };
    const char *rule = ipip_rule_at(key->rule_index)->id;

    key->count = ipip_rule_value_count(key->rule_index);
    if (object != NULL && !json_is_object(object))
        return refuse(error, "values", "it must be an object, such as {\"path_mtu\":1400}");
    if (json_object_size(object) > key->count)
        return refuse(error, "values", "%s has other values; make the baseline anew with --write-baseline", rule);
    for (unsigned i = 0; i < key->count; i++) {
        struct ipip_value *value = &key->values[i];

        *value = ipip_rule_value(key->rule_index, i);
        if (!read_value(value, json_object_get(object, value->name)))
            return refuse(error, "values", "%s of %s must be %s", value->name, rule, kinds[value->kind]);
    }
    return TRUE;
}
