/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/version.h"

const char *ipip_version(void)
{
    return IPIP_VERSION;
}
