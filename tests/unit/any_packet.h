/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers that are usual but for what chance does to them. */
#ifndef IPIP_TEST_ANY_PACKET_H
#define IPIP_TEST_ANY_PACKET_H

#include <string.h>

#include "facts_oracle.h"
#include "ipip/ipv4.h"

static void put_checksum(uint8_t *header)
{
    uint16_t sum;

    header[10] = header[11] = 0;
    sum = ipip_checksum(header, IPIP_IPV4_HEADER_MIN);
    header[10] = (uint8_t)(sum >> 8);
    header[11] = (uint8_t)sum;
}

/* Numbers that look like chance, and are the same each time. */
static uint32_t chance(uint32_t below)
{
    static uint64_t state = 1;

    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % below;
}

static void put_number(uint8_t *at, uint32_t number)
{
    at[0] = (uint8_t)(number >> 8);
    at[1] = (uint8_t)number;
}

/* Any of the places of the registry, just inside and just outside, mostly with another last octet. */
static void put_address(uint8_t *at)
{
    static const uint8_t addresses[][4] = {
        {0, 0, 0, 0},      {0, 0, 0, 1},         {1, 1, 1, 1},         {9, 255, 255, 255}, {10, 0, 0, 1},
        {11, 0, 0, 1},     {100, 63, 255, 255},  {100, 64, 0, 1},      {100, 127, 255, 1}, {100, 128, 0, 1},
        {127, 0, 0, 1},    {169, 253, 1, 1},     {169, 254, 1, 1},     {169, 255, 1, 1},   {172, 15, 255, 1},
        {172, 16, 0, 1},   {172, 31, 255, 1},    {172, 32, 0, 1},      {192, 0, 0, 1},     {192, 0, 1, 1},
        {192, 0, 2, 1},    {192, 167, 255, 1},   {192, 168, 0, 1},     {192, 169, 0, 1},   {198, 17, 255, 1},
        {198, 18, 0, 1},   {198, 19, 255, 1},    {198, 20, 0, 1},      {198, 51, 99, 1},   {198, 51, 100, 1},
        {198, 51, 101, 1}, {203, 0, 112, 1},     {203, 0, 113, 1},     {203, 0, 114, 1},   {223, 255, 255, 255},
        {224, 0, 0, 1},    {239, 255, 255, 255}, {240, 0, 0, 1},       {254, 1, 1, 1},     {255, 0, 0, 1},
        {8, 8, 8, 8},      {255, 255, 255, 254}, {255, 255, 255, 255},
    };

    memcpy(at, addresses[chance(sizeof addresses / sizeof addresses[0])], 4);
    if (chance(4) != 0)
        at[3] = (uint8_t)chance(256);
}

/* A header that is usual but for what chance does to it. */
static void put_header(uint8_t *at, uint32_t total, uint8_t protocol)
{
    static const uint8_t flags[] = {0x40, 0x40, 0x40, 0x40, 0x00, 0x00, 0x00, 0xc0, 0x20, 0x60};

    at[0] = chance(40) == 0 ? (uint8_t)chance(256) : 0x45;
    at[1] = chance(3) == 0 ? (uint8_t)chance(256) : 0;
    put_number(at + 2, chance(30) == 0 ? chance(70000) : total);
    put_number(at + 4, chance(4) == 0 ? 0 : chance(65536));
    put_number(at + 6, (uint32_t)flags[chance(sizeof flags)] << 8 | (chance(40) == 0 ? chance(8192) : 0));
    at[8] = chance(12) == 0 ? 0 : (uint8_t)chance(256);
    at[9] = chance(20) == 0 ? (uint8_t)chance(256) : protocol;
    put_address(at + 12);
    put_address(at + 16);
    put_checksum(at);
    if (chance(20) == 0)
        at[11]++;
}

/* TCP or UDP with a checksum that is right, that of the pseudo-header only, none, or wrong. */
static void put_transport(uint8_t *header, uint32_t bytes)
{
    uint8_t *at = header + IPIP_IPV4_HEADER_MIN;
    uint32_t field = header[9] == IPIP_PROTOCOL_TCP ? 16 : 6;
    uint32_t sum;

    if (bytes < field + 2)
        return;
    if (header[9] == IPIP_PROTOCOL_UDP)
        put_number(at + 4, chance(8) == 0 ? chance(100) : bytes);
    put_number(at + field, 0);
    sum = oracle_sum(header[9] + bytes, header + 12, 8);
    if (chance(8) != 0)
        sum = 0xffff - oracle_sum(sum, at, bytes);
    put_number(at + field, chance(8) == 0 ? 0 : sum);
}

#endif
