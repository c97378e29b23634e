/* What kind of file system a folder is on, as far as mapping a file there goes. */
#ifndef EPOCHLOG_MEDIUM_H
#define EPOCHLOG_MEDIUM_H

#include <stdbool.h>
#include <stddef.h>

/* Whether files in an open folder may be mapped and stored into without harm: on a
 * network or FUSE file system stores can fail late, hang, or never reach another host.
 * `name` gets the file system's name, "unknown" where the system does not tell. */
bool epochlog__medium_is_mappable(int folder_fd, char *name, size_t size);

/* The file system of a line of mountinfo ("36 35 98:0 /root /point options [fields] - TYPE
 * source ..."), if it is that of the mount; else false, and `name` stays. */
bool epochlog__medium_of_line(const char *line, int mount, char *name, size_t size);

/* Asks a file system that writes every change to a new place (btrfs) to change this
 * empty file in its place.  Elsewhere nothing happens. */
void epochlog__medium_pin(int fd);

#endif
