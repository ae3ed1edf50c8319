// divide: greatest common divisors, continued fractions, digits in several
// bases and days of dates: 64-bit division and remainder, signed and unsigned,
// by constants and by variables. n rounds. Rust without its library.
#![no_std]

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}

#[inline(never)]
fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[inline(never)]
fn fraction(mut a: i64, mut b: i64) -> i64 {
    let mut sum = 0i64;
    while b != 0 {
        let quotient = a / b;
        (a, b) = (b, a - quotient * b);
        sum = sum.wrapping_mul(7) ^ quotient;
    }
    sum
}

#[inline(never)]
fn digits(mut value: u64, base: u64) -> u64 {
    let mut sum = 0;
    while value > 0 {
        sum += value % base;
        value /= base;
    }
    sum
}

/// Days since 1970 to a year, month and day, packed.
#[inline(never)]
fn civil(days: i64) -> i64 {
    let z = days + 719468;
    let era = z.div_euclid(146097);
    let doe = z.rem_euclid(146097);
    let yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    ((yoe + era * 400) * 16 + month) * 32 + day
}

#[no_mangle]
pub extern "C" fn run(n: i32) -> i64 {
    let mut x = 0x2545f4914f6cdd1d_u64;
    let mut sum = 0u64;
    for i in 0..n {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        let other = x.rotate_left(23);
        sum = sum.rotate_left(7) ^ gcd(x, other >> (i & 31));
        sum = sum.wrapping_add(fraction(x as i64 >> 2, (other as i64 >> 9) | 1) as u64);
        sum ^= digits(x, 10) << 20 ^ digits(other >> 8, 3 + (i as u64 & 15));
        sum = sum.wrapping_add(civil((x >> 40) as i64 - 4_000_000) as u64);
    }
    sum as i64
}
