/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "info_note.h"

#include <epan/column-utils.h>

#include "ipip/address.h"
#include "kind_tree.h"

static bool is_repeated(wmem_array_t *findings, unsigned index)
{
    const struct session_finding *all = (const struct session_finding *)wmem_array_get_raw(findings);

    for (unsigned i = 0; i < index; i++) {
        if (all[i].rule_index == all[index].rule_index)
            return true;
    }
    return false;
}

static void append_rules(column_info *columns, wmem_array_t *findings)
{
    const char *before = ": ";

    for (unsigned i = 0; findings != NULL && i < wmem_array_get_count(findings); i++) {
        const struct session_finding *all = (const struct session_finding *)wmem_array_get_raw(findings);

        if (is_repeated(findings, i))
            continue;
        col_append_fstr(columns, COL_INFO, "%s%s", before, ipip_rule_at(all[i].rule_index)->id);
        before = ", ";
    }
}

/* The gravest of them by name; NULL where none is graver than a note. */
static const struct session_finding *gravest(wmem_array_t *findings)
{
    const struct session_finding *worst = NULL;

    for (unsigned i = 0; findings != NULL && i < wmem_array_get_count(findings); i++) {
        const struct session_finding *finding = (const struct session_finding *)wmem_array_index(findings, i);

        if (finding->severity > (worst != NULL ? worst->severity : IPIP_NOTE))
            worst = finding;
    }
    return worst;
}

static void prepend_rules(column_info *columns, wmem_array_t *findings)
{
    const struct session_finding *worst = gravest(findings);
    wmem_strbuf_t *text;

    if (worst == NULL)
        return;
    text = wmem_strbuf_new(NULL, "[");
    wmem_strbuf_append_printf(text, "%s %s", ipip_rule_at(worst->rule_index)->id,
                              ipip_rule_at(worst->rule_index)->slug);
    for (unsigned i = 0; i < wmem_array_get_count(findings); i++) {
        const struct session_finding *finding = (const struct session_finding *)wmem_array_index(findings, i);

        if (finding->severity > IPIP_NOTE && finding->rule_index != worst->rule_index && !is_repeated(findings, i))
            wmem_strbuf_append_printf(text, ", %s", ipip_rule_at(finding->rule_index)->id);
    }
    col_prepend_fstr(columns, COL_INFO, "%s] ", wmem_strbuf_get_str(text));
    wmem_strbuf_destroy(text);
}

static void append_tunnel(packet_info *pinfo, const struct session_frame *frame)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];
    const char *title =
        kind_tree_title(frame->is_tunnel ? (enum ipip_kind)frame->stack->layers[0].kind : IPIP_KIND_IPIP);

    if (!frame->is_tunnel && frame->findings == NULL)
        return;
    col_append_fstr(pinfo->cinfo, COL_INFO, " [%s", title);
    for (unsigned k = 0; frame->is_tunnel && k < frame->stack->count && frame->stack->layers[k].kind != IPIP_KIND_NONE;
         k++) {
        const struct ipip_ip *ip = &frame->stack->layers[k].ip;
        const char *next = kind_tree_title((enum ipip_kind)frame->stack->layers[k].kind);

        col_append_fstr(pinfo->cinfo, COL_INFO, "%s%s%s %s > %s", k > 0 ? "," : "", next != title ? " " : "",
                        next != title ? next : "", ipip_address_text(src, ip->src), ipip_address_text(dst, ip->dst));
        title = next;
    }
    append_rules(pinfo->cinfo, frame->findings);
    col_append_str(pinfo->cinfo, COL_INFO, "]");
}

void info_note_add(packet_info *pinfo, const struct session_frame *frame, enum info_note what)
{
    if (what == INFO_NOTE_RULES)
        prepend_rules(pinfo->cinfo, frame->findings);
    else if (what == INFO_NOTE_TUNNEL)
        append_tunnel(pinfo, frame);
}
