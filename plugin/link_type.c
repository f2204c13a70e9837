/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "link_type.h"

#include "compat.h"

int link_type_of(int encapsulation)
{
    static const struct {
        int encapsulation;
        int link_type;
    } map[] = {
        {WTAP_ENCAP_ETHERNET, 1},      {WTAP_ENCAP_RAW_IP, 101},
        {WTAP_ENCAP_SLL, 113},         {WTAP_ENCAP_SLL2, 276},
        {WTAP_ENCAP_NULL, 0},          {WTAP_ENCAP_LOOP, 108},
        {WTAP_ENCAP_PPP, 9},           {WTAP_ENCAP_PPP_ETHER, 51},
        {WTAP_ENCAP_FDDI, 10},         {WTAP_ENCAP_FDDI_BITSWAPPED, 10},
        {WTAP_ENCAP_ATM_RFC1483, 100}, {WTAP_ENCAP_CHDLC, 104},
        {WTAP_ENCAP_ENC, 109},         {WTAP_ENCAP_RAW_IP4, 228},
        {WTAP_ENCAP_RAW_IP6, 229},     {WTAP_ENCAP_NFLOG, 239},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(map); i++) {
        if (map[i].encapsulation == encapsulation)
            return map[i].link_type;
    }
    return -1;
}
