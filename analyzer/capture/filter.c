/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "filter.h"

#include <pcap/pcap.h>
#include <string.h>

#include "../out_of_memory.h"
#include "ipip/link.h"
#include "reader.h"

enum { LINKTYPE_ETHERNET = 1, LINKTYPE_RAW_OPENBSD = 14, LINKTYPE_RFC1483 = 100, LINKTYPE_KNOWN_MAX = 511 };

/* libpcap's refusal of what no packet can match. It is none: what can't be there is not there. */
#define REJECTS_ALL "expression rejects all packets"

/* The expression, compiled for one link type. */
struct program {
    uint16_t link_type;
    char *refusal; /* NULL: there is a program */
    gboolean is_never;
    struct bpf_program bpf;
};

struct filter {
    char *expression;
    GHashTable *programs;       /* by link type */
    const struct program *last; /* that was used; most captures need one */
};

/* libpcap compiles for DLT_ numbers; files have LINKTYPE_ numbers, which differ for a few types. */
static int dlt_of(uint16_t link_type)
{
    switch (link_type) {
    case FILTER_LINKTYPE_RAW:
    case LINKTYPE_RAW_OPENBSD:
        return DLT_RAW;
    case LINKTYPE_RFC1483:
        return DLT_ATM_RFC1483;
    default:
        return link_type;
    }
}

static struct program *compile(const char *expression, uint16_t link_type)
{
    struct program *program = g_new0(struct program, 1);
    pcap_t *dead = pcap_open_dead(dlt_of(link_type), CAPTURE_SNAPLEN);

    if (dead == NULL)
        out_of_memory();
    program->link_type = link_type;
    if (pcap_compile(dead, &program->bpf, expression, 1, PCAP_NETMASK_UNKNOWN) != 0)
        program->refusal = g_strdup(pcap_geterr(dead));
    program->is_never = g_strcmp0(program->refusal, REJECTS_ALL) == 0;
    pcap_close(dead);
    return program;
}

static void program_free(gpointer data)
{
    struct program *program = data;

    if (program->refusal == NULL)
        pcap_freecode(&program->bpf);
    g_free(program->refusal);
    g_free(program);
}

/* The reason why the expression can't be right, in a copy; NULL where it can. */
static char *find_fault(const char *expression, gboolean is_raw)
{
    /* Wrong for one link type may be right for another; wrong for both of these is wrong. */
    static const uint16_t usual[] = {FILTER_LINKTYPE_RAW, LINKTYPE_ETHERNET};
    char *fault = NULL;

    for (size_t i = 0; i < (is_raw ? 1 : G_N_ELEMENTS(usual)); i++) {
        struct program *program = compile(expression, usual[i]);

        g_free(fault);
        fault = g_strdup(program->refusal);
        program_free(program);
        if (fault == NULL)
            break;
    }
    return fault;
}

struct filter *filter_new(const char *expression, gboolean is_raw, GError **error)
{
    char *fault = find_fault(expression, is_raw);
    struct filter *filter;

    if (fault != NULL) {
        g_set_error(error, FILTER_ERROR, 0, "the filter \"%s\" is wrong%s: %s", expression,
                    is_raw ? " for packets without a link header" : "", fault);
        g_free(fault);
        return NULL;
    }
    filter = g_new0(struct filter, 1);
    filter->expression = g_strdup(expression);
    filter->programs = g_hash_table_new_full(NULL, NULL, NULL, program_free);
    return filter;
}

void filter_free(struct filter *filter)
{
    if (filter == NULL)
        return;
    g_hash_table_unref(filter->programs);
    g_free(filter->expression);
    g_free(filter);
}

static const struct program *program_for(struct filter *filter, uint16_t link_type)
{
    gpointer key = GUINT_TO_POINTER(link_type);

    if (filter->last != NULL && filter->last->link_type == link_type)
        return filter->last;
    filter->last = g_hash_table_lookup(filter->programs, key);
    if (filter->last == NULL) {
        struct program *program = compile(filter->expression, link_type);

        g_hash_table_insert(filter->programs, key, program);
        filter->last = program;
    }
    return filter->last;
}

void filter_prepare(struct filter *filter)
{
    for (unsigned link_type = 0; filter != NULL && link_type <= LINKTYPE_KNOWN_MAX; link_type++) {
        if (ipip_link_type_name((uint16_t)link_type) != NULL)
            program_for(filter, (uint16_t)link_type);
    }
}

enum filter_result filter_look(struct filter *filter, uint16_t link_type, struct ipip_bytes packet)
{
    const struct program *program = program_for(filter, link_type);
    const struct pcap_pkthdr header = {.caplen = packet.captured, .len = packet.wire};

    if (program->refusal != NULL)
        return program->is_never ? FILTER_FALSE : FILTER_UNUSABLE;
    return pcap_offline_filter(&program->bpf, &header, packet.data) != 0 ? FILTER_TRUE : FILTER_FALSE;
}

const char *filter_refusal(struct filter *filter, uint16_t link_type)
{
    const struct program *program = program_for(filter, link_type);

    return program->is_never ? NULL : program->refusal;
}

const char *filter_expression(const struct filter *filter)
{
    return filter->expression;
}

const char *filter_link_name(uint16_t link_type)
{
    return pcap_datalink_val_to_name(dlt_of(link_type));
}

const char *filter_library(void)
{
    return pcap_lib_version();
}
