// raytracer: draws a scene of spheres over a checkered floor to the terminal,
// two pixels per character cell (the upper half block, in 24-bit colour).
//
//   raytracer SCENE [WIDTH HEIGHT]      size in pixels; default 72 x 48
//
// An ordinary WASI command in C: it reads the scene from a file, takes its size
// from the arguments, the number of samples per pixel from the environment
// (SAMPLES, default 2 x 2), and the time from the clock. With NO_COLOR set it
// draws in ASCII. Build: bench/programs/build.sh raytracer

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_SPHERES 32
#define MAX_BOUNCES 4
#define FAR 1e9

typedef struct {
  double x, y, z;
} Vec;

typedef struct {
  Vec center;
  double radius;
  Vec color;
  double mirror;  // 0: matt, 1: a perfect mirror
} Sphere;

static Sphere spheres[MAX_SPHERES];
static int sphereCount;
static Vec eye = {0, 1.2, -5}, target = {0, 0.8, 0}, light = {-4, 6, -4};
static Vec zenith = {0.25, 0.45, 0.85}, horizon = {0.9, 0.85, 0.8};
static long rays;

static Vec add(Vec a, Vec b) {
  return (Vec){a.x + b.x, a.y + b.y, a.z + b.z};
}

static Vec sub(Vec a, Vec b) {
  return (Vec){a.x - b.x, a.y - b.y, a.z - b.z};
}

static Vec scale(Vec a, double k) {
  return (Vec){a.x * k, a.y * k, a.z * k};
}

static Vec tint(Vec a, Vec b) {
  return (Vec){a.x * b.x, a.y * b.y, a.z * b.z};
}

static Vec cross(Vec a, Vec b) {
  return (Vec){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z,
               a.x * b.y - a.y * b.x};
}

static double dot(Vec a, Vec b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

static Vec unit(Vec a) {
  return scale(a, 1 / sqrt(dot(a, a)));
}

static Vec blend(Vec a, Vec b, double k) {
  return add(scale(a, 1 - k), scale(b, k));
}

/// Reads lines `eye|target|light|zenith|horizon x y z` and
/// `sphere x y z radius red green blue mirror`; returns 0 if one is wrong.
static int readScene(FILE *file) {
  char line[256], word[16];
  int number = 0;
  while (fgets(line, sizeof line, file)) {
    number++;
    double v[8];
    int count = sscanf(line, "%15s %lf %lf %lf %lf %lf %lf %lf %lf", word, v,
                       v + 1, v + 2, v + 3, v + 4, v + 5, v + 6, v + 7);
    if (count < 1 || word[0] == '#') continue;
    Vec at = {v[0], v[1], v[2]};
    if (count == 9 && !strcmp(word, "sphere") && sphereCount < MAX_SPHERES) {
      spheres[sphereCount++] =
          (Sphere){at, v[3], {v[4], v[5], v[6]}, v[7]};
    } else if (count == 4 && !strcmp(word, "eye")) {
      eye = at;
    } else if (count == 4 && !strcmp(word, "target")) {
      target = at;
    } else if (count == 4 && !strcmp(word, "light")) {
      light = at;
    } else if (count == 4 && !strcmp(word, "zenith")) {
      zenith = at;
    } else if (count == 4 && !strcmp(word, "horizon")) {
      horizon = at;
    } else {
      fprintf(stderr, "raytracer: line %d: cannot read: %s", number, line);
      return 0;
    }
  }
  return 1;
}

/// The distance to the nearest sphere along a ray, or FAR.
static double hitSphere(Vec from, Vec along, const Sphere **hit) {
  double nearest = FAR;
  for (int i = 0; i < sphereCount; i++) {
    const Sphere *s = &spheres[i];
    Vec to = sub(s->center, from);
    double middle = dot(to, along);
    double square = s->radius * s->radius - dot(to, to) + middle * middle;
    if (square < 0) continue;
    double root = sqrt(square), t = middle - root;
    if (t < 1e-4) t = middle + root;
    if (t < 1e-4 || t >= nearest) continue;
    nearest = t;
    *hit = s;
  }
  return nearest;
}

static Vec trace(Vec from, Vec along, int bounces) {
  rays++;
  const Sphere *sphere = NULL;
  double t = hitSphere(from, along, &sphere);
  double floorAt = along.y < -1e-6 ? -from.y / along.y : FAR;
  Vec point, normal, color;
  double mirror;

  if (floorAt < t && floorAt < 60) {
    t = floorAt;
    point = add(from, scale(along, t));
    normal = (Vec){0, 1, 0};
    int dark = ((int)floor(point.x) + (int)floor(point.z)) & 1;
    color = dark ? (Vec){0.25, 0.22, 0.3} : (Vec){0.9, 0.9, 0.85};
    mirror = 0.12;
  } else if (t < FAR) {
    point = add(from, scale(along, t));
    normal = scale(sub(point, sphere->center), 1 / sphere->radius);
    color = sphere->color;
    mirror = sphere->mirror;
  } else {
    double up = along.y < 0 ? 0 : along.y;
    return blend(horizon, zenith, pow(up, 0.6));
  }

  Vec toLight = sub(light, point);
  double distance = sqrt(dot(toLight, toLight));
  toLight = scale(toLight, 1 / distance);
  const Sphere *blocker;
  double lit = 0.18, shine = 0;
  if (hitSphere(point, toLight, &blocker) > distance) {
    double facing = dot(normal, toLight);
    if (facing > 0) lit += 0.82 * facing;
    Vec half = unit(sub(toLight, along));
    double gloss = dot(normal, half);
    if (gloss > 0) shine = pow(gloss, 60) * (0.2 + mirror);
  }
  Vec result = scale(color, lit);
  if (mirror > 0 && bounces > 0) {
    Vec bounced = sub(along, scale(normal, 2 * dot(along, normal)));
    Vec seen = trace(point, bounced, bounces - 1);
    Vec paler = blend(color, (Vec){1, 1, 1}, 0.5);
    result = blend(result, tint(seen, paler), mirror);
  }
  result = add(result, (Vec){shine, shine, shine});
  double fog = t > 12 ? 1 - exp((12 - t) * 0.06) : 0;
  return blend(result, horizon, fog);
}

static int level(double value) {
  double v = sqrt(value < 0 ? 0 : value > 1 ? 1 : value);  // gamma 2
  return (int)(v * 255 + 0.5);
}

int main(int argc, char **argv) {
  int width = argc > 2 ? atoi(argv[2]) : 72;
  int height = argc > 3 ? atoi(argv[3]) : 48;
  if (argc < 2 || width < 1 || height < 2 || width > 1000 || height > 1000) {
    fprintf(stderr, "usage: raytracer SCENE [WIDTH HEIGHT]\n");
    return 2;
  }
  FILE *file = fopen(argv[1], "r");
  if (!file) {
    perror(argv[1]);
    return 1;
  }
  int ok = readScene(file);
  fclose(file);
  if (!ok) return 1;

  const char *wanted = getenv("SAMPLES");
  int samples = wanted ? atoi(wanted) : 2;
  if (samples < 1 || samples > 16) samples = 2;
  int plain = getenv("NO_COLOR") != NULL;

  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  Vec ahead = unit(sub(target, eye));
  Vec right = unit(cross((Vec){0, 1, 0}, ahead));
  Vec up = cross(ahead, right);
  int rows = height / 2;
  for (int row = 0; row < rows; row++) {
    for (int column = 0; column < width; column++) {
      int rgb[2][3];
      double bright = 0;
      for (int half = 0; half < 2; half++) {
        Vec sum = {0, 0, 0};
        for (int s = 0; s < samples * samples; s++) {
          double px = column + (s % samples + 0.5) / samples;
          double py = row * 2 + half + ((double)(s / samples) + 0.5) / samples;
          double x = (px * 2 - width) / height, y = 1 - py * 2 / height;
          Vec aside = add(scale(right, x * 0.6), scale(up, y * 0.6));
          Vec along = add(ahead, aside);
          sum = add(sum, trace(eye, unit(along), MAX_BOUNCES));
        }
        sum = scale(sum, 1.0 / (samples * samples));
        rgb[half][0] = level(sum.x);
        rgb[half][1] = level(sum.y);
        rgb[half][2] = level(sum.z);
        bright += (sum.x + sum.y + sum.z) / 6;
      }
      if (plain) {
        static const char shades[] = " .:-=+*#%@";
        int shade = (int)(bright * 10);
        putchar(shades[shade < 0 ? 0 : shade > 9 ? 9 : shade]);
      } else {
        printf("\x1b[38;2;%d;%d;%d;48;2;%d;%d;%dm\u2580", rgb[0][0], rgb[0][1],
               rgb[0][2], rgb[1][0], rgb[1][1], rgb[1][2]);
      }
    }
    puts(plain ? "" : "\x1b[0m");
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  double ms = (double)(end.tv_sec - start.tv_sec) * 1e3 +
              (double)(end.tv_nsec - start.tv_nsec) / 1e6;
  printf("%d x %d pixels, %d spheres, %ld rays in %.0f ms\n", width, rows * 2,
         sphereCount, rays, ms);
  return 0;
}
