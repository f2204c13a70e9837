/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html.h"

#include "../printable.h"
#include "ipip/version.h"
#include "report/page/page_files.h"

void html_put(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#39;", out);
            break;
        default:
            putc(*text, out);
        }
    }
}

void html_put_name(FILE *out, const char *text)
{
    char *shown = printable(text);

    html_put(out, shown);
    g_free(shown);
}

/* What the policy calls a style or a script by. */
static void put_hash(FILE *out, const char *text)
{
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize length = sizeof digest;
    char *base64;

    g_checksum_update(sum, (const guchar *)text, -1);
    g_checksum_get_digest(sum, digest, &length);
    base64 = g_base64_encode(digest, length);
    fprintf(out, "'sha256-%s'", base64);
    g_free(base64);
    g_checksum_free(sum);
}

void html_begin(FILE *out, const char *title)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; form-action "
          "'none'; style-src ",
          out);
    put_hash(out, page_style);
    fputs("; script-src ", out);
    put_hash(out, page_script);
    fputs("\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
          out);
    html_put_name(out, title);
    fprintf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n", page_style);
}

void html_end(FILE *out)
{
    fprintf(out,
            "</main>\n<footer><p>Made by ipip %s. The page is one file and loads nothing.</p></footer>\n"
            "<script>%s</script>\n</body>\n</html>\n",
            IPIP_VERSION, page_script);
}

void html_put_copy_button(FILE *out, const char *id, const char *what)
{
    fprintf(
        out,
        "<button type=\"button\" class=\"copy\" data-copy=\"%s\" hidden>Copy<span class=\"unseen\"> %s</span></button>",
        id, what);
}

void html_put_badge(FILE *out, enum ipip_severity severity)
{
    const char *name = ipip_severity_name(severity);

    fprintf(out, "<span class=\"badge %s\">%s</span>", name, name);
}
