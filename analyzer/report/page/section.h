/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections of a page of `check`, each in a file of its own. */
#ifndef IPIP_ANALYZER_REPORT_PAGE_SECTION_H
#define IPIP_ANALYZER_REPORT_PAGE_SECTION_H

#include "../direction.h"
#include "finding_list.h"
#include "gathered.h"

/* All that a page is made of. */
struct page {
    FILE *out;
    const struct options *options;
    const struct check_summary *summary;
    const struct gathered *gathered;
    const struct finding_list *findings;
};

/* A tunnel direction with what is drawn of it. `id`: "t3", which the ids of its parts begin with. */
struct tunnel_page {
    const struct page *page;
    const struct chart *chart;
    const struct direction *direction;
    struct ipip_tunnel_direction which;
    const char *id;
    gboolean is_open; /* unfolded */
};

enum { TUNNELS_DRAWN = 16, TUNNELS_OPEN = 4 };

/* What was found, in a sentence, and of which captures. */
void section_verdict(const struct page *page);

/* A table of the rules that are broken, the findings on a time line, and each rule with its findings. */
void section_findings(const struct page *page);
void section_time_line(const struct page *page);

/* A table of all tunnels, and TUNNELS_DRAWN of them in full: the gravest, then the busiest; TUNNELS_OPEN are unfolded. */
void section_tunnels(const struct page *page);
void section_tunnel(const struct tunnel_page *tunnel);

/* Parts of a tunnel. */
void section_sizes(const struct tunnel_page *tunnel);
void section_ttl(const struct tunnel_page *tunnel);
void section_identification(const struct tunnel_page *tunnel);
void section_codepoints(const struct tunnel_page *tunnel);
void section_flows(const struct tunnel_page *tunnel);
void section_icmp(const struct tunnel_page *tunnel);

/* The summary of the run as text has it, and the limits of the page that were reached. */
void section_summary(const struct page *page);

#endif
