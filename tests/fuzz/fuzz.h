/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For fuzz targets: libFuzzer's entry point, and a claim that ends the run where it does not hold. */
#ifndef IPIP_TESTS_FUZZ_H
#define IPIP_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void must(int claim)
{
    if (!claim)
        abort();
}

#endif
