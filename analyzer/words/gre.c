/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words on GRE and ERSPAN. Without i or o in front they are for both directions. */
#include <string.h>

#include "ipip/address.h"
#include "refuse.h"
#include "words/word.h"

enum direction { IN = 1, OUT = 2, OFF = 4 };

enum { ERSPAN_VERSION_MAX = 2, ERSPAN_INDEX_MAX = 0xfffff, ERSPAN_HARDWARE_MAX = 63 };

/* A number, or a dotted quad. */
static gboolean key_number(const char *text, unsigned long *key)
{
    struct ipip_addr address;

    if (strchr(text, '.') == NULL)
        return word_number(text, 0, UINT32_MAX, key);
    if (!ipip_address_parse(&address, text) || !ipip_address_is_ipv4(address))
        return FALSE;
    *key = (uint32_t)address.low;
    return TRUE;
}

static void set_key(struct ipip_gre_options *options, gboolean is_on, unsigned long key)
{
    options->has_key = is_on;
    options->key = (uint32_t)key;
}

static gboolean take_key(struct description *d, const struct word *word, const char *value)
{
    gboolean is_on = (word->argument & OFF) == 0;
    unsigned long key = 0;

    if (is_on && !key_number(value, &key))
        return word_refuse_value(d, word, value, "a number from 0 to 4294967295, or four octets such as 0.0.0.42");
    if (d->mode->driver == IPIP_DRIVER_VTI) /* a mark within the host */
        return TRUE;
    if ((word->argument & IN) != 0)
        set_key(&d->tunnel.in, is_on, key);
    if ((word->argument & OUT) != 0)
        set_key(&d->tunnel.out, is_on, key);
    return TRUE;
}

static gboolean take_checksum(struct description *d, const struct word *word, const char *value)
{
    bool is_on = (word->argument & OFF) == 0;

    (void)value;
    if ((word->argument & IN) != 0)
        d->tunnel.in.has_checksum = is_on;
    if ((word->argument & OUT) != 0)
        d->tunnel.out.has_checksum = is_on;
    return TRUE;
}

static gboolean take_sequence(struct description *d, const struct word *word, const char *value)
{
    bool is_on = (word->argument & OFF) == 0;

    (void)value;
    if ((word->argument & IN) != 0)
        d->tunnel.in.has_sequence = is_on;
    if ((word->argument & OUT) != 0)
        d->tunnel.out.has_sequence = is_on;
    return TRUE;
}

static gboolean take_erspan(struct description *d, const struct word *word, const char *value)
{
    unsigned long index = 0;

    if (!word_number(value, 0, ERSPAN_INDEX_MAX, &index) || index == 0)
        return word_refuse_value(d, word, value, "1 to 1048575, the index of type II");
    d->tunnel.erspan_index = (uint32_t)index;
    return TRUE;
}

static gboolean take_erspan_version(struct description *d, const struct word *word, const char *value)
{
    unsigned long version = 0;

    if (!word_number(value, 0, ERSPAN_VERSION_MAX, &version))
        return word_refuse_value(d, word, value, "0, 1 or 2, for ERSPAN type I, II or III");
    d->tunnel.erspan_version = (uint8_t)version;
    return TRUE;
}

static gboolean take_erspan_direction(struct description *d, const struct word *word, const char *value)
{
    gboolean is_egress = *value != '\0' && g_str_has_prefix("egress", value);

    if (!is_egress && (*value == '\0' || !g_str_has_prefix("ingress", value)))
        return word_refuse_value(d, word, value, "ingress or egress");
    d->tunnel.erspan_direction = is_egress ? 1 : 0;
    return TRUE;
}

static gboolean take_erspan_hardware(struct description *d, const struct word *word, const char *value)
{
    unsigned long hardware = 0;

    if (!word_number(value, 0, ERSPAN_HARDWARE_MAX, &hardware))
        return word_refuse_value(d, word, value, "0 to 63");
    d->tunnel.erspan_hardware = (uint8_t)hardware;
    return TRUE;
}

const struct word words_of_gre[] = {
    {"key", IPIP_DRIVER_ANY_GRE | IPIP_DRIVER_VTI, COMMAND_ADD, TRUE, take_key, IN | OUT},
    {"ikey", IPIP_DRIVER_ANY_GRE | IPIP_DRIVER_VTI, COMMAND_ADD, TRUE, take_key, IN},
    {"okey", IPIP_DRIVER_ANY_GRE | IPIP_DRIVER_VTI, COMMAND_ADD, TRUE, take_key, OUT},
    {"nokey", IPIP_DRIVER_ANY_GRE, COMMAND_LINK, FALSE, take_key, IN | OUT | OFF},
    {"noikey", IPIP_DRIVER_ANY_GRE, COMMAND_LINK, FALSE, take_key, IN | OFF},
    {"nookey", IPIP_DRIVER_ANY_GRE, COMMAND_LINK, FALSE, take_key, OUT | OFF},
    {"csum", IPIP_DRIVER_ANY_GRE, COMMAND_ADD, FALSE, take_checksum, IN | OUT},
    {"icsum", IPIP_DRIVER_ANY_GRE, COMMAND_ADD, FALSE, take_checksum, IN},
    {"ocsum", IPIP_DRIVER_ANY_GRE, COMMAND_ADD, FALSE, take_checksum, OUT},
    {"nocsum", IPIP_DRIVER_ANY_GRE, COMMAND_LINK, FALSE, take_checksum, IN | OUT | OFF},
    {"noicsum", IPIP_DRIVER_ANY_GRE, COMMAND_LINK, FALSE, take_checksum, IN | OFF},
    {"noocsum", IPIP_DRIVER_ANY_GRE, COMMAND_LINK, FALSE, take_checksum, OUT | OFF},
    {"seq", IPIP_DRIVER_ANY_GRE, COMMAND_ADD, FALSE, take_sequence, IN | OUT},
    {"iseq", IPIP_DRIVER_ANY_GRE, COMMAND_ADD, FALSE, take_sequence, IN},
    {"oseq", IPIP_DRIVER_ANY_GRE, COMMAND_ADD, FALSE, take_sequence, OUT},
    {"noseq", IPIP_DRIVER_ANY_GRE, COMMAND_LINK, FALSE, take_sequence, IN | OUT | OFF},
    {"noiseq", IPIP_DRIVER_ANY_GRE, COMMAND_LINK, FALSE, take_sequence, IN | OFF},
    {"nooseq", IPIP_DRIVER_ANY_GRE, COMMAND_LINK, FALSE, take_sequence, OUT | OFF},
    {"erspan", IPIP_DRIVER_ANY_ERSPAN, COMMAND_LINK, TRUE, take_erspan, 0},
    {"erspan_ver", IPIP_DRIVER_ANY_ERSPAN, COMMAND_LINK, TRUE, take_erspan_version, 0},
    {"erspan_dir", IPIP_DRIVER_ANY_ERSPAN, COMMAND_LINK, TRUE, take_erspan_direction, 0},
    {"erspan_hwid", IPIP_DRIVER_ANY_ERSPAN, COMMAND_LINK, TRUE, take_erspan_hardware, 0},
    {0},
};
