/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kinds of tunnels are read: --kinds, --udp-tunnel and --esp-null. */
#ifndef IPIP_ANALYZER_KINDS_OPTION_H
#define IPIP_ANALYZER_KINDS_OPTION_H

#include <glib.h>

#include "ipip/kind.h"

/*
 * Those of the lists, such as {"gre,6in4", "ipip"}; NULL: `usual`. `udp` holds the UDP ports that were declared, such as
 * "5555=fou-ipip". FALSE and `*error`, with what would be right, otherwise.
 */
gboolean kinds_from_options(char **lists, char **udp, const char *esp_null, const struct ipip_kinds *usual,
                            struct ipip_kinds *kinds, GError **error);

#endif
