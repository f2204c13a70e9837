/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of a header between an outer IP header and what it tunnels that decide a rule. */
#ifndef IPIP_CORE_SHIM_FIELD_H
#define IPIP_CORE_SHIM_FIELD_H

enum shim_field {
    SHIM_FIELD_NONE,
    SHIM_GRE, /* all of it */
    SHIM_GRE_FLAGS,
    SHIM_GRE_VERSION,
    SHIM_GRE_TYPE,
    SHIM_GRE_CHECKSUM,
    SHIM_GRE_RESERVED1,
    SHIM_GRE_KEY, /* the flags where there is none */
    SHIM_GRE_SEQUENCE,
    SHIM_ERSPAN,
    SHIM_UDP_SOURCE,
    SHIM_UDP_DESTINATION,
    SHIM_UDP_LENGTH,
    SHIM_UDP_CHECKSUM,
    SHIM_GUE,
    SHIM_MINIMAL_FLAGS,
    SHIM_MINIMAL_CHECKSUM,
    SHIM_MINIMAL_SOURCE,
    SHIM_AH,
    SHIM_ESP,
    SHIM_ESP_SPI,
    SHIM_IPCOMP_FLAGS,
    SHIM_IPSEC_SEQUENCE, /* of ESP, or of the only AH */
    SHIM_FIELDS
};

#endif
