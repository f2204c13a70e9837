/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compiled into each caller, so that what a caller knows beforehand costs nothing: a compiler that weighs size against it would not. */
#ifndef IPIP_CORE_ALWAYS_INLINE_H
#define IPIP_CORE_ALWAYS_INLINE_H

#define ALWAYS_INLINE inline __attribute__((always_inline))

#endif
