/* To be loaded before the C library of a program (LD_PRELOAD): right after it has read from the file CHANGED for the
 * first time, that file gets a byte more, or, where MOVED is given, the folder of that name gets ".moved" behind its
 * name. Linux only. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LONGEST = 4096 };

static void change(const char *path)
{
    char moved[LONGEST];
    const char *folder = getenv("MOVED");
    if (folder) {
        snprintf(moved, sizeof moved, "%s.moved", folder);
        rename(folder, moved);
        return;
    }
    const int descriptor = open(path, O_WRONLY | O_APPEND);
    if (descriptor < 0 || write(descriptor, "", 1) != 1) abort();
    close(descriptor);
}

ssize_t read(int descriptor, void *bytes, size_t size)
{
    static int done;
    char link[LONGEST], path[LONGEST + 1];
    const ssize_t count = syscall(SYS_read, descriptor, bytes, size);
    const char *changed = getenv("CHANGED");
    if (done || !changed) return count;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const ssize_t length = readlink(link, path, LONGEST);
    if (length < 0) return count;
    path[length] = 0;
    if (strcmp(path, changed) != 0) return count;
    done = 1;
    change(path);
    return count;
}
