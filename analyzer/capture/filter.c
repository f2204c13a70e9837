/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "filter.h"

#include <pcap/pcap.h>

#include "reader.h"

enum { LINKTYPE_ETHERNET = 1, LINKTYPE_RFC1483 = 100, LINKTYPE_RAW = 101 };

/* The expression, compiled for one link type. */
struct program {
    uint16_t link_type;
    gboolean is_compiled;
    struct bpf_program bpf;
};

struct filter {
    char *expression;
    GArray *programs;
};

/* libpcap compiles for DLT_ numbers; files have LINKTYPE_ numbers, which differ for a few types. */
static int dlt_of(uint16_t link_type)
{
    switch (link_type) {
    case LINKTYPE_RAW:
        return DLT_RAW;
    case LINKTYPE_RFC1483:
        return DLT_ATM_RFC1483;
    default:
        return link_type;
    }
}

static gboolean compile(const char *expression, uint16_t link_type, struct bpf_program *bpf, char **why)
{
    pcap_t *dead = pcap_open_dead(dlt_of(link_type), CAPTURE_SNAPLEN);
    gboolean is_compiled;

    if (dead == NULL)
        return FALSE;
    is_compiled = pcap_compile(dead, bpf, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
    if (!is_compiled && why != NULL)
        *why = g_strdup(pcap_geterr(dead));
    pcap_close(dead);
    return is_compiled;
}

struct filter *filter_new(const char *expression, GError **error)
{
    /* Wrong for one link type may be right for another; wrong for both of these is wrong. */
    static const uint16_t usual[] = {LINKTYPE_ETHERNET, LINKTYPE_RAW};
    struct filter *filter;
    char *why = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(usual); i++) {
        struct bpf_program bpf;

        g_clear_pointer(&why, g_free);
        if (!compile(expression, usual[i], &bpf, &why))
            continue;
        pcap_freecode(&bpf);
        filter = g_new0(struct filter, 1);
        filter->expression = g_strdup(expression);
        filter->programs = g_array_new(FALSE, TRUE, sizeof(struct program));
        return filter;
    }
    g_set_error(error, FILTER_ERROR, 0, "the filter \"%s\" is wrong: %s", expression, why);
    g_free(why);
    return NULL;
}

void filter_free(struct filter *filter)
{
    if (filter == NULL)
        return;
    for (guint i = 0; i < filter->programs->len; i++) {
        struct program *program = &g_array_index(filter->programs, struct program, i);

        if (program->is_compiled)
            pcap_freecode(&program->bpf);
    }
    g_array_unref(filter->programs);
    g_free(filter->expression);
    g_free(filter);
}

static const struct program *program_for(struct filter *filter, uint16_t link_type)
{
    struct program program = {.link_type = link_type};

    for (guint i = 0; i < filter->programs->len; i++) {
        const struct program *known = &g_array_index(filter->programs, struct program, i);

        if (known->link_type == link_type)
            return known;
    }
    program.is_compiled = compile(filter->expression, link_type, &program.bpf, NULL);
    g_array_append_val(filter->programs, program);
    return &g_array_index(filter->programs, struct program, filter->programs->len - 1);
}

gboolean filter_matches(struct filter *filter, uint16_t link_type, struct ipip_bytes packet)
{
    const struct program *program = program_for(filter, link_type);
    const struct pcap_pkthdr header = {.caplen = packet.captured, .len = packet.wire};

    return program->is_compiled && pcap_offline_filter(&program->bpf, &header, packet.data) != 0;
}
