/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a finding is shown in the packet tree, and in the list of experts. */
#ifndef IPIP_PLUGIN_FINDING_TREE_H
#define IPIP_PLUGIN_FINDING_TREE_H

#include "compat.h"

#include "session.h"
#include "tvb_pos.h"

/* Registers the fields, and an expert for each rule and severity. */
void finding_tree_register(int proto);

/* Adds a finding as expert below an item. Also without a tree: experts are counted then, too. */
void finding_tree_add(proto_tree *tree, packet_info *pinfo, struct session_frame *frame,
                      const struct session_finding *finding);

/* Names the rule in the line of the item above this tree, where it is an error or a warning. */
void finding_tree_name(proto_tree *tree, const struct session_finding *finding);

#endif
