/* The style sheet and the script of the page, as data; made at build time. */
#ifndef EPOCHLOG_PAGE_ASSETS_H
#define EPOCHLOG_PAGE_ASSETS_H

extern const unsigned char asset_page_css[]; /* terminated */
extern const unsigned char asset_page_js[];
extern const char asset_page_js_hash[]; /* for the content security policy */

#endif
