/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ipip --version`: the command, and the libraries that it runs with. */
#ifndef IPIP_ANALYZER_VERSIONS_H
#define IPIP_ANALYZER_VERSIONS_H

void versions_print(void);

#endif
