// cat: copies files, or standard input for none or "-", to standard output.
//
//   cat [-n] [FILE ...]      -n numbers the lines
//
// An ordinary WASI command in C. Build: bench/programs/build.sh cat

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int numbered;
static unsigned long lines;
static int atLineStart = 1;

static int copy(FILE *in, const char *name) {
  char buffer[4096];
  size_t count;
  while ((count = fread(buffer, 1, sizeof buffer, in)) > 0) {
    if (!numbered) {
      if (fwrite(buffer, 1, count, stdout) != count) return 1;
      continue;
    }
    for (size_t i = 0; i < count; i++) {
      if (atLineStart) printf("%6lu\t", ++lines);
      putchar(buffer[i]);
      atLineStart = buffer[i] == '\n';
    }
  }
  if (!ferror(in)) return 0;
  fprintf(stderr, "cat: %s: %s\n", name, strerror(errno));
  return 1;
}

int main(int argc, char **argv) {
  int status = 0, first = 1;
  if (argc > 1 && !strcmp(argv[1], "-n")) {
    numbered = 1;
    first = 2;
  }
  if (first == argc) status = copy(stdin, "stdin");
  for (int i = first; i < argc; i++) {
    if (!strcmp(argv[i], "-")) {
      status |= copy(stdin, "stdin");
      continue;
    }
    FILE *in = fopen(argv[i], "rb");
    if (!in) {
      fprintf(stderr, "cat: %s: %s\n", argv[i], strerror(errno));
      status = 1;
      continue;
    }
    status |= copy(in, argv[i]);
    fclose(in);
  }
  if (fflush(stdout)) status = 1;
  return status;
}
