/* Runs a fuzz target over every file of the given folders, without a fuzzer: what once was found stays mended. Fails
 * when a folder holds no file. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { MOST_PATH = 4096, MOST_BYTES = 1 << 20 };

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(MOST_BYTES);
    if (!file || !bytes) {
        fprintf(stderr, "%s can't be read.\n", path);
        exit(1);
    }
    size_t size = fread(bytes, 1, MOST_BYTES, file);
    uint8_t *exact = malloc(size ? size : 1); /* so that a sanitizer sees reads past the end */
    if (!exact) exit(1);
    memcpy(exact, bytes, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    free(bytes);
    fclose(file);
    return 1;
}

static int replay_folder(const char *folder)
{
    int count = 0;
    char path[MOST_PATH];
    DIR *entries = opendir(folder);
    if (!entries) return 0;
    for (struct dirent *entry; (entry = readdir(entries));) {
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        count += replay_file(path);
    }
    closedir(entries);
    return count;
}

int main(int count, char **folders)
{
    for (int i = 1; i < count; i++) {
        int files = replay_folder(folders[i]);
        if (files == 0) {
            fprintf(stderr, "%s holds nothing to replay.\n", folders[i]);
            return 1;
        }
        printf("%s: %d inputs replayed\n", folders[i], files);
    }
    return count > 1 ? 0 : 2;
}
