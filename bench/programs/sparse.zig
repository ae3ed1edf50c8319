// sparse: conjugate gradients on the five-point Laplacian of a square grid in
// compressed rows: n iterations over 4,096 unknowns.

const side = 64;
const size = side * side;

var starts: [size + 1]u32 = undefined;
var columns: [5 * size]u32 = undefined;
var values: [5 * size]f64 = undefined;
var x: [size]f64 = undefined;
var r: [size]f64 = undefined;
var p: [size]f64 = undefined;
var q: [size]f64 = undefined;

fn put(at: *u32, column: usize, value: f64) void {
    columns[at.*] = @intCast(column);
    values[at.*] = value;
    at.* += 1;
}

fn build() void {
    var at: u32 = 0;
    for (0..size) |i| {
        starts[i] = at;
        if (i >= side) put(&at, i - side, -1);
        if (i % side > 0) put(&at, i - 1, -1);
        put(&at, i, 4);
        if (i % side < side - 1) put(&at, i + 1, -1);
        if (i < size - side) put(&at, i + side, -1);
    }
    starts[size] = at;
}

noinline fn multiply(to: []f64, from: []const f64) void {
    for (to, 0..) |*result, i| {
        var sum: f64 = 0;
        for (starts[i]..starts[i + 1]) |k| sum += values[k] * from[columns[k]];
        result.* = sum;
    }
}

noinline fn dot(a: []const f64, b: []const f64) f64 {
    var sum: f64 = 0;
    for (a, b) |left, right| sum += left * right;
    return sum;
}

noinline fn addScaled(to: []f64, k: f64, from: []const f64) void {
    for (to, from) |*left, right| left.* += k * right;
}

export fn run(n: i32) i32 {
    build();
    for (0..size) |i| {
        x[i] = 0;
        r[i] = @floatFromInt(i % 17);
        p[i] = r[i];
    }
    var norm = dot(&r, &r);
    var iteration: i32 = 0;
    while (iteration < n) : (iteration += 1) {
        multiply(&q, &p);
        const alpha = norm / dot(&p, &q);
        addScaled(&x, alpha, &p);
        addScaled(&r, -alpha, &q);
        const next = dot(&r, &r);
        const beta = next / norm;
        norm = next;
        for (&p, &r) |*direction, residue| direction.* = residue + beta * direction.*;
    }
    const bits: u64 = @bitCast(dot(&x, &x));
    return @bitCast(@as(u32, @truncate(bits ^ bits >> 32)));
}
