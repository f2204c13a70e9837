/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything: the library's headers are its manual, and may be included from C11 and from C++. */
#ifndef IPIP_IPIP_H
#define IPIP_IPIP_H

#include "ipip/address.h"
#include "ipip/age.h"
#include "ipip/bytes.h"
#include "ipip/drop.h"
#include "ipip/dscp.h"
#include "ipip/ecn.h"
#include "ipip/encap.h"
#include "ipip/entry_ttl.h"
#include "ipip/equal_paths.h"
#include "ipip/expectation.h"
#include "ipip/finding.h"
#include "ipip/flow.h"
#include "ipip/infer.h"
#include "ipip/inventory.h"
#include "ipip/ipv4.h"
#include "ipip/judge.h"
#include "ipip/link.h"
#include "ipip/observe.h"
#include "ipip/packet.h"
#include "ipip/path.h"
#include "ipip/path_length.h"
#include "ipip/policy.h"
#include "ipip/reassembly.h"
#include "ipip/rules.h"
#include "ipip/sizes.h"
#include "ipip/source_groups.h"
#include "ipip/stack.h"
#include "ipip/statement.h"
#include "ipip/status.h"
#include "ipip/ttl_stats.h"
#include "ipip/tunnel.h"
#include "ipip/unwrap.h"

#endif
