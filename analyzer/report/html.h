/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A page of HTML that is one file: its style and its script are part of it, and nothing is loaded. The style (page/page.css) is for light and dark
 * screens and for print; the script (page/page.js) adds comfort, and is not needed to read the page. A content security
 * policy lets no other script run and no request leave, whatever the page quotes.
 *
 *     html_begin(out, "Tunnels in lan.pcap");
 *     fputs("<h1>", out), html_put_name(out, path), fputs("</h1>", out);
 *     html_end(out);
 *
 * What others chose gets into a page by html_put_name() alone.
 */
#ifndef IPIP_ANALYZER_REPORT_HTML_H
#define IPIP_ANALYZER_REPORT_HTML_H

#include <stdio.h>

#include "ipip/rules.h"

/* Everything up to the open <main>. The title may be any octets. */
void html_begin(FILE *out, const char *title);

/* </main>, a line on who made the page, the script, and the end. */
void html_end(FILE *out);

/* Text of our own, in an element or in a quoted value of an attribute. */
void html_put(FILE *out, const char *text);

/* The same with `code` between backquotes, as the catalogue of rules has it. */
void html_put_words(FILE *out, const char *text);

/* Names, paths and whatever else others chose, any octets: made fit for a line of text (printable.h) first. */
void html_put_name(FILE *out, const char *text);

/*
 * The page of `ipip explain` of a rule, which is Markdown: headings become those of `level` (2 to 6). The rule at `rule_index`, less
 * than ipip_rules_count().
 */
void html_put_explanation(FILE *out, size_t rule_index, unsigned level);

/*
 * A button that copies the text of the element with this id; it appears where scripts run. `what` is read out: "the command".
 */
void html_put_copy_button(FILE *out, const char *id, const char *what);

/* `<span class="badge error">error</span>`; the classes `error`, `warning` and `note` have their colours everywhere. */
void html_put_badge(FILE *out, enum ipip_severity severity);

#endif
