// scene: rays against a tree of shapes, through virtual functions and
// templates: spheres, boxes, and groups that hold others. n rays. C++ without
// its library.
#include "kernel.h"

inline void *operator new(__SIZE_TYPE__, void *at) noexcept { return at; }

namespace {

template <typename T> struct Vec {
  T x, y, z;
  Vec operator+(Vec o) const { return {x + o.x, y + o.y, z + o.z}; }
  Vec operator-(Vec o) const { return {x - o.x, y - o.y, z - o.z}; }
  Vec operator*(T k) const { return {x * k, y * k, z * k}; }
  T dot(Vec o) const { return x * o.x + y * o.y + z * o.z; }
};
using V = Vec<f64>;

struct Ray {
  V from, along;
};

class Shape {
public:
  /// The distance to the first hit, or a negative number.
  virtual f64 hit(const Ray &ray) const = 0;
  virtual u32 colour() const { return 0x10; }
  virtual const Shape *nearest(const Ray &ray, f64 &distance) const {
    distance = hit(ray);
    return distance > 0 ? this : nullptr;
  }
};

class Sphere final : public Shape {
  V centre;
  f64 radius;

public:
  Sphere() : centre{}, radius(0) {}
  Sphere(V c, f64 r) : centre(c), radius(r) {}
  f64 hit(const Ray &ray) const override {
    V to = centre - ray.from;
    f64 b = to.dot(ray.along);
    f64 d = b * b - to.dot(to) + radius * radius;
    return d < 0 ? -1 : b - __builtin_sqrt(d);
  }
  u32 colour() const override { return (u32)(i32)(centre.x * 8) & 0xff; }
};

class Box final : public Shape {
  V low, high;

public:
  Box() : low{}, high{} {}
  Box(V l, V h) : low(l), high(h) {}
  f64 hit(const Ray &ray) const override {
    f64 near = -1e30, far = 1e30;
    slab(low.x, high.x, ray.from.x, ray.along.x, near, far);
    slab(low.y, high.y, ray.from.y, ray.along.y, near, far);
    slab(low.z, high.z, ray.from.z, ray.along.z, near, far);
    return near > far ? -1 : near;
  }
  u32 colour() const override { return 0x77; }

private:
  static void slab(f64 l, f64 h, f64 from, f64 along, f64 &near, f64 &far) {
    f64 inverse = 1 / along;
    f64 a = (l - from) * inverse, b = (h - from) * inverse;
    if (a > b) {
      f64 c = a;
      a = b;
      b = c;
    }
    if (a > near) near = a;
    if (b < far) far = b;
  }
};

template <i32 SIZE> class Group final : public Shape {
  const Shape *shapes[SIZE];

public:
  void put(i32 i, const Shape *shape) { shapes[i] = shape; }
  f64 hit(const Ray &ray) const override {
    f64 distance;
    return nearest(ray, distance) ? distance : -1;
  }
  const Shape *nearest(const Ray &ray, f64 &distance) const override {
    const Shape *best = nullptr;
    distance = 1e30;
    for (const Shape *shape : shapes) {
      f64 d;
      const Shape *found = shape->nearest(ray, d);
      if (found && d < distance) best = found, distance = d;
    }
    return best;
  }
};

Sphere spheres[4][6];
Box boxes[4][2];
Group<8> groups[4];
Group<4> scene;

void build() {
  for (i32 g = 0; g < 4; g++) {
    new (&groups[g]) Group<8>();
    for (i32 i = 0; i < 6; i++) {
      V centre = {g * 2.0 + i * 0.25, i * 0.5 - 1, 6.0 + i};
      groups[g].put(i, new (&spheres[g][i]) Sphere(centre, 0.5 + i * 0.125));
    }
    for (i32 i = 0; i < 2; i++) {
      V low = {g * 2.0, i - 1.0, 9.0 + i};
      groups[g].put(6 + i, new (&boxes[g][i]) Box(low, low + V{0.5, 0.5, 0.5}));
    }
  }
  new (&scene) Group<4>();
  for (i32 g = 0; g < 4; g++) scene.put(g, &groups[g]);
}

} // namespace

extern "C" RUN i32 run(i32 n) {
  build();
  u32 seed = 2463534242u, sum = 0;
  const Shape &root = scene;
  for (i32 i = 0; i < n; i++) {
    V along = {(f64)(rng32(&seed) & 1023) / 512 - 0.5,
               (f64)(rng32(&seed) & 1023) / 512 - 1, 1};
    Ray ray = {{3, 0, -4}, along * (1 / __builtin_sqrt(along.dot(along)))};
    f64 distance;
    const Shape *found = root.nearest(ray, distance);
    sum = mix32(sum, found ? found->colour() + (u32)(i32)(distance * 64) : 1);
  }
  return (i32)sum;
}
