/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "option_words.h"

#include "ipip/kind.h"
#include "ipip/policy.h"
#include "ipip/tunnel.h"

const char *option_profile_name(int index)
{
    const struct ipip_profile *profile = ipip_profile_at((size_t)index);

    return profile != NULL ? profile->name : NULL;
}

const char *option_vantage_name(int index)
{
    return ipip_vantage_name((enum ipip_vantage)index);
}

const char *option_inner_side_name(int index)
{
    return ipip_inner_side_name((enum ipip_inner_side)index);
}

const char *option_ecn_decap_name(int index)
{
    return ipip_ecn_decap_name((enum ipip_ecn_decap)index);
}

const char *option_color_name(int index)
{
    static const char *const names[] = {"auto", "always", "never", NULL};

    return names[index];
}

const char *option_merge_name(int index)
{
    static const char *const names[] = {"auto", "time", "order", NULL};

    return names[index];
}

const char *option_severity_name(int index)
{
    return index <= IPIP_ERROR ? ipip_severity_name((enum ipip_severity)index) : NULL;
}

const char *option_fail_on_name(int index)
{
    return index == IPIP_ERROR + 1 ? "never" : option_severity_name(index);
}

const char *option_kind_name(int index)
{
    const struct ipip_kind_about *about = ipip_kind_about((enum ipip_kind)(IPIP_KIND_NONE + 1 + index));

    if (about == NULL)
        return IPIP_KIND_NONE + 1 + index == IPIP_KINDS ? "all" : NULL;
    return about->name;
}
