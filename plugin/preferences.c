/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "preferences.h"

#include <epan/prefs.h>

#include "policy_tables.h"

static int profile;
static int vantage;
static int inner_side;
static unsigned learn;
static const char *kinds;
static int esp_null;
static int info_note = INFO_NOTE_RULES;
static ws_pref_bool link_inner;

static enum_val_t profile_at(int index)
{
    const struct ipip_profile *found = ipip_profile_at((size_t)index);

    return found != NULL ? (enum_val_t){found->name, found->title, index} : (enum_val_t){NULL, NULL, 0};
}

static enum_val_t vantage_at(int index)
{
    const char *name = ipip_vantage_name((enum ipip_vantage)index);

    return (enum_val_t){name, name, index};
}

static enum_val_t inner_side_at(int index)
{
    const char *name = ipip_inner_side_name((enum ipip_inner_side)index);

    return (enum_val_t){name, name, index};
}

/* From 4.6 on a comma in a name ends the program; the title, which -o takes as well, is the command's word. */
static enum_val_t esp_null_at(int index)
{
    const char *word = index > 0 ? ipip_esp_null_name((unsigned)index - 1) : NULL;

    if (index == 0)
        return (enum_val_t){"none", "it is encrypted", index};
    return (enum_val_t){word != NULL ? g_strdelimit(g_strdup(word), ",", '-') : NULL, word, index};
}

static enum_val_t info_note_at(int index)
{
    static const enum_val_t all[] = {
        {"none", "nothing", INFO_NOTE_NONE},
        {"rules", "broken rules", INFO_NOTE_RULES},
        {"tunnel", "tunnel and broken rules", INFO_NOTE_TUNNEL},
        {NULL, NULL, 0},
    };

    return all[index];
}

static const struct choice {
    const char *name;
    const char *title;
    const char *description;
    int *value;
    enum_val_t (*at)(int index); /* its name is NULL past the last */
} choices[] = {
    {"profile", "Profile",
     "The implementation whose behaviour is accepted; modern is RFC 2003 as later RFCs updated it.", &profile,
     profile_at},
    {"vantage", "Vantage",
     "Where the capture was taken. Routers may change TOS and TTL, so some rules are certain at the encapsulator only "
     "(entry, host-tx). What is at the entry of one direction is at the exit of the other: the table of vantages has one for each source, that of tunnels for each direction.",
     &vantage, vantage_at},
    {"inner_side", "Inner side",
     "Where the packets without tunnel header were captured: before the encapsulator (lan), which may still "
     "drop them, or on the tunnel device (tundev).",
     &inner_side, inner_side_at},
    {"esp_null", "ESP with the NULL cipher",
     "The octets of its check value, and behind the comma those of an initialization vector: what is inside is judged then. "
     "To see it dissected, set the preferences of ESP as well.",
     &esp_null, esp_null_at},
    {"info_note", "Note in the Info column",
     "The rules that a packet breaks, errors and warnings, in front of the rest; or the tunnel and all rules behind it.",
     &info_note, info_note_at},
};

static void register_choice(module_t *module, const struct choice *choice)
{
    GArray *rows = g_array_new(TRUE, TRUE, sizeof(enum_val_t)); /* which Wireshark keeps */
    enum_val_t row;

    for (int i = 0; (row = choice->at(i)).name != NULL; i++)
        g_array_append_val(rows, row);
    prefs_register_enum_preference(module, choice->name, choice->title, choice->description, choice->value,
                                   (const enum_val_t *)(void *)g_array_free(rows, FALSE), FALSE);
}

void preferences_register(int proto)
{
    module_t *module = prefs_register_protocol(proto, NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(choices); i++)
        register_choice(module, &choices[i]);
    prefs_register_uint_preference(module, "learn", "Packets to learn endpoints from",
                                   "Without endpoints: the tunnels among this many first tunnel packets are "
                                   "legitimate, any other is reported (IPIP211). 0: none is reported.",
                                   10, &learn);
    prefs_register_string_preference(
        module, "kinds", "Kinds of tunnels",
        "Those that are tunnels, such as ipip,6in4,gre; others are packets like any other, or "
        "carriers. Empty: all but mirrored frames (ERSPAN).",
        &kinds);
    prefs_register_bool_preference(
        module, "link_inner", "Link inner packets with and without tunnel header",
        "Where the tunnel device and the physical interface were captured: links a packet to "
        "the tunnel packet that carries it. Such packets have an item then, too.",
        &link_inner);
    place_tables_register(module);
    vantage_table_register(module);
    tunnel_table_register(module);
    rule_table_register(module);
    udp_table_register(module);
}

/* Names that are none are left out; where that leaves nothing, those that are judged by default count. */
static uint32_t kinds_of(const char *list)
{
    char **names = g_strsplit(list, ",", -1);
    uint32_t set = 0;

    for (char **name = names; *name != NULL; name++)
        set |= IPIP_KIND_BIT(ipip_kind_find(g_strstrip(*name)));
    g_strfreev(names);
    set &= ~IPIP_KIND_BIT(IPIP_KIND_NONE);
    return set != 0 ? set : ipip_kinds_judged()->set;
}

static const struct ipip_kinds *kinds_to_read(wmem_allocator_t *scope)
{
    struct ipip_kinds *read = wmem_new0(scope, struct ipip_kinds);

    read->set = kinds_of(kinds);
    udp_table_apply(read);
    if (esp_null > 0)
        ipip_esp_null_declare(read, ipip_esp_null_name((unsigned)esp_null - 1));
    return read;
}

struct ipip_policy preferences_policy(wmem_allocator_t *scope)
{
    struct ipip_policy policy = ipip_policy_default();

    policy.kinds = kinds_to_read(scope);
    policy.profile = ipip_profile_at((size_t)profile);
    policy.vantage = (enum ipip_vantage)vantage;
    policy.inner_side = (enum ipip_inner_side)inner_side;
    policy.learn = learn;
    place_tables_apply(&policy, scope);
    vantage_table_apply(&policy, scope);
    tunnel_table_apply(&policy, scope);
    rule_table_apply(&policy);
    return policy;
}

enum info_note preferences_info_note(void)
{
    return (enum info_note)info_note;
}

bool preferences_links_copies(void)
{
    return link_inner;
}
