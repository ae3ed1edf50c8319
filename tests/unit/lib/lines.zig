// A guest of dwarf_test.ts: zig build-exe -target wasm32-freestanding
// -fno-entry -rdynamic -O ReleaseFast -fno-strip.

inline fn quotient(a: i32, b: i32) i32 {
    return @divTrunc(a, b);
}

noinline fn divide(a: i32, b: i32) i32 {
    return quotient(a + 7, b) ^ a;
}

export fn run(a: i32, b: i32) i32 {
    return divide(a, b) + 1;
}
