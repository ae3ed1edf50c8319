// Lists the directory it gets, which has a file `f` and a directory `d`, by
// wasi-libc's own functions: these look up what an entry does not say.

#include <dirent.h>
#include <string.h>

#include "check.h"

static void lists(const char* path, const char* const* names, int count) {
  struct dirent** entries;
  CHECK(scandir(path, &entries, 0, alphasort) == count);
  for (int i = 0; i < count; i++) {
    CHECK(strcmp(entries[i]->d_name, names[i]) == 0);
    CHECK(entries[i]->d_ino != 0);
  }
}

int main(void) {
  lists(".", (const char*[]){".", "..", "d", "f"}, 4);
  lists("d", (const char*[]){".", ".."}, 2);
}
