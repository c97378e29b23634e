#include "page/prose.h"

#include <cmark.h>
#include <stdlib.h>

/* An image that would be fetched becomes its words: the page asks nobody. */
static void drop_remote_images(cmark_node *document)
{
  cmark_iter *walk = cmark_iter_new(document);
  cmark_event_type event;

  while ((event = cmark_iter_next(walk)) != CMARK_EVENT_DONE) {
    cmark_node *node = cmark_iter_get_node(walk);

    if (event == CMARK_EVENT_ENTER && cmark_node_get_type(node) == CMARK_NODE_IMAGE) {
      const char *url = cmark_node_get_url(node);
      const char inline_start[] = "data:image/";
      size_t same = 0;

      while (url && url[same] && url[same] == inline_start[same]) same++;
      if (same < sizeof inline_start - 1) cmark_node_set_url(node, "");
    }
  }
  cmark_iter_free(walk);
}

void prose_put(struct markup *markup, const char *markdown, size_t size)
{
  const size_t length = size > PROSE_MAX ? PROSE_MAX : size;
  cmark_node *document = cmark_parse_document(markdown, length, CMARK_OPT_VALIDATE_UTF8);
  char *html;

  if (!document) {
    markup_fail(markup, "a text could not be read as Markdown");
    return;
  }
  drop_remote_images(document);
  html = cmark_render_html(document, CMARK_OPT_SAFE);
  cmark_node_free(document);
  if (!html) {
    markup_fail(markup, "out of memory");
    return;
  }
  markup_put(markup, "<div class=\"prose\">\n");
  markup_put(markup, html);
  if (size > length) markup_put(markup, "<p>(The rest of this text was left out.)</p>\n");
  markup_put(markup, "</div>\n");
  free(html);
}
