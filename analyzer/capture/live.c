/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "live.h"

#include <net/if.h>
#include <pcap/pcap.h>

#include "../out_of_memory.h"
#include "draft.h"
#include "filter.h"
#include "output.h"
#include "pcapng_blocks.h"
#include "reader.h"
#include "stop.h"

enum {
    AT_ONCE = 256,      /* packets that are taken over in one go */
    BLOCK_TIMEOUT = 50, /* milliseconds after which the kernel hands over what it has */
    LINGER = 150,       /* for what came before the end, and is not handed over yet */
    PACKET_BLOCK = 32,
};

struct live {
    struct input_source source;
    pcap_t *handle;
    int fd;
    struct output *file; /* NULL: none, or it can't be written any more */
    GError *loss;        /* why not */
    struct outbox box;   /* what was captured, and kept, but not read yet from `read` on */
    size_t read;
    int64_t left;       /* packets that are still wanted */
    gint64 until;       /* when it ends, by g_get_monotonic_time() */
    int64_t last;       /* nanoseconds since 1970-01-01 UTC: the time of the last packet that counts */
    gboolean is_ending; /* until and last are set */
    gboolean is_past;   /* a packet after that has come */
    gboolean is_over;
};

/* LINKTYPE_ numbers are those of files; for raw IP the library's own differs. */
static uint16_t link_type_of(pcap_t *handle)
{
    int type = pcap_datalink(handle);

    return (uint16_t)(type == DLT_RAW ? FILTER_LINKTYPE_RAW : type);
}

static void take_packet(u_char *context, const struct pcap_pkthdr *header, const u_char *data)
{
    struct live *l = (struct live *)context;
    uint64_t time =
        (uint64_t)header->ts.tv_sec * 1000000000 + (uint64_t)header->ts.tv_usec; /* nanoseconds, as was asked */
    uint32_t padding = -header->caplen & 3;
    uint32_t total = PACKET_BLOCK + header->caplen + padding;
    struct draft d;

    l->is_past |= (int64_t)time > l->last;
    if (l->is_past)
        return;
    l->left--;
    outbox_room(&l->box, total);
    d = draft_of(&l->box, G_BYTE_ORDER == G_BIG_ENDIAN);
    put32(&d, PCAPNG_ENHANCED_PACKET);
    put32(&d, total);
    put32(&d, 0);
    put32(&d, (uint32_t)(time >> 32));
    put32(&d, (uint32_t)time);
    put32(&d, header->caplen);
    put32(&d, header->len);
    memcpy(d.at, data, header->caplen);
    d.at += header->caplen;
    put_zeroes(&d, padding);
    put32(&d, total);
    l->box.next = d.at;
}

static void put64(struct draft *d, uint64_t value)
{
    memcpy(d->at, &value, sizeof value);
    d->at += sizeof value;
}

static void put_count(struct draft *d, uint16_t code, uint64_t value)
{
    put16(d, code);
    put16(d, sizeof value);
    put64(d, value);
}

static struct pcap_stat stats_of(struct live *l)
{
    struct pcap_stat stats = {0};

    if (pcap_stats(l->handle, &stats) != 0)
        stats = (struct pcap_stat){0};
    return stats;
}

uint64_t live_dropped(struct live *l)
{
    struct pcap_stat stats = stats_of(l);

    return (uint64_t)stats.ps_drop + stats.ps_ifdrop;
}

static void put_statistics(struct live *l)
{
    enum { BYTES = 64 };
    struct pcap_stat stats = stats_of(l);
    uint64_t now = (uint64_t)g_get_real_time() * 1000;
    struct draft d;

    outbox_room(&l->box, BYTES);
    d = draft_of(&l->box, G_BYTE_ORDER == G_BIG_ENDIAN);
    put32(&d, PCAPNG_STATISTICS);
    put32(&d, BYTES);
    put32(&d, 0);
    put32(&d, (uint32_t)(now >> 32));
    put32(&d, (uint32_t)now);
    put_count(&d, PCAPNG_OPTION_ISB_RECEIVED, stats.ps_recv);
    put_count(&d, PCAPNG_OPTION_ISB_DROPPED, stats.ps_ifdrop);
    put_count(&d, PCAPNG_OPTION_ISB_OS_DROPPED, stats.ps_drop);
    put32(&d, PCAPNG_OPTION_END);
    put32(&d, BYTES);
    l->box.next = d.at;
}

/* What comes until now counts, and is waited for a moment. */
static void begin_to_end(struct live *l)
{
    l->is_ending = TRUE;
    l->until = g_get_monotonic_time() + LINGER * (gint64)1000;
    l->last = g_get_real_time() * 1000;
}

static gboolean is_at_end(const struct live *l)
{
    return l->left <= 0 || l->is_past || (l->is_ending && g_get_monotonic_time() >= l->until);
}

/* Where that fails, there will be no file, and the capture is over. */
static void keep(struct live *l)
{
    if (l->file == NULL || output_write(l->file, l->box.octets, outbox_bytes(&l->box), &l->loss))
        return;
    output_discard(g_steal_pointer(&l->file));
    l->is_over = TRUE;
}

/* Captures some, or ends. FALSE and `*error` where that can't go on. */
static gboolean fetch(struct live *l, GError **error)
{
    int count;

    outbox_empty(&l->box);
    l->read = 0;
    if (!l->is_ending && (stop_is_requested() || g_get_monotonic_time() >= l->until))
        begin_to_end(l);
    count = pcap_dispatch(l->handle, (int)CLAMP(l->left, 1, AT_ONCE), take_packet, (u_char *)l);
    if (count < 0) {
        g_set_error(error, LIVE_ERROR, 0, "%s", pcap_geterr(l->handle));
        return FALSE;
    }
    if (is_at_end(l)) {
        put_statistics(l);
        l->is_over = TRUE;
    }
    keep(l);
    return TRUE;
}

static size_t held(const struct live *l)
{
    return outbox_bytes(&l->box) - l->read;
}

static struct live *live_of(struct input_source *source)
{
    return (struct live *)source;
}

static gboolean is_ready(struct input_source *source)
{
    struct live *l = live_of(source);

    /* What fails now fails again when it is read. */
    return held(l) > 0 || l->is_over || !fetch(l, NULL) || held(l) > 0;
}

static gssize read_live(struct input_source *source, uint8_t *out, size_t capacity, GError **error)
{
    struct live *l = live_of(source);
    size_t bytes;

    while (held(l) == 0 && !l->is_over) {
        if (!fetch(l, error)) {
            l->is_over = TRUE;
            return -1;
        }
        if (held(l) == 0 && !l->is_over)
            stop_wait(l->fd, l->until, !l->is_ending);
    }
    bytes = MIN(held(l), capacity);
    if (bytes > 0)
        memcpy(out, l->box.octets + l->read, bytes);
    l->read += bytes;
    return (gssize)bytes;
}

static double no_share(const struct input_source *source)
{
    (void)source;
    return -1;
}

static void leave_open(struct input_source *source)
{
    (void)source;
}

const char *live_interface_name(int index)
{
    static struct if_nameindex *all;
    int i = 0;

    if (all == NULL)
        all = if_nameindex();
    while (all != NULL && all[i].if_index != 0 && i < index)
        i++;
    if (all != NULL && all[i].if_index != 0)
        return all[i].if_name;
    return i == index ? "any" : NULL;
}

static void set_why_not(GError **error, pcap_t *handle, const char *name, int status)
{
    if (status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED) {
        g_set_error(error, LIVE_ERROR, 0,
                    "%s: to capture, root or CAP_NET_RAW is needed: `setcap cap_net_raw+ep` on the program", name);
        return;
    }
    if (status == PCAP_ERROR_NO_SUCH_DEVICE) {
        GString *names = g_string_new(NULL);

        for (int i = 0; live_interface_name(i) != NULL; i++)
            g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", live_interface_name(i));
        g_set_error(error, LIVE_ERROR, 0, "%s: no such interface; there are %s", name, names->str);
        g_string_free(names, TRUE);
        return;
    }
    g_set_error(error, LIVE_ERROR, 0, "%s: %s", name,
                status == PCAP_ERROR && *pcap_geterr(handle) != '\0' ? pcap_geterr(handle) : pcap_statustostr(status));
}

static gboolean set_filter(pcap_t *handle, const char *expression, GError **error)
{
    struct bpf_program program;
    gboolean is_set;

    if (expression == NULL)
        return TRUE;
    if (pcap_compile(handle, &program, expression, 1, PCAP_NETMASK_UNKNOWN) != 0) {
        g_set_error(error, LIVE_ERROR, 0, "the filter \"%s\" can't be used here: %s", expression, pcap_geterr(handle));
        return FALSE;
    }
    is_set = pcap_setfilter(handle, &program) == 0;
    pcap_freecode(&program);
    if (!is_set)
        g_set_error(error, LIVE_ERROR, 0, "the filter \"%s\": %s", expression, pcap_geterr(handle));
    return is_set;
}

/* 0, or a status of libpcap. */
static int configure(pcap_t *handle, int mebibytes)
{
    int status = pcap_set_snaplen(handle, CAPTURE_SNAPLEN);

    if (status == 0)
        status = pcap_set_promisc(handle, 1);
    if (status == 0)
        status = pcap_set_timeout(handle, BLOCK_TIMEOUT);
    if (status == 0)
        status = pcap_set_buffer_size(handle, mebibytes << 20);
    if (status == 0)
        status = pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO);
    return status;
}

static gboolean activate(pcap_t *handle, const struct live_settings *settings, const char *expression, GError **error)
{
    char why[PCAP_ERRBUF_SIZE] = "";
    int status = configure(handle, settings->buffer);

    if (status == 0)
        status = pcap_activate(handle);
    if (status < 0) {
        set_why_not(error, handle, settings->interface, status);
        return FALSE;
    }
    /* SLL2 names the interface of each packet; where it can't be had, as on PPP, there is but one. */
    if (pcap_datalink(handle) == DLT_LINUX_SLL && pcap_set_datalink(handle, DLT_LINUX_SLL2) != 0)
        g_debug("%s: %s", settings->interface, pcap_geterr(handle));
    if (pcap_setnonblock(handle, 1, why) != 0) {
        g_set_error(error, LIVE_ERROR, 0, "%s: %s", settings->interface, why);
        return FALSE;
    }
    return set_filter(handle, expression, error);
}

struct live *live_open(const struct live_settings *settings, const char *expression, GError **error)
{
    char why[PCAP_ERRBUF_SIZE] = "";
    pcap_t *handle = pcap_create(settings->interface, why);
    struct live *l;

    if (handle == NULL) {
        g_set_error(error, LIVE_ERROR, 0, "%s: %s", settings->interface, why);
        return NULL;
    }
    if (!activate(handle, settings, expression, error)) {
        pcap_close(handle);
        return NULL;
    }
    l = g_new0(struct live, 1);
    l->source = (struct input_source){read_live, is_ready, no_share, leave_open};
    l->handle = handle;
    l->fd = pcap_get_selectable_fd(handle);
    l->left = settings->count > 0 ? settings->count : INT64_MAX;
    l->until =
        settings->duration > 0 ? g_get_monotonic_time() + (gint64)settings->duration * G_USEC_PER_SEC : G_MAXINT64;
    l->last = INT64_MAX;
    pcapng_put_header(&l->box, &(struct pcapng_description){G_BYTE_ORDER == G_BIG_ENDIAN, link_type_of(handle),
                                                            settings->interface, 9});
    return l;
}

gboolean live_keep(struct live *l, const char *path, GError **error)
{
    l->file = output_open(path, error);
    if (l->file != NULL)
        keep(l);
    return l->file != NULL;
}

struct input *live_input(struct live *l)
{
    return input_of(&l->source);
}

gboolean live_close(struct live *l, GError **error)
{
    gboolean is_kept = l->loss == NULL && (l->file == NULL || output_commit(l->file, error));

    if (l->loss != NULL)
        g_propagate_error(error, g_steal_pointer(&l->loss));
    l->file = NULL;
    live_discard(l);
    return is_kept;
}

void live_discard(struct live *l)
{
    if (l->file != NULL)
        output_discard(l->file);
    g_clear_error(&l->loss);
    pcap_close(l->handle);
    g_free(l->box.octets);
    g_free(l);
}
