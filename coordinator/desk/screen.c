/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/screen.h"

#include <assert.h>
#include <string.h>

#include "proto/base/bytes.h"
#include "proto/base/random.h"

struct screen_words {
    const char *title, *text, *link, *to;
};

static const struct screen_words *words_of(enum screen screen, bool swedish)
{
    static const struct screen_words all[][2] = {
        {{"Log in",
          "This page asks the regions of Sweden how many patients are like this. Log in "
          "with your organisation's account.",
          "Log in", "/login"},
         {"Logga in",
          "Här frågar du Sveriges regioner hur många patienter som liknar varandra. "
          "Logga in med din organisations konto.",
          "Logga in", "/login"}},
        {{"You are not logged in", "The log-in did not succeed.", "Try again", "/login"},
         {"Du är inte inloggad", "Inloggningen lyckades inte.", "Försök igen", "/login"}},
        {{"You have logged out",
          "Your session at this desk has ended. Your account may still be "
          "logged in at your organisation.",
          "Log in again", "/login"},
         {"Du har loggat ut",
          "Din session här är avslutad. Ditt konto kan fortfarande vara "
          "inloggat hos din organisation.",
          "Logga in igen", "/login"}},
        {{"You are logged in", "The page opens.", "Open the page", "/"},
         {"Du är inloggad", "Sidan öppnas.", "Öppna sidan", "/"}},
    };

    switch (screen) {
    case SCREEN_WELCOME:
        return &all[0][swedish];
    case SCREEN_REFUSED:
        return &all[1][swedish];
    case SCREEN_LEFT:
        return &all[2][swedish];
    case SCREEN_IN:
        break;
    }
    return &all[3][swedish];
}

static const char style[] =
    ":root{color-scheme:light dark}"
    "body{font:1.125rem/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto 0;padding:0 1rem;"
    "color:CanvasText;background:Canvas}"
    "a{display:inline-block;padding:.6rem 1.2rem;border:2px solid;border-radius:.4rem;"
    "color:LinkText;font-weight:600}"
    "a:focus-visible{outline:3px solid CanvasText;outline-offset:3px}";

static void add_escaped(struct bytes *to, const char *text)
{
    for (; *text; text++) {
        if (*text == '<')
            bytes_add_text(to, "&lt;");
        else if (*text == '&')
            bytes_add_text(to, "&amp;");
        else
            bytes_add(to, text, 1);
    }
}

static void add_why(struct bytes *to, const struct err *why, bool swedish)
{
    bytes_add_text(to,
                   swedish ? "<p>Skälet, på engelska: <span lang=\"en\">" : "<p>Because: <span>");
    add_escaped(to, why->text);
    bytes_add_text(to, "</span></p>");
}

static void draw(char nonce[static ASSETS_NONCE_BYTES])
{
    uint8_t drawn[(ASSETS_NONCE_BYTES - 1) / 2];

    random_bytes(drawn, sizeof(drawn));
    bytes_to_hex(drawn, sizeof(drawn), nonce);
}

void screen_show(enum screen screen, const char *language, const struct err *why,
                 char nonce[static ASSETS_NONCE_BYTES], struct exchange_response *response)
{
    assert(language && response && (screen == SCREEN_REFUSED) == (why != NULL));
    bool swedish = strcmp(language, "sv") == 0;
    const struct screen_words *words = words_of(screen, swedish);
    struct bytes *to = &response->body;

    draw(nonce);
    exchange_text(response, 200, "text/html; charset=utf-8", "<!doctype html><html lang=\"");
    bytes_add_text(to, swedish ? "sv" : "en");
    bytes_add_text(to, "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                       "content=\"width=device-width\"><title>");
    bytes_add_text(to, words->title);
    bytes_add_text(to, " – rikstal</title><style nonce=\"");
    bytes_add_text(to, nonce);
    bytes_add_text(to, "\">");
    bytes_add_text(to, style);
    bytes_add_text(to, "</style></head><body><main><h1>");
    bytes_add_text(to, words->title);
    bytes_add_text(to, "</h1><p>");
    bytes_add_text(to, words->text);
    bytes_add_text(to, "</p>");
    if (why)
        add_why(to, why, swedish);
    bytes_add_text(to, "<p><a href=\"");
    bytes_add_text(to, words->to);
    bytes_add_text(to, "\">");
    bytes_add_text(to, words->link);
    bytes_add_text(to, "</a></p></main></body></html>\n");
}
