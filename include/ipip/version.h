/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The version: of these headers, and of the library that a program runs with. Before 1.0 each minor version may change structs and
 * functions; the name of the shared library (libipip.so.0.1) holds both numbers, so that a program gets the one that it was built for.
 * Allocates nothing.
 */
#ifndef IPIP_VERSION_H
#define IPIP_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

/* MAJOR.MINOR.PATCH; CMakeLists.txt reads it here. */
#define IPIP_VERSION "0.1.0"

/* IPIP_VERSION of the library; never NULL. */
const char *ipip_version(void);

#ifdef __cplusplus
}
#endif

#endif
