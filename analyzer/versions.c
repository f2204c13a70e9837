/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "versions.h"

#include <glib.h>
#include <jansson.h>
#include <stdio.h>

#include "capture/compress.h"
#include "capture/filter.h"
#include "ipip/version.h"
#include "sandbox.h"

void versions_print(void)
{
    printf("ipip %s\n", ipip_version());
    printf("with GLib %u.%u.%u, %s, jansson %s, zlib %s, zstd %s, lz4 %s\n", glib_major_version, glib_minor_version,
           glib_micro_version, filter_library(), jansson_version_str(), compress_zlib_version(),
           compress_zstd_version(), compress_lz4_version());
    printf("sandbox: %s\n", sandbox_text());
}
