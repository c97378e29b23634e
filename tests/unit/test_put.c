/* What keeps a hostile name from becoming markup. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "page/prose.h"
#include "page/put.h"

static char *taken(struct markup *markup)
{
  char *text = NULL;

  assert_null(markup_take(markup, &text, NULL));
  return text;
}

static void text_is_escaped_and_markup_is_not(void **state)
{
  struct markup markup;
  char *text;

  (void)state;
  markup_init(&markup, 1000);
  put(&markup, "<td class=\"%r\">%s</td> %z %d %%", "n", "<b>&\"'", (size_t)7, -5LL);
  text = taken(&markup);
  assert_null(strstr(text, "<b>"));
  assert_non_null(strstr(text, "<td class=\"n\">&lt;b&gt;&amp;&quot;"));
  assert_non_null(strstr(text, "</td> 7 -5 %"));
  free(text);
}

struct base64_case {
  const char *bytes, *text;
};

/* The vectors of RFC 4648, section 10. */
static void base64_is_that_of_the_rfc(void **state)
{
  static const struct base64_case cases[] = {{"", ""},
                                             {"f", "Zg=="},
                                             {"fo", "Zm8="},
                                             {"foo", "Zm9v"},
                                             {"foob", "Zm9vYg=="},
                                             {"fooba", "Zm9vYmE="},
                                             {"foobar", "Zm9vYmFy"}};

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct markup markup;
    char *text;

    markup_init(&markup, 100);
    put_base64(&markup, cases[i].bytes, strlen(cases[i].bytes));
    text = taken(&markup);
    assert_string_equal(text, cases[i].text);
    free(text);
  }
}

static char *prose_of(const char *markdown)
{
  struct markup markup;

  markup_init(&markup, 100000);
  prose_put(&markup, markdown, strlen(markdown));
  return taken(&markup);
}

static void prose_is_rendered(void **state)
{
  char *html = prose_of("# Result\n\nIt *works*.");

  (void)state;
  assert_non_null(strstr(html, "<h1>Result</h1>"));
  assert_non_null(strstr(html, "<em>works</em>"));
  free(html);
}

static void prose_cannot_bring_markup_or_scripts(void **state)
{
  char *html = prose_of("<script>alert(1)</script>\n\n[x](javascript:alert(1))\n\n<b>y</b>");

  (void)state;
  assert_null(strstr(html, "<script"));
  assert_null(strstr(html, "javascript:"));
  assert_null(strstr(html, "<b>"));
  free(html);
}

static void prose_cannot_ask_the_network_for_an_image(void **state)
{
  char *html = prose_of("![a](http://example.org/a.png) ![b](data:image/png;base64,AAAA)");

  (void)state;
  assert_null(strstr(html, "example.org"));
  assert_non_null(strstr(html, "data:image/png;base64,AAAA"));
  free(html);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_is_escaped_and_markup_is_not),
      cmocka_unit_test(base64_is_that_of_the_rfc),
      cmocka_unit_test(prose_is_rendered),
      cmocka_unit_test(prose_cannot_bring_markup_or_scripts),
      cmocka_unit_test(prose_cannot_ask_the_network_for_an_image),
  };

  return cmocka_run_group_tests_name("put", tests, NULL, NULL) != 0;
}
