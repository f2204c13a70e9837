/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wireshark numbers link types in its own way; the core has the numbers of capture files. */
#ifndef IPIP_PLUGIN_LINK_TYPE_H
#define IPIP_PLUGIN_LINK_TYPE_H

/* The LINKTYPE_ number of a WTAP_ENCAP_ number, -1 for those that the core does not read. */
int link_type_of(int encapsulation);

#endif
