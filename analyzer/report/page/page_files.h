/* SPDX-License-Identifier: GPL-2.0-or-later */
/* page.css and page.js, put into the program by embed.cmake. */
#ifndef IPIP_ANALYZER_REPORT_PAGE_FILES_H
#define IPIP_ANALYZER_REPORT_PAGE_FILES_H

extern const char page_style[];
extern const char page_script[];

#endif
