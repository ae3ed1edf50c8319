// A guest of dwarf_test.ts: rustc --target wasm32-unknown-unknown -g
// -C opt-level=2 -C panic=abort, linked without a library.
#![no_std]

#[inline(always)]
fn checked(b: i32) -> i32 {
    if b == 0 {
        core::arch::wasm32::unreachable()
    }
    b
}

#[inline(never)]
fn divide(a: i32, b: i32) -> i32 {
    a ^ checked(b)
}

#[no_mangle]
pub extern "C" fn run(a: i32, b: i32) -> i32 {
    divide(a, b) + 1
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
